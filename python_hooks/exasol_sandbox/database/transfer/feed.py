"""Several producers of batches → one reader, with bounded memory."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator

import pyarrow as pa

from exasol_sandbox.database.errors import ExasolError

_WAITING_BATCHES = 4
_STOP_CHECK_SECONDS = 0.1

Producer = Callable[[], Iterator[pa.RecordBatch]]


class Feed:
    """Runs producers in threads of their own, all of them at once, and hands out what they produce.

    Args:
        schema: of every batch.
        check_abort: asked now and then; raises ExasolError when all is to end.
    """

    def __init__(self, schema: pa.Schema, check_abort: Callable[[], None]) -> None:
        self._schema = schema
        self._check_abort = check_abort
        self._interrupts: list[Callable[[], None]] = []
        self._lock = threading.Lock()
        self._queue: queue.Queue[pa.RecordBatch | None] = queue.Queue(_WAITING_BATCHES)
        self._stopped = threading.Event()
        self._failure: BaseException | None = None
        self._threads: list[threading.Thread] = []

    def add(self, producer: Producer) -> None:
        """One more producer, before `reader`: it makes an iterator, which is made and used in one thread."""
        name = f"exasol-import-{len(self._threads)}"
        self._threads.append(threading.Thread(target=self._run, args=(producer,), name=name))

    def reader(self) -> pa.RecordBatchReader:
        """Starts the producers; the reader ends when they all have ended or one has failed."""
        for thread in self._threads:
            thread.start()
        return pa.RecordBatchReader.from_batches(self._schema, self._batches())

    def on_interrupt(self, interrupt: Callable[[], None]) -> None:
        """What a producer wants to be called, from another thread, when it is to wait no longer."""
        with self._lock:
            self._interrupts.append(interrupt)
            stopped = self._stopped.is_set()
        if stopped:
            interrupt()

    def close(self) -> None:
        """Ends the producers and waits for them.

        Raises:
            ExasolError: all was to end, or what the first producer that failed ran into.
        """
        with self._lock:
            self._stopped.set()
            interrupts = list(self._interrupts)
        for interrupt in interrupts:
            interrupt()
        for thread in self._threads:
            thread.join()
        self._check_abort()
        if self._failure is not None:
            raise self._failure

    def _batches(self) -> Iterator[pa.RecordBatch]:
        running = len(self._threads)
        while running:
            try:
                batch = self._queue.get(timeout=_STOP_CHECK_SECONDS)
            except queue.Empty:
                self._check_abort()
                continue
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
