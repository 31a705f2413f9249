"""Hash functions. With several arguments the hash is that of their texts one after the other."""

from __future__ import annotations

from exasol_sandbox.database.data_types import DataType
from exasol_sandbox.database.transforms.call import Call
from exasol_sandbox.database.transforms.functions.registry import function
from exasol_sandbox.database.transforms.typed import Typed

_DIGESTS = {
    "MD5": ("md5", 16),
    "SHA1": ("sha1", 20),
    "SHA": ("sha1", 20),
    "SHA256": ("sha256", 32),
    "SHA512": ("exa_sha512", 64),
}


@function(*(f"{kind}_{digest}" for kind in ("HASH", "HASHTYPE") for digest in _DIGESTS))
def hash_(call: Call) -> Typed:
    """HASH_MD5(a, …) as CHAR, HASHTYPE_MD5(a, …) as HASHTYPE; NULL if all arguments are."""
    kind, digest = call.name.split("_")
    function_name, size = _DIGESTS[digest]
    texts = [call.translator.text(value).sql for value in call.expect(1, 1000)]
    joined = f"concat({', '.join(texts)})" if len(texts) > 1 else texts[0]
    result = DataType.hashtype(size) if kind == "HASHTYPE" else DataType.char(size * 2, "ASCII")
    return Typed(f"{function_name}(nullif({joined}, ''))", result)
