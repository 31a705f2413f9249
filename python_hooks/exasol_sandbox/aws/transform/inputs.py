"""Which objects a batch transform job reads, and where the output of each goes.

Source: TransformS3DataSource and TransformOutput in the SageMaker API reference.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from exasol_sandbox.aws.s3_files import S3Files


class InputsError(Exception):
    """There is nothing to transform; the message says why."""


@dataclass(frozen=True)
class TransformObject:
    """An input object, its size in bytes, and the URI of its output."""

    uri: str
    size: int
    output: str


def find_objects(s3: S3Files, request: dict[str, Any]) -> list[TransformObject]:
    """The objects of a job, in the order of their keys or of the manifest.

    Raises:
        InputsError: When there are none, or the manifest is none.
        S3Error: When they cannot be listed or read.
    """
    source = request["TransformInput"]["DataSource"]["S3DataSource"]
    root = request["TransformOutput"]["S3OutputPath"].rstrip("/")
    uri: str = source["S3Uri"]
    if source["S3DataType"] == "ManifestFile":
        return _of_manifest(s3, uri, root)
    # What the prefix has after its last slash is a part of the names, as in `s3://bucket/data/part_`.
    folder = uri.rpartition("/")[0] + "/" if uri.count("/") > 2 else uri + "/"
    found = [
        TransformObject(entry.uri, entry.size, f"{root}/{entry.uri.removeprefix(folder)}.out")
        for entry in s3.objects(uri)
        if not entry.uri.endswith("/")
    ]
    if not found:
        raise InputsError(
            f"No S3 objects found under {uri}: check the prefix and what the model's role may list."
        )
    return found


def _of_manifest(s3: S3Files, uri: str, root: str) -> list[TransformObject]:
    try:
        manifest = json.loads(s3.read(uri))
    except ValueError as error:
        raise InputsError(f"The manifest {uri} is not JSON: {error}.") from error
    match manifest:
        case [{"prefix": str(prefix)}, *names] if names and all(isinstance(name, str) for name in names):
            pass
        case _:
            raise InputsError(
                f'The manifest {uri} must be a list: {{"prefix": "s3://…"}}, then names of objects under it.'
            )
    found = []
    for name in dict.fromkeys(names):
        size = s3.size(prefix + name)
        found.append(TransformObject(prefix + name, size, f"{root}/{name}.out"))
    return found
