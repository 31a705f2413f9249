"""Subconnections: further connections of one session, each with its share of the rows of a result.

Source: https://github.com/exasol/websocket-api, docs/WebsocketAPIV4.md, "Subconnections". That positions of
`fetch` and the rows of a header are the share's own is how pyexasol used them (its commit a0febd9 of 2018).
"""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from exasol_sandbox.database.errors import LOGIN_FAILED, ExasolError
from exasol_sandbox.database.result import Result, RowCount
from exasol_sandbox.database.result_set import INLINE_ROWS

if TYPE_CHECKING:
    from exasol_sandbox.database.protocol import Conversation
    from exasol_sandbox.database.session import Session

WhyAborted = Callable[[], "ExasolError | None"]
OPENING = frozenset({"enterParallel", "requestParallelConnections"})
WAIT_SECONDS = 60.0
# JavaScript's numbers are exact up to here.
_LARGEST_TOKEN = 2**53 - 1
_ERROR = "00000"


class Parallel:
    """The subconnections that one main connection has asked for.

    Each command but `fetch` and `executePreparedStatement` has to come on all of them and is then executed
    once, in the session of the main connection.

    Args:
        main: the main connection.
        size: how many there are.
        patience: seconds to wait until all have logged in, or have sent a command.
    """

    def __init__(self, main: Conversation, size: int, patience: float = WAIT_SECONDS) -> None:
        self.main = main
        self.size = size
        self.token = 1 + secrets.randbelow(_LARGEST_TOKEN)
        self._meeting = threading.Barrier(size, action=self._execute, timeout=patience)
        self._requests: list[Mapping[str, Any] | None] = [None] * size
        self._answers: list[bytes] = []
        self._why_aborted: WhyAborted = _not_aborted
        self._lock = threading.Lock()
        self._hang_ups: list[Callable[[], None]] = []
        self._hidden: set[int] = set()
        self._own: set[int] = set()
        self._executing = False

    def join(self, hang_up: Callable[[], None]) -> Subconversation:
        """One more subconnection; returns when all have joined.

        Args:
            hang_up: ends its connection.

        Raises:
            ExasolError: there are as many as were asked for already, or the others did not come (08004).
        """
        with self._lock:
            position = len(self._hang_ups)
            if position == self.size:
                raise ExasolError(
                    LOGIN_FAILED, f"Connection exception - all {self.size} subconnections are open."
                )
            self._hang_ups.append(hang_up)
        try:
            self._meeting.wait()
        except threading.BrokenBarrierError as error:
            text = f"Connection exception - not all of {self.size} subconnections have logged in."
            raise ExasolError(LOGIN_FAILED, text) from error
        return Subconversation(self, position)

    def close(self) -> None:
        """Ends all subconnections."""
        self.abort()
        with self._lock:
            hang_ups = list(self._hang_ups)
        for hang_up in hang_ups:
            hang_up()

    def abort(self) -> None:
        """Gives up: what runs for all of them is stopped, and no further command can come on all."""
        # Leaving waits for the end of what runs.
        if self._executing:
            self.main.session.abort()
        self.leave()

    def leave(self) -> None:
        """One subconnection has ended."""
        self._meeting.abort()

    def on_all(self, position: int, request: Mapping[str, Any], why_aborted: WhyAborted) -> bytes:
        """The answer for one of the subconnections to a command that must come on all.

        Raises:
            ExasolError: it did not come on the others in time.
        """
        self._requests[position] = request
        self._why_aborted = why_aborted
        try:
            self._meeting.wait()
        except threading.BrokenBarrierError as error:
            text = f"The command {request.get('command')} was not sent on all {self.size} subconnections."
            raise ExasolError(_ERROR, text) from error
        return self._answers[position]

    def fetch(self, position: int, request: Mapping[str, Any]) -> bytes:
        """`fetch`: rows of the share; the first has position 0."""
        handle = request["resultSetHandle"]
        start, rows = self._share(handle, position)
        skipped = max(0, int(request["startPosition"]))
        stored = self.main.result_sets.get(handle)
        attributes = self.main.session.attributes
        count, cells = stored.page(
            start + skipped, int(request["numBytes"]), attributes, max(0, rows - skipped)
        )
        return b'{"numRows":%d,"data":%b}' % (count, cells)

    def _share(self, handle: int, position: int) -> tuple[int, int]:
        """Number of the share's first row in the whole result, and how many rows it has."""
        if handle in self._hidden:
            raise ExasolError(_ERROR, f"Invalid result set handle: {handle}")
        total = self.main.result_sets.get(handle).row_count
        start = total * position // self.size
        return start, total * (position + 1) // self.size - start

    def _execute(self) -> None:
        """What happens when all have arrived, in one of their threads."""
        first = self._requests[0]
        if first is None:
            return
        self._executing = True
        try:
            answers = self.main.respond(first, self._why_aborted, self._data)
        finally:
            self._executing = False
        self._answers = answers * self.size if len(answers) == 1 else answers

    def _data(self, request: Mapping[str, Any]) -> list[bytes | None]:
        if any(other != request for other in self._requests):
            raise ExasolError(_ERROR, "Different commands were sent on the subconnections.")
        command = request["command"]
        places = range(self.size)
        if command in OPENING:
            raise ExasolError(_ERROR, f"{command} is a command of the main connection.")
        if command == "getOffset":
            handle = request["resultSetHandle"]
            return [_json({"rowOffset": self._share(handle, place)[0]}) for place in places]
        if command == "getResultSetHeader":
            handles = request["resultSetHandles"]
            return [_numbered([self._header(handle, place) for handle in handles]) for place in places]
        if command == "closeResultSet":
            for handle in request["resultSetHandles"]:
                self._close_result(handle)
            return [None] * self.size
        if self.main.gives_results(request):
            parts = [self._parts(result) for result in self.main.results(request)]
            return [_numbered([part[place] for part in parts]) for place in places]
        return [self.main.data(request)] * self.size

    def _header(self, handle: int, place: int) -> bytes:
        return _json(self.main.result_sets.header(handle, self._share(handle, place)[1]))

    def _close_result(self, handle: int) -> None:
        self._share(handle, 0)
        if handle in self._own:
            self._own.discard(handle)
            self.main.result_sets.close(handle)
        else:
            # The main connection reads it too, and closes it for itself.
            self._hidden.add(handle)

    def _parts(self, result: Result) -> list[bytes]:
        """A result as each subconnection sees it."""
        if isinstance(result, RowCount):
            return [self.main.result_of(result)] * self.size
        sets, attributes = self.main.result_sets, self.main.session.attributes
        handle = sets.keep(result, attributes)
        shares = [self._share(handle, place) for place in range(self.size)]
        answers = [sets.part(handle, start, rows, attributes) for start, rows in shares]
        if max(rows for _, rows in shares) < INLINE_ROWS:
            sets.close(handle)
        else:
            self._own.add(handle)
        return answers


