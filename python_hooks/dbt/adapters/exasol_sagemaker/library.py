"""The adapter's verb for the library of the scripts SME_…."""

from __future__ import annotations

from typing import Any

from dbt.adapters.base.meta import AdapterMeta, available

from dbt.adapters.exasol_sagemaker.errors import as_dbt_errors
from exasol_sagemaker.in_database.library import library_text


class LibraryVerbs(metaclass=AdapterMeta):
    """What Jinja may call to bring the hook module into the database."""

    config: Any

    @available.parse_none
    def script_library(self) -> str:
        """The body of the script library, whose UDFs work for this project and target."""
        with as_dbt_errors("the library of the scripts SME_..."):
            return library_text(project=self.config.project_name, target=self.config.target_name)
