"""The JSON commands of Exasol's WebSocket API → calls of a session, and their answers.

Source: https://github.com/exasol/websocket-api (protocol versions 1 to 5).
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import pyarrow as pa

from exasol_sandbox.database.errors import QUERY_ABORTED, ExasolError
from exasol_sandbox.database.metadata_commands import METADATA_COMMANDS, metadata
from exasol_sandbox.database.parallel import OPENING, Parallel, ParallelConnections
from exasol_sandbox.database.prepared import PreparedStatement, parameter_batch, prepare
from exasol_sandbox.database.result import Result, RowCount
from exasol_sandbox.database.result_set import ResultSets, describe
from exasol_sandbox.database.session import Session

_log = logging.getLogger(__name__)

_UNKNOWN = "00000"


class Conversation:
    """The commands of one client after its login. Each takes a request and gives `responseData` as JSON.

    Args:
        session: the client's.
        address: where the client has reached the cluster's nodes: a host for each, and their port.
        version: of the protocol.
        parallel: where its subconnections will ask for it.

    Attributes:
        result_sets: the open ones.
    """

    def __init__(
        self, session: Session, address: tuple[list[str], int], version: int, parallel: ParallelConnections
    ) -> None:
        self.session = session
        self.result_sets = ResultSets(version)
        self._nodes, self._port = address
        self._version = version
        self._connections = parallel
        self._parallel: Parallel | None = None
        self._prepared: dict[int, PreparedStatement] = {}
        self._lock = threading.Lock()
        self._giving_results: dict[str, Callable[[Mapping[str, Any]], Iterable[Result]]] = {
            "execute": self._execute,
            "executeBatch": self._execute_batch,
            "executePreparedStatement": self._execute_prepared,
            **dict.fromkeys(METADATA_COMMANDS, self._metadata),
        }
        self._others: dict[str, Callable[[Mapping[str, Any]], bytes | None]] = {
            "fetch": self._fetch,
            "closeResultSet": self._close_result_set,
            "createPreparedStatement": self._create_prepared,
            "closePreparedStatement": self._close_prepared,
            "getAttributes": self._nothing,
            "setAttributes": self._nothing,
            "getHosts": self._get_hosts,
            "getOffset": self._get_offset,
            "getResultSetHeader": self._get_header,
            "disconnect": self._nothing,
            **dict.fromkeys(OPENING, self._open_parallel),
        }

    def answer(self, request: Mapping[str, Any], why_aborted: Callable[[], ExasolError | None]) -> bytes:
        """Executes one command; whatever goes wrong becomes an error answer.

        Args:
            request: the command.
            why_aborted: asked when the statement was aborted; gives the error to report in its place.
        """
        return self.respond(request, why_aborted, lambda command: [self.data(command)])[0]

    def respond(
        self,
        request: Mapping[str, Any],
        why_aborted: Callable[[], ExasolError | None],
        execute: Callable[[Mapping[str, Any]], list[bytes | None]],
    ) -> list[bytes]:
        """Executes a command in the session, while nothing else happens in it.

        Args:
            request: the command.
            why_aborted: as for `answer`.
            execute: what executes it; gives one or several `responseData`.

        Returns:
            An answer for each `responseData`, or one that says what went wrong.
        """
        with self._lock:
            command = request.get("command")
            before = dict(self.session.attributes)
            try:
                if request.get("attributes"):
                    self.session.set_attributes(request["attributes"])
                pieces = execute(request)
            except ExasolError as error:
                reason = why_aborted() if error.sql_code == QUERY_ABORTED else None
                return [failed(self._of_session(reason or error), self._changed(before))]
            except Exception as error:
                # Whatever it is: a client that got no answer would wait for ever.
                _log.exception("command %s failed", command)
                text = f"The sandbox could not execute {command}: {type(error).__name__}: {error}"
                return [failed(ExasolError(_UNKNOWN, text), self._changed(before))]
            everything = command in {"getAttributes", "setAttributes"}
            attributes = self.session.attributes if everything else self._changed(before)
            return [ok(data, attributes) for data in pieces]

    def data(self, request: Mapping[str, Any]) -> bytes | None:
        """`responseData` of a command.

        Raises:
            ExasolError: it failed, or there is no such command.
        """
        command = request.get("command")
        if command in self._giving_results:
            return _numbered([self.result_of(result) for result in self.results(request)])
        if not isinstance(command, str) or command not in self._others:
            raise ExasolError(_UNKNOWN, f"The sandbox does not know the command {command!r}.")
        return self._others[command](request)

    def gives_results(self, request: Mapping[str, Any]) -> bool:
        """Whether a command is one for `results`."""
        return request.get("command") in self._giving_results

    def results(self, request: Mapping[str, Any]) -> Iterable[Result]:
        """What a command that executes statements or asks for metadata has found."""
        return self._giving_results[request["command"]](request)

    def gives_rows(self, request: Mapping[str, Any]) -> bool:
        """Whether the prepared statement that a request is about is a query."""
        prepared = self._prepared.get(request.get("statementHandle", 0))
        return prepared is not None and bool(prepared.columns)

    def result_of(self, result: Result) -> bytes:
        """The result object of one result."""
        if isinstance(result, RowCount):
            return _json({"resultType": "rowCount", "rowCount": result.rows})
        return self.result_sets.answer(result, self.session.attributes)

    def failed(self, error: ExasolError) -> bytes:
        """The answer to a command that failed."""
        return failed(self._of_session(error))

    def abort(self) -> None:
        """Stops what is running, from another thread."""
        self.session.abort()

    def close(self) -> None:
        """Frees what the client left open, and ends its subconnections."""
        self._close_parallel()
        with self._lock:
            self.result_sets.close_all()
            self.session.close()

    def _of_session(self, error: ExasolError) -> ExasolError:
        return error.in_session(self.session.session_id)

    def _changed(self, before: Mapping[str, Any]) -> dict[str, Any]:
        now = self.session.attributes
        return {name: value for name, value in now.items() if name not in before or before[name] != value}

    def _execute(self, request: Mapping[str, Any]) -> list[Result]:
        return [self.session.execute(request["sqlText"])]

    def _execute_batch(self, request: Mapping[str, Any]) -> Iterator[Result]:
        # One after the other: a statement may change how the results after it are written.
        return (self.session.execute(text) for text in request["sqlTexts"])

    def _metadata(self, request: Mapping[str, Any]) -> list[Result]:
        return [metadata(self.session, request)]

    def _fetch(self, request: Mapping[str, Any]) -> bytes:
        stored = self.result_sets.get(request["resultSetHandle"])
        start, size = int(request["startPosition"]), int(request["numBytes"])
        count, cells = stored.page(start, size, self.session.attributes)
        return b'{"numRows":%d,"data":%b}' % (count, cells)

    def _close_result_set(self, request: Mapping[str, Any]) -> None:
        for handle in request["resultSetHandles"]:
            self.result_sets.close(handle)

    def _create_prepared(self, request: Mapping[str, Any]) -> bytes:
        prepared = prepare(self.session, request["sqlText"])
        handle = max(self._prepared, default=0) + 1
        self._prepared[handle] = prepared
        result: dict[str, Any] = {"resultType": "rowCount", "rowCount": 0}
        if prepared.columns:
            header = {"numColumns": len(prepared.columns), "numRows": 0, "numRowsInMessage": 0}
            result = {
                "resultType": "resultSet",
                "resultSet": header | {"columns": describe(prepared.columns, self._version)},
            }
        data: dict[str, Any] = {"statementHandle": handle, "numResults": 1, "results": [result]}
        if prepared.parameters:
            columns = describe(prepared.parameters, self._version)
            data["parameterData"] = {"numColumns": len(columns), "columns": columns}
        return _json(data)

    def _execute_prepared(self, request: Mapping[str, Any]) -> list[Result]:
        prepared = self._prepared_statement(request)
        if not prepared.parameters:
            return [self.session.execute(prepared.sql)]
        rows = int(request.get("numRows") or 0)
        batch = parameter_batch(prepared.parameters, request.get("data") or [], rows, self.session.attributes)
        reader = pa.RecordBatchReader.from_batches(batch.schema, [batch])
        return [self.session.execute_prepared(prepared.sql, prepared.parameters, reader)]

    def _close_prepared(self, request: Mapping[str, Any]) -> None:
        self._prepared_statement(request)
        del self._prepared[request["statementHandle"]]

    def _prepared_statement(self, request: Mapping[str, Any]) -> PreparedStatement:
        handle = request["statementHandle"]
        if handle not in self._prepared:
            raise ExasolError(_UNKNOWN, f"Invalid statement handle: {handle}")
        return self._prepared[handle]

    def _nothing(self, request: Mapping[str, Any]) -> None:
        return None

    def _get_hosts(self, request: Mapping[str, Any]) -> bytes:
        return _json({"numNodes": len(self._nodes), "nodes": self._nodes})

    def _get_offset(self, request: Mapping[str, Any]) -> bytes:
        self.result_sets.get(request["resultSetHandle"])
        # The main connection sees the whole result.
        return _json({"rowOffset": 0})

    def _get_header(self, request: Mapping[str, Any]) -> bytes:
        headers = [self.result_sets.header(handle) for handle in request["resultSetHandles"]]
        return _json({"numResults": len(headers), "results": headers})

    def _open_parallel(self, request: Mapping[str, Any]) -> bytes:
        self._close_parallel()
        size = min(int(request["numRequestedConnections"]), len(self._nodes))
        answer: dict[str, Any] = {"numOpenConnections": max(size, 0), "token": 0}
        if size > 0:
            self._parallel = self._connections.open(self, size)
            answer["token"] = self._parallel.token
        if request["command"] == "enterParallel":
            answer["nodes"] = [f"{node}:{self._port}" for node in self._nodes[: max(size, 0)]]
        return _json(answer)

    def _close_parallel(self) -> None:
        if self._parallel is not None:
            self._connections.close(self._parallel)
            self._parallel = None


def ok(data: bytes | None, attributes: Mapping[str, Any] | None = None) -> bytes:
    """The answer to a command that succeeded."""
    parts = [b'{"status":"ok"']
    if attributes:
        parts.append(b'"attributes":' + _json(attributes))
    if data is not None:
        parts.append(b'"responseData":' + data)
    return b",".join(parts) + b"}"


def failed(error: ExasolError, attributes: Mapping[str, Any] | None = None) -> bytes:
    """The answer to a command that failed."""
    answer: dict[str, Any] = {
        "status": "error",
        "exception": {"text": error.text, "sqlCode": error.sql_code},
    }
    if attributes:
        answer["attributes"] = attributes
    return _json(answer)


def _numbered(answers: list[bytes]) -> bytes:
    return b'{"numResults":%d,"results":[%b]}' % (len(answers), b",".join(answers))


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
