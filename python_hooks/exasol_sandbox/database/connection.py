"""One client on the wire: login, then a command at a time, until it leaves."""

from __future__ import annotations

import json
import logging
import queue
import threading
import time
import zlib
from dataclasses import dataclass, field
from typing import Any

from exasol_sandbox.database.database import Database
from exasol_sandbox.database.errors import LOGIN_FAILED, ExasolError
from exasol_sandbox.database.login import (
    LoginKey,
    agreed_version,
    log_in,
    log_in_by_token,
    session_facts,
    user_of,
)
from exasol_sandbox.database.parallel import ParallelConnections, Subconversation
from exasol_sandbox.database.protocol import Conversation, failed, ok
from exasol_sandbox.database.session import Session
from exasol_sandbox.database.websocket import WebSocket

_log = logging.getLogger(__name__)

_Conversation = Conversation | Subconversation
MAX_MESSAGE = 128 * 1024 * 1024
_TIMEOUT = ExasolError("R0001", "Query terminated because timeout has been reached.")
_ABORT = ExasolError("R0003", "Client requested execution abort.")
_DEFAULT_FEEDBACK = 1.0
_LOGIN_SECONDS = 60.0
_BY_PASSWORD = {"login", "subLogin"}
_BY_TOKEN = {"loginToken", "subLoginToken"}
_OF_SUBCONNECTIONS = {"subLogin", "subLoginToken"}


@dataclass
class _Running:
    """The command under way, as the reading thread sees it."""

    deadline: float | None = None
    reason: ExasolError | None = None
    done: threading.Event = field(default_factory=threading.Event)

    def why_aborted(self) -> ExasolError | None:
        return self.reason


class Connection:
    """Serves one client.

    The thread that calls `serve` reads, so that an abort is heard and pongs go out while a second thread
    executes.
    """

    def __init__(
        self,
        websocket: WebSocket,
        database: Database,
        key: LoginKey,
        address: tuple[list[str], int],
        parallel: ParallelConnections,
    ) -> None:
        self._websocket = websocket
        self._database = database
        self._key = key
        self._address = address
        self._parallel = parallel
        self._compressed = False
        self._requests: queue.Queue[tuple[dict[str, Any], _Running] | None] = queue.Queue(maxsize=16)
        self._running: _Running | None = None

    def serve(self) -> None:
        """Talks to the client until it leaves or breaks the protocol."""
        conversation = self._log_in()
        if conversation is None:
            return
        name = f"exasol-session-{conversation.session.session_id}"
        worker = threading.Thread(target=self._work, args=(conversation,), name=name)
        worker.start()
        try:
            self._read(conversation)
        finally:
            if self._running is not None:
                conversation.abort()
            self._requests.put(None)
            worker.join()
            conversation.close()
            self._websocket.close()

    def _log_in(self) -> _Conversation | None:
        request = self._next_request()
        if request is None:
            return None
        command = request.get("command")
        refusal = _refusal(command, self._websocket.encrypted)
        if refusal is not None:
            self._refuse(ExasolError(LOGIN_FAILED, refusal))
            return None
        version = agreed_version(request.get("protocolVersion"))
        by_token = command in _BY_TOKEN
        self._send(ok(None if by_token else json.dumps(self._key.public()).encode()))
        credentials = self._next_request()
        if credentials is None:
            return None
        try:
            begin = self._join if command in _OF_SUBCONNECTIONS else self._begin
            conversation = begin(credentials, by_token, version)
        except ExasolError as error:
            self._refuse(error)
            return None
        session = conversation.session
        self._send(ok(json.dumps(session_facts(session, version)).encode(), session.attributes))
        self._compressed = bool(credentials.get("useCompression"))
        return conversation

    def _begin(self, credentials: dict[str, Any], by_token: bool, version: int) -> _Conversation:
        if by_token:
            session = log_in_by_token(self._database, credentials)
        else:
            session = log_in(self._database, self._key, credentials)
        return Conversation(session, self._address, version, self._parallel)

    def _join(self, credentials: dict[str, Any], by_token: bool, version: int) -> _Conversation:
        user = user_of(self._database, self._key, credentials, by_token)
        parallel = self._parallel.find(credentials.get("token"), credentials.get("sessionId"), user)
        return parallel.join(self._websocket.close)

    def _refuse(self, error: ExasolError) -> None:
        self._send(failed(error))
        self._websocket.close()

    def _read(self, conversation: _Conversation) -> None:
        session = conversation.session
        while True:
            running = self._running
            try:
                message = self._websocket.receive(self._patience(running, session))
            except TimeoutError:
                self._beat(running, conversation)
                continue
            if message is None:
                return
            request = self._decode(message)
            if request is None:
                return
            if request.get("command") == "abortQuery":
                self._abort(conversation, _ABORT)
                continue
            limit = float(session.attributes.get("queryTimeout") or 0)
            running = self._running = _Running(time.monotonic() + limit if limit else None)
            self._requests.put((request, running))
            if request.get("command") == "disconnect":
                running.done.wait()
                return

    def _work(self, conversation: _Conversation) -> None:
        while (task := self._requests.get()) is not None:
            request, running = task
            answer = conversation.answer(request, running.why_aborted)
            if self._running is running:
                self._running = None
            try:
                self._send(answer)
            except OSError as error:
                number = conversation.session.session_id
                _log.info("session %s: the client left before its answer: %s", number, error)
            running.done.set()

    def _patience(self, running: _Running | None, session: Session) -> float | None:
        if running is None:
            return None
        interval = float(session.attributes.get("feedbackInterval") or _DEFAULT_FEEDBACK)
        if running.deadline is None or running.reason is not None:
            return interval
        return max(0.0, min(interval, running.deadline - time.monotonic()))

    def _beat(self, running: _Running | None, conversation: _Conversation) -> None:
        if running is None or self._running is not running:
            return
        if running.deadline is not None and running.reason is None and time.monotonic() >= running.deadline:
            self._abort(conversation, _TIMEOUT)
        self._websocket.pong()

    def _abort(self, conversation: Conversation | Subconversation, reason: ExasolError) -> None:
        running = self._running
        if running is not None:
            running.reason = reason
            conversation.abort()

    def _next_request(self) -> dict[str, Any] | None:
        # A client that does not log in must not hold a thread for ever; TimeoutError is an OSError.
        message = self._websocket.receive(_LOGIN_SECONDS)
        return None if message is None else self._decode(message)

    def _decode(self, message: bytes) -> dict[str, Any] | None:
        try:
            if self._compressed:
                inflate = zlib.decompressobj()
                message = inflate.decompress(message, MAX_MESSAGE)
                if inflate.unconsumed_tail:
                    raise ValueError(f"a message of more than {MAX_MESSAGE} bytes")
            request = json.loads(message)
            if not isinstance(request, dict):
                raise ValueError("a JSON value that is not an object")
        except (ValueError, zlib.error, RecursionError) as error:
            self._send(failed(ExasolError("00000", f"The message is not a command in JSON: {error}")))
            self._websocket.close(1002, "protocol error")
            return None
        return request

    def _send(self, answer: bytes) -> None:
        if self._compressed:
            self._websocket.send(zlib.compress(answer, 1), binary=True)
        else:
            self._websocket.send(answer, binary=False)


def _refusal(command: object, encrypted: bool) -> str | None:
    if command not in _BY_PASSWORD | _BY_TOKEN:
        return f"Connection exception - the first command must be login or loginToken, not {command!r}."
    if command in _BY_TOKEN and not encrypted:
        return "Connection exception - a login by token needs an encrypted connection."
    return None
