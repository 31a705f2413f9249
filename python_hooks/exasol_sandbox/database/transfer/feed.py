"""Several producers of batches → one reader, with bounded memory."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence

import pyarrow as pa

from exasol_sandbox.database.errors import ExasolError

_WAITING_BATCHES = 4
_STOP_CHECK_SECONDS = 0.1

Producer = Callable[[], Iterator[pa.RecordBatch]]


class Feed:
    """Runs producers in threads of their own, all of them at once, and hands out what they produce.

    Args:
        schema: of every batch.
        producers: each makes an iterator; it is made and used in one thread.
    """

    def __init__(self, schema: pa.Schema, producers: Sequence[Producer]) -> None:
        self._schema = schema
        self._queue: queue.Queue[pa.RecordBatch | None] = queue.Queue(_WAITING_BATCHES)
        self._stopped = threading.Event()
        self._failure: BaseException | None = None
        self._threads = [
            threading.Thread(target=self._run, args=(producer,), name=f"exasol-import-{number}")
            for number, producer in enumerate(producers)
        ]

    def reader(self) -> pa.RecordBatchReader:
        """Starts the producers; the reader ends when they all have ended or one has failed."""
        for thread in self._threads:
            thread.start()
        return pa.RecordBatchReader.from_batches(self._schema, self._batches())

    def close(self) -> None:
        """Ends the producers and waits for them.

        Raises:
            ExasolError: what the first producer that failed ran into.
        """
        self._stopped.set()
        for thread in self._threads:
            thread.join()
        if self._failure is not None:
            raise self._failure

    def _batches(self) -> Iterator[pa.RecordBatch]:
        running = len(self._threads)
        while running:
            batch = self._queue.get()
            if batch is not None:
                yield batch
                continue
            running -= 1
            if self._failure is not None:
                # What reads from here must not take the rows so far for all rows.
                raise ExasolError("42636", "the import has failed")

    def _run(self, producer: Producer) -> None:
        try:
            for batch in producer():
                if not self._put(batch):
                    return
        except BaseException as error:
            # It is raised again by `close`, in the thread of the statement.
            self._failure = self._failure or error
        finally:
            self._put(None)

    def _put(self, batch: pa.RecordBatch | None) -> bool:
        while not self._stopped.is_set():
            try:
                self._queue.put(batch, timeout=_STOP_CHECK_SECONDS)
            except queue.Full:
                continue
            return True
        return False
