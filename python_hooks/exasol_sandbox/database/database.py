"""The database: one DuckDB instance, its users, and the sessions on it."""

from __future__ import annotations

import secrets
import shutil
import tempfile
import threading
from pathlib import Path

import duckdb
import pyarrow as pa
from cryptography.fernet import Fernet

from exasol_sandbox.database import catalog
from exasol_sandbox.database.errors import LOGIN_FAILED, ExasolError
from exasol_sandbox.database.passwords import hashed, matches, openid, subject_of
from exasol_sandbox.database.scripts import MachinePool
from exasol_sandbox.database.session import Session
from exasol_sandbox.database.system_tables import install
from exasol_sandbox.database.table_locks import TableLocks
from exasol_sandbox.database.transforms.python_functions import install_python_functions
from exasol_sandbox.database.tunnel import TunnelRegistry
from exasol_sandbox.tokens import Kind, TokenRefused, Tokens

_FILE = "exasol.duckdb"
_MOST_READERS = 1024


class Database:
    """One Exasol database.

    Args:
        path: the folder to keep it in; None keeps it in memory only.
        nodes: what `NPROC()` answers and how many workers a UDF is spread over.
        aws: endpoint URL of the sandbox's AWS, which S3 URLs of IMPORT and EXPORT are sent to; None means
            that there is none.
        password: of the user SYS.
        tokens: the OpenID tokens by which users may log in; without, there are none.

    Attributes:
        tunnels: the sockets of clients that wait for an IMPORT or EXPORT to use them.
        machines: the processes in which scripts run.
        locks: which transaction writes to which table.
        version: changes whenever a transaction that changed the catalog ends, so that sessions drop what
            they remember.
    """

    def __init__(
        self,
        path: Path | None = None,
        nodes: int = 1,
        aws: str | None = None,
        *,
        password: str,
        tokens: Tokens | None = None,
    ) -> None:
        self.path = path
        self.nodes = nodes
        self._tokens = tokens or Tokens(Fernet.generate_key())
        self.aws = aws
        self.tunnels = TunnelRegistry()
        self.machines = MachinePool(aws)
        self.locks = TableLocks()
        self.version = 0
        self._lock = threading.Lock()
        self._sessions: dict[int, Session] = {}
        self._scratch = Path(tempfile.mkdtemp(prefix="exasol-sandbox-"))
        # DuckDB before version 2 waits for rows that come in over a socket in one of Arrow's I/O threads, and
        # reading CSV needs another: of its eight nine imports at once left none. Made on demand.
        pa.set_io_thread_count(_MOST_READERS)
        if path is not None:
            path.mkdir(parents=True, exist_ok=True)
        self._duckdb = duckdb.connect(
            str(path / _FILE) if path else ":memory:",
            config={
                "temp_directory": str(self._scratch),
                "python_enable_replacements": "false",
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "default_null_order": "nulls_last",
                "immediate_transaction_mode": "true",
                # As in Exasol, LN(0) and SQRT(-1) are errors; there is no infinity.
                "ieee_floating_point_ops": "false",
            },
        )
        self._prepare(password)

    def _prepare(self, password: str) -> None:
        install_python_functions(self._duckdb)
        connection = self._duckdb.cursor()
        connection.execute("BEGIN")
        catalog.create(connection)
        install(connection)
        catalog.run(connection, "DELETE FROM {c}.sessions")
        connection.execute("COMMIT")
        if not catalog.rows(connection, "SELECT 1 FROM {c}.users WHERE name = 'SYS'"):
            catalog.run(
                connection,
                "INSERT INTO {c}.users VALUES ('SYS', ?, NULL, now()::TIMESTAMP, nextval('{c}.ids'))",
                [hashed(password)],
            )
            for role in ("PUBLIC", "DBA"):
                catalog.run(
                    connection,
                    "INSERT INTO {c}.roles VALUES (?, NULL, now()::TIMESTAMP, nextval('{c}.ids'))",
                    [role],
                )
            catalog.run(connection, "INSERT INTO {c}.role_grants VALUES ('SYS', 'DBA', TRUE)")
            catalog.run(
                connection,
                "INSERT INTO {c}.system_grants (grantee, privilege, admin) "
                "VALUES ('PUBLIC', 'USE ANY SCHEMA', FALSE)",
            )
        else:
            catalog.run(
                connection, "UPDATE {c}.users SET password = ? WHERE name = 'SYS'", [hashed(password)]
            )
        connection.close()

    def login(self, user: str, password: str) -> Session:
        """A new session of `user`.

        Args:
            user: the name, in double quotes if it is not in upper case.
            password: the user's; of a user who is identified by an OpenID subject, a refresh token.

        Raises:
            ExasolError: user or password is wrong (08004).
        """
        return self._begin(self.user_of(user, password))

    def user_of(self, user: str, password: str) -> str:
        """The stored name of a user who knows the password; see `login`."""
        name = user[1:-1] if user.startswith('"') and user.endswith('"') else user.upper()
        found = self._look_up("SELECT password FROM {c}.users WHERE name = ?", name)
        stored = found or hashed(secrets.token_hex())
        subject = subject_of(stored)
        known = matches(password, stored) if subject is None else self._is_token(password, subject)
        if not known or not found:
            raise ExasolError(LOGIN_FAILED, "Connection exception - authentication failed.")
        return name

    def login_by_token(self, token: str, kind: Kind) -> Session:
        """A new session of the user whom an OpenID token names.

        Raises:
            ExasolError: the token is refused, or no user has its subject (08004).
        """
        return self._begin(self.user_of_token(token, kind))

    def user_of_token(self, token: str, kind: Kind) -> str:
        """The name of the user whom an OpenID token names; see `login_by_token`."""
        try:
            subject = self._tokens.subject(token, kind)
        except TokenRefused as error:
            text = f"Connection exception - authentication failed: {error}."
            raise ExasolError(LOGIN_FAILED, text) from error
        found = self._look_up("SELECT name FROM {c}.users WHERE password = ?", openid(subject))
        if not found:
            raise ExasolError(LOGIN_FAILED, "Connection exception - authentication failed.")
        return found

    def _look_up(self, sql: str, value: str) -> str | None:
        connection = self._duckdb.cursor()
        try:
            found = catalog.rows(connection, sql, [value])
        finally:
            connection.close()
        return str(found[0][0]) if found else None

    def _is_token(self, token: str, subject: str) -> bool:
        try:
            return self._tokens.subject(token, "refresh") == subject
        except TokenRefused:
            return False

    def _begin(self, user: str) -> Session:
        connection = self._duckdb.cursor()
        session = Session(self, connection, self._new_id(), user)
        if not session.privileges.mine.has("CREATE SESSION"):
            connection.close()
            raise ExasolError(LOGIN_FAILED, "Connection exception - insufficient privileges: CREATE SESSION.")
        catalog.run(
            connection, "INSERT INTO {c}.sessions VALUES (?, ?, now()::TIMESTAMP)", [session.session_id, user]
        )
        with self._lock:
            self._sessions[session.session_id] = session
        return session

    def _new_id(self) -> int:
        return 1_700_000_000_000_000_000 + secrets.randbelow(10**17)

    def sessions(self) -> list[Session]:
        """The open sessions."""
        with self._lock:
            return list(self._sessions.values())

    def forget(self, session: Session) -> None:
        """A session was closed."""
        with self._lock:
            self._sessions.pop(session.session_id, None)

    def catalog_changed(self) -> None:
        """A transaction that changed the catalog has ended."""
        with self._lock:
            self.version += 1

    def close(self) -> None:
        """Close all sessions and the database."""
        for session in self.sessions():
            session.abort()
            session.close()
        self.machines.close()
        self._duckdb.close()
        shutil.rmtree(self._scratch, ignore_errors=True)
