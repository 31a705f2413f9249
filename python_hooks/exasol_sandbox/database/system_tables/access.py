"""Connections, users, roles, privileges and sessions."""

from __future__ import annotations

from exasol_sandbox.database.system_tables.definition import SystemTable, columns, family

_OBJECT_PRIVILEGES = """
    OBJECT_SCHEMA:name OBJECT_NAME:name OBJECT_TYPE:word PRIVILEGE:word GRANTEE:name GRANTOR:name OWNER:name
"""
_OBJECT_GRANTS = "SELECT schema, name, type, privilege, grantee, grantor, owner FROM {c}.object_grants"
_MINE = "grantee = getvariable('exa_user')"
_THROUGH_ROLES = "list_contains(getvariable('exa_names'), grantee) AND grantee <> getvariable('exa_user')"
_CONCERNED = """(getvariable('exa_everything') OR list_contains(getvariable('exa_names'), grantee)
    OR list_contains(getvariable('exa_names'), grantor) OR list_contains(getvariable('exa_names'), owner))"""

_SESSION_COLUMNS = """
    SESSION_ID:id USER_NAME:name EFFECTIVE_USER:name STATUS:word COMMAND_NAME:word STMT_ID:number
    DURATION:word
    QUERY_TIMEOUT:number ACTIVITY:text TEMP_DB_RAM:number PERSISTENT_DB_RAM:number LOGIN_TIME:time
    CLIENT:name DRIVER:name
    ENCRYPTED:flag HOST:name OS_USER:name OS_NAME:name SCOPE_SCHEMA:name SQL_TEXT:text
"""
_SESSIONS = """
    SELECT id, user_name, user_name, CASE WHEN id = getvariable('exa_session') THEN 'EXECUTE SQL' ELSE
    'IDLE' END,
        CASE WHEN id = getvariable('exa_session') THEN 'SELECT' ELSE 'NOT SPECIFIED' END, NULL, '0:00:00',
        0, NULL, 0, 0,
        login_time, NULL, NULL, TRUE, NULL, NULL, NULL, NULL, NULL
    FROM {c}.sessions
"""

TABLES: list[SystemTable] = [
    SystemTable(
        "EXA_ALL_CONNECTIONS",
        columns("CONNECTION_NAME:name CREATED:time CONNECTION_COMMENT:text"),
        "SELECT name, created, comment FROM {c}.connections",
    ),
    SystemTable(
        "EXA_DBA_CONNECTIONS",
        columns(
            "CONNECTION_NAME:name CONNECTION_STRING:text USER_NAME:text CREATED:time CONNECTION_COMMENT:text"
        ),
        "SELECT name, address, user_name, created, comment FROM {c}.connections",
    ),
    SystemTable(
        "EXA_SESSION_CONNECTIONS",
        columns(
            "CONNECTION_NAME:name CONNECTION_STRING:text USER_NAME:text CREATED:time CONNECTION_COMMENT:text"
        ),
        "SELECT name, address, user_name, created, comment FROM {c}.connections",
    ),
    *family(
        "EXA_{}_CONNECTION_PRIVS",
        "GRANTEE:name GRANTED_CONNECTION:name ADMIN_OPTION:flag",
        f"SELECT grantee, connection, admin FROM {{c}}.connection_grants WHERE {_MINE}",
        ("USER",),
    ),
    *family(
        "EXA_{}_CONNECTION_PRIVS",
        "GRANTEE:name GRANTED_CONNECTION:name ADMIN_OPTION:flag",
        "SELECT grantee, connection, admin FROM {c}.connection_grants",
        ("DBA",),
    ),
    SystemTable(
        "EXA_ALL_USERS",
        columns("USER_NAME:name CREATED:time USER_CONSUMER_GROUP:name USER_COMMENT:text"),
        "SELECT name, created, 'MEDIUM', comment FROM {c}.users",
    ),
    *[
        SystemTable(
            f"EXA_{prefix}_USERS",
            columns(
                """USER_NAME:name CREATED:time DISTINGUISHED_NAME:text KERBEROS_PRINCIPAL:text
                PASSWORD_STATE:word
                   PASSWORD_STATE_CHANGED:time PASSWORD_EXPIRY:time FAILED_LOGIN_ATTEMPTS:number
                   USER_CONSUMER_GROUP:name USER_COMMENT:text"""
            ),
            "SELECT name, created, NULL, NULL, 'VALID', created, NULL, 0, 'MEDIUM', comment "
            "FROM {c}.users WHERE " + rows,
        )
        for prefix, rows in (("USER", "name = getvariable('exa_user')"), ("DBA", "TRUE"))
    ],
    *[
        SystemTable(
            f"EXA_{prefix}_ROLES",
            columns("ROLE_NAME:name CREATED:time ROLE_COMMENT:text"),
            "SELECT name, created, comment FROM {c}.roles",
        )
        for prefix in ("ALL", "DBA")
    ],
    SystemTable(
        "EXA_SESSION_ROLES",
        columns("ROLE_NAME:name ROLE_PRIORITY:word ROLE_COMMENT:text"),
        "SELECT r.name, 'MEDIUM', r.comment FROM {c}.roles r "
        "WHERE list_contains(getvariable('exa_names'), r.name)",
    ),
    *[
        SystemTable(
            f"EXA_{prefix}_ROLE_PRIVS",
            columns("GRANTEE:name GRANTED_ROLE:name ADMIN_OPTION:flag"),
            "SELECT grantee, role, admin FROM {c}.role_grants WHERE " + rows,
        )
        for prefix, rows in (("USER", _MINE), ("ROLE", _THROUGH_ROLES), ("DBA", "TRUE"))
    ],
    *[
        SystemTable(
            f"EXA_{prefix}_SYS_PRIVS",
            columns("GRANTEE:name PRIVILEGE:word ADMIN_OPTION:flag"),
            "SELECT grantee, privilege, admin FROM {c}.system_grants WHERE " + rows,
        )
        for prefix, rows in (("USER", _MINE), ("ROLE", _THROUGH_ROLES), ("DBA", "TRUE"))
    ],
    *[
        SystemTable(f"EXA_{prefix}_OBJ_PRIVS", columns(_OBJECT_PRIVILEGES), f"{_OBJECT_GRANTS} WHERE {rows}")
        for prefix, rows in (
            ("ALL", _CONCERNED),
            ("USER", f"({_MINE} OR grantor = getvariable('exa_user'))"),
            ("ROLE", _THROUGH_ROLES),
            ("DBA", "TRUE"),
        )
    ],
    *[
        SystemTable(f"EXA_{prefix}_SESSIONS", columns(_SESSION_COLUMNS), _SESSIONS + rows)
        for prefix, rows in (("DBA", ""), ("USER", "WHERE user_name = getvariable('exa_user')"))
    ],
    SystemTable(
        "EXA_ALL_SESSIONS",
        columns(
            """SESSION_ID:id USER_NAME:name STATUS:word COMMAND_NAME:word STMT_ID:number DURATION:word
               QUERY_TIMEOUT:number ACTIVITY:text TEMP_DB_RAM:number PERSISTENT_DB_RAM:number
               LOGIN_TIME:time"""
        ),
        """SELECT id, user_name, CASE WHEN id = getvariable('exa_session') THEN 'EXECUTE SQL' ELSE 'IDLE' END,
           CASE WHEN id = getvariable('exa_session') THEN 'SELECT' ELSE 'NOT SPECIFIED' END, NULL,
           '0:00:00', 0, NULL, 0, 0,
           login_time FROM {c}.sessions""",
    ),
]
