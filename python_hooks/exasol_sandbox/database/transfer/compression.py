"""Compressed files, known by the end of their names as in Exasol: .gz, .bz2 and .zip."""

from __future__ import annotations

import bz2
import gzip
import io
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from typing import IO, Protocol, cast

from exasol_sandbox.database.errors import ExasolError
from exasol_sandbox.database.transfer.errors import reading_failed

_SPOOL_BYTES = 16 * 1024 * 1024


class ByteReader(Protocol):
    """Something to read a file from."""

    def read(self, size: int, /) -> bytes:
        """The next bytes, at most `size`; none at the end."""

    def close(self) -> None:
        """Ends reading."""


class ByteWriter(Protocol):
    """Something to write a file to."""

    def write(self, data: bytes, /) -> None:
        """Adds to the file."""

    def finish(self) -> None:
        """Makes the file whole."""

    def abort(self) -> None:
        """Gives the file up."""


class _RawReader(io.RawIOBase):
    """A `ByteReader` as the file object that decompressors and Arrow want; remembers why it failed."""

    def __init__(self, source: ByteReader) -> None:
        self._source = source
        self.failure: ExasolError | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast(bytearray, buffer)).cast("B")
        try:
            data = self._source.read(len(view))
        except ExasolError as error:
            self.failure = error
            raise OSError(str(error)) from error
        view[: len(data)] = data
        return len(data)


class Decompressed:
    """The content of a file, decompressed if its name says that it is compressed."""

    def __init__(self, source: ByteReader, name: str, url: str) -> None:
        self._source = source
        self._url = url
        self._raw = _RawReader(source)
        self.stream: IO[bytes] = self._open(name.lower())

    def raise_failure(self, cause: Exception) -> None:
        """Raises what really went wrong if `cause` only says that reading failed.

        Raises:
            ExasolError: the source failed, or the content is not compressed as its name says.
        """
        if self._raw.failure is not None:
            raise self._raw.failure from cause
        if isinstance(cause, (OSError, EOFError, zlib.error, zipfile.BadZipFile)):
            raise reading_failed(self._url, f"failed: the file cannot be decompressed: {cause}") from cause

    def close(self) -> None:
        """Ends reading."""
        self.stream.close()
        self._source.close()

    def _open(self, name: str) -> IO[bytes]:
        raw = io.BufferedReader(self._raw, 256 * 1024)
        try:
            if name.endswith(".gz"):
                return cast(IO[bytes], gzip.GzipFile(fileobj=raw))
            if name.endswith(".bz2"):
                return cast(IO[bytes], bz2.BZ2File(raw))
            if name.endswith(".zip"):
                # The table of contents is at the end of an archive.
                spool = tempfile.SpooledTemporaryFile(_SPOOL_BYTES)  # noqa: SIM115
                shutil.copyfileobj(raw, spool)
                archive = zipfile.ZipFile(cast(IO[bytes], spool))
                return archive.open(archive.infolist()[0])
        except (OSError, zipfile.BadZipFile, IndexError) as error:
            self.raise_failure(error)
            raise reading_failed(self._url, f"failed: the archive cannot be read: {error}") from error
        return raw


class Compressed:
    """A file to write, compressed if its name says so."""

    def __init__(self, target: ByteWriter, name: str) -> None:
        self._target = target
        self._compress: Callable[[bytes], bytes] = lambda data: data
        self._end: Callable[[], bytes] = lambda: b""
        lower = name.lower()
        if lower.endswith(".gz"):
            gz = zlib.compressobj(3, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
            self._compress, self._end = gz.compress, gz.flush
        elif lower.endswith(".bz2"):
            bz = bz2.BZ2Compressor()
            self._compress, self._end = bz.compress, bz.flush
        elif lower.endswith(".zip"):
            archive = _ZipFile(name.rsplit("/", 1)[-1][: -len(".zip")] or "data")
            self._compress, self._end = archive.compress, archive.flush

    def write(self, data: bytes) -> None:
        """Adds to the file."""
        packed = self._compress(data)
        if packed:
            self._target.write(packed)

    def end(self) -> None:
        """Sends what the compressor still holds; only `finish` may follow."""
        rest = self._end()
        if rest:
            self._target.write(rest)

    def finish(self) -> None:
        """Makes the file whole."""
        self._target.finish()

    def abort(self) -> None:
        """Gives the file up."""
        self._target.abort()


class _ZipFile:
    """An archive of one file, written as a stream."""

    def __init__(self, name: str) -> None:
        self._out = _Drain()
        self._archive = zipfile.ZipFile(self._out, "w", zipfile.ZIP_DEFLATED)
        self._member = self._archive.open(name, "w", force_zip64=True)

    def compress(self, data: bytes) -> bytes:
        self._member.write(data)
        return self._out.drain()

    def flush(self) -> bytes:
        self._member.close()
        self._archive.close()
        return self._out.drain()


class _Drain(io.RawIOBase):
    """Takes bytes, and hands over what it has."""

    def __init__(self) -> None:
        self._data = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        view = memoryview(cast(bytes, data)).cast("B")
        self._data += view
        return len(view)

    def drain(self) -> bytes:
        data = bytes(self._data)
        self._data.clear()
        return data
