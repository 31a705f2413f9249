"""The JSON commands of Exasol's WebSocket API → calls of a session, and their answers.

Source: https://github.com/exasol/websocket-api (protocol versions 1 to 3).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from typing import Any

import pyarrow as pa

from exasol_sandbox.database.errors import QUERY_ABORTED, ExasolError
from exasol_sandbox.database.metadata_commands import METADATA_COMMANDS, metadata
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
        nodes: addresses of the cluster's nodes, for `getHosts`.
    """

    def __init__(self, session: Session, nodes: list[str]) -> None:
        self._session = session
        self._nodes = nodes
        self._results = ResultSets()
        self._prepared: dict[int, PreparedStatement] = {}
        self._commands: dict[str, Callable[[Mapping[str, Any]], bytes | None]] = {
            "execute": self._execute,
            "executeBatch": self._execute_batch,
            "fetch": self._fetch,
            "closeResultSet": self._close_result_set,
            "createPreparedStatement": self._create_prepared,
            "executePreparedStatement": self._execute_prepared,
            "closePreparedStatement": self._close_prepared,
            "getAttributes": self._get_attributes,
            "setAttributes": self._nothing,
            "getHosts": self._get_hosts,
            "getOffset": self._get_offset,
            "getResultSetHeader": self._get_header,
            "disconnect": self._nothing,
            **dict.fromkeys(METADATA_COMMANDS, self._metadata),
        }

    def answer(self, request: Mapping[str, Any], why_aborted: Callable[[], ExasolError | None]) -> bytes:
        """Executes one command; whatever goes wrong becomes an error answer.

        Args:
            request: the command.
            why_aborted: asked when the statement was aborted; gives the error to report in its place.
        """
        command = request.get("command")
        before = dict(self._session.attributes)
        try:
            if not isinstance(command, str) or command not in self._commands:
                raise ExasolError(_UNKNOWN, _refusal(command))
            if request.get("attributes"):
                self._session.set_attributes(request["attributes"])
            data = self._commands[command](request)
        except ExasolError as error:
            reason = why_aborted() if error.sql_code == QUERY_ABORTED else None
            return self._failed((reason or error).in_session(self._session.session_id), before)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            _log.exception("command %s failed", command)
            text = f"The sandbox could not execute {command}: {type(error).__name__}: {error}"
            return self._failed(ExasolError(_UNKNOWN, text), before)
        everything = command in {"getAttributes", "setAttributes"}
        return ok(data, self._session.attributes if everything else self._changed(before))

    def close(self) -> None:
        """Frees what the client left open."""
        self._results.close_all()
        self._session.close()

    def _failed(self, error: ExasolError, before: Mapping[str, Any]) -> bytes:
        return failed(error, self._changed(before))

    def _changed(self, before: Mapping[str, Any]) -> dict[str, Any]:
        now = self._session.attributes
        return {name: value for name, value in now.items() if name not in before or before[name] != value}

    def _execute(self, request: Mapping[str, Any]) -> bytes:
        return self._results_of([self._session.execute(request["sqlText"])])

    def _execute_batch(self, request: Mapping[str, Any]) -> bytes:
        answers = [self._answer_of(self._session.execute(text)) for text in request["sqlTexts"]]
        return _numbered(answers)

    def _metadata(self, request: Mapping[str, Any]) -> bytes:
        return self._results_of([metadata(self._session, request)])

    def _fetch(self, request: Mapping[str, Any]) -> bytes:
        stored = self._results.get(request["resultSetHandle"])
        start, size = int(request["startPosition"]), int(request["numBytes"])
        count, cells = stored.page(start, size, self._session.attributes)
        return b'{"numRows":%d,"data":%b}' % (count, cells)

    def _close_result_set(self, request: Mapping[str, Any]) -> None:
        for handle in request["resultSetHandles"]:
            self._results.close(handle)

    def _create_prepared(self, request: Mapping[str, Any]) -> bytes:
        prepared = prepare(self._session, request["sqlText"])
        handle = max(self._prepared, default=0) + 1
        self._prepared[handle] = prepared
        result: dict[str, Any] = {"resultType": "rowCount", "rowCount": 0}
        if prepared.columns:
            header = {"numColumns": len(prepared.columns), "numRows": 0, "numRowsInMessage": 0}
            result = {
                "resultType": "resultSet",
                "resultSet": header | {"columns": describe(prepared.columns)},
            }
        data: dict[str, Any] = {"statementHandle": handle, "numResults": 1, "results": [result]}
        if prepared.parameters:
            columns = describe(prepared.parameters)
            data["parameterData"] = {"numColumns": len(columns), "columns": columns}
        return _json(data)

    def _execute_prepared(self, request: Mapping[str, Any]) -> bytes:
        prepared = self._prepared_statement(request)
        if not prepared.parameters:
            return self._results_of([self._session.execute(prepared.sql)])
        rows = int(request.get("numRows") or 0)
        batch = parameter_batch(
            prepared.parameters, request.get("data") or [], rows, self._session.attributes
        )
        reader = pa.RecordBatchReader.from_batches(batch.schema, [batch])
        return self._results_of([self._session.execute_prepared(prepared.sql, prepared.parameters, reader)])

    def _close_prepared(self, request: Mapping[str, Any]) -> None:
        self._prepared_statement(request)
        del self._prepared[request["statementHandle"]]

    def _prepared_statement(self, request: Mapping[str, Any]) -> PreparedStatement:
        handle = request["statementHandle"]
        if handle not in self._prepared:
            raise ExasolError(_UNKNOWN, f"Invalid statement handle: {handle}")
        return self._prepared[handle]

    def _get_attributes(self, request: Mapping[str, Any]) -> None:
        return None

    def _nothing(self, request: Mapping[str, Any]) -> None:
        return None

    def _get_hosts(self, request: Mapping[str, Any]) -> bytes:
        return _json({"numNodes": len(self._nodes), "nodes": self._nodes})

    def _get_offset(self, request: Mapping[str, Any]) -> bytes:
        self._results.get(request["resultSetHandle"])
        # There are no subconnections, so each connection sees its result from the first row on.
        return _json({"rowOffset": 0})

    def _get_header(self, request: Mapping[str, Any]) -> bytes:
        headers = [self._results.header(handle) for handle in request["resultSetHandles"]]
        return _json({"numResults": len(headers), "results": headers})

    def _results_of(self, results: list[Result]) -> bytes:
        return _numbered([self._answer_of(result) for result in results])

    def _answer_of(self, result: Result) -> bytes:
        if isinstance(result, RowCount):
            return _json({"resultType": "rowCount", "rowCount": result.rows})
        return self._results.answer(result, self._session.attributes)


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


def _refusal(command: object) -> str:
    if command in {"enterParallel", "requestParallelConnections"}:
        return f"The sandbox does not support subconnections ({command}): open further sessions instead."
    return f"The sandbox does not know the command {command!r}."


def _numbered(answers: list[bytes]) -> bytes:
    return b'{"numResults":%d,"results":[%b]}' % (len(answers), b",".join(answers))


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