class Subconversation:
    """The commands of one subconnection after its login; takes the place of a Conversation."""

    def __init__(self, parallel: Parallel, position: int) -> None:
        self._parallel = parallel
        self._position = position
        self._executing = False

    @property
    def session(self) -> Session:
        """The session of the main connection."""
        return self._parallel.main.session

    def answer(self, request: Mapping[str, Any], why_aborted: WhyAborted) -> bytes:
        """Executes one command; whatever goes wrong becomes an error answer."""
        main = self._parallel.main
        if request.get("command") in {"fetch", "disconnect"} or self._inserts(request):
            return main.respond(request, why_aborted, self._data)[0]
        try:
            return self._parallel.on_all(self._position, request, why_aborted)
        except ExasolError as error:
            return main.failed(error)

    def abort(self) -> None:
        """Gives up what is under way: waiting for the others, or a statement."""
        if self._executing:
            self.session.abort()
        self._parallel.abort()

    def close(self) -> None:
        """The subconnection ends; the session goes on."""
        self._parallel.leave()

    def _inserts(self, request: Mapping[str, Any]) -> bool:
        return request.get("command") == "executePreparedStatement" and not self._parallel.main.gives_rows(
            request
        )

    def _data(self, request: Mapping[str, Any]) -> list[bytes | None]:
        if request["command"] == "fetch":
            return [self._parallel.fetch(self._position, request)]
        self._executing = True
        try:
            return [self._parallel.main.data(request)]
        finally:
            self._executing = False


class ParallelConnections:
    """All main connections of a server that have asked for subconnections, by token."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[int, Parallel] = {}

    def open(self, main: Conversation, size: int) -> Parallel:
        """Lets `size` subconnections of a main connection come."""
        parallel = Parallel(main, size)
        with self._lock:
            self._open[parallel.token] = parallel
        return parallel

    def close(self, parallel: Parallel) -> None:
        """Ends them, and lets no more come."""
        with self._lock:
            self._open.pop(parallel.token, None)
        parallel.close()

    def find(self, token: object, session_id: object, user: str) -> Parallel:
        """Whose subconnection wants to log in.

        Args:
            token: as the main connection was told it.
            session_id: of the main connection; None before version 4 of the protocol.
            user: who is logging in; must be the user of the main connection.

        Raises:
            ExasolError: there is none (08004).
        """
        with self._lock:
            found = self._open.get(token) if isinstance(token, int) else None
        if (
            found is None
            or found.main.session.user != user
            or session_id not in {None, found.main.session.session_id}
        ):
            raise ExasolError(LOGIN_FAILED, "Connection exception - invalid token of a subconnection.")
        return found


def _not_aborted() -> ExasolError | None:
    return None


def _numbered(answers: list[bytes]) -> bytes:
    return b'{"numResults":%d,"results":[%b]}' % (len(answers), b",".join(answers))


def _json(value: object) -> bytes:
    return json.dumps(value).encode()
