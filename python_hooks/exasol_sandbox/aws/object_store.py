"""Keeps the buckets and objects of moto's S3 in a folder, so that they survive a restart.

Layout: `buckets.json` (name → region), and `<bucket>/<digest of the key>.object` with its `.json` (key,
    headers) beside it.
"""

from __future__ import annotations

import hashlib
import json
import threading
from pathlib import Path
from typing import Any

from exasol_sandbox.aws.files import write_atomically
from exasol_sandbox.aws.gate.request import AwsRequest
from exasol_sandbox.aws.moto_services import MotoServices


class ObjectStore:
    """Writes through what requests change; without a folder it does nothing.

    Args:
        moto: Whose S3 to keep.
        folder: Where; None keeps nothing.
    """

    def __init__(self, moto: MotoServices, folder: Path | None) -> None:
        self._moto = moto
        self._folder = folder
        self._lock = threading.Lock()

    def restore(self) -> None:
        """Fills moto's S3 from the folder."""
        if self._folder is None or not (self._folder / "buckets.json").exists():
            return
        buckets = json.loads((self._folder / "buckets.json").read_text())
        for name, region in buckets.items():
            self._moto.s3.create_bucket(name, region)
            for description in sorted((self._folder / name).glob("*.json")):
                self._restore_object(name, description)

    def _restore_object(self, bucket: str, description: Path) -> None:
        known = json.loads(description.read_text())
        stored = self._moto.s3.put_object(
            bucket, known["key"], description.with_suffix(".object").read_bytes(), etag=known["etag"]
        )
        stored.set_metadata(known["metadata"])

    def keep(self, request: AwsRequest) -> None:
        """Writes what a successful request has changed."""
        folder = self._folder
        if folder is None or request.method in {"GET", "HEAD"}:
            return
        bucket, _, key = request.path.lstrip("/").partition("/")
        with self._lock:
            self._keep_buckets(folder)
            if key:
                self._keep_object(folder / bucket, key)
            elif "delete" in request.query:
                self._drop_deleted(folder / bucket)

    def keep_buckets(self) -> None:
        """Writes which buckets there are."""
        if self._folder is not None:
            with self._lock:
                self._keep_buckets(self._folder)

    def _keep_buckets(self, folder: Path) -> None:
        with self._moto.lock:
            buckets = {name: bucket.region_name for name, bucket in self._moto.s3.buckets.items()}
        write_atomically(folder / "buckets.json", json.dumps(buckets, indent=1).encode())

    def _keep_object(self, folder: Path, key: str) -> None:
        path, bucket = folder / f"{hashlib.sha256(key.encode()).hexdigest()}.object", folder.name
        with self._moto.lock:
            found: Any = bucket in self._moto.s3.buckets and self._moto.s3.get_object(bucket, key)
            content = found.value if found else b""
        if not found:
            path.unlink(missing_ok=True)
            path.with_suffix(".json").unlink(missing_ok=True)
            return
        known = {"key": key, "etag": found.etag.strip('"'), "metadata": dict(found.metadata)}
        write_atomically(path, content)
        write_atomically(path.with_suffix(".json"), json.dumps(known).encode())

    def _drop_deleted(self, folder: Path) -> None:
        for description in list(folder.glob("*.json")):
            self._keep_object(folder, json.loads(description.read_text())["key"])
