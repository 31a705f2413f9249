"""Names for a database and for dbt from what people call their files and columns."""

from __future__ import annotations

import re
import unicodedata


def without_accents(text: str) -> str:
    """The same text with plain letters where there are any: `Größe` becomes `Große`."""
    return re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFKD", text))
