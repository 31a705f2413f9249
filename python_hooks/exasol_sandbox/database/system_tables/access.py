"""Connections, users, roles, privileges and sessions."""

from __future__ import annotations

from exasol_sandbox.database.passwords import OPENID
from exasol_sandbox.database.system_tables.definition import SystemTable, columns, family

_OBJECT_PRIVILEGES = """
    OBJECT_SCHEMA:name OBJECT_NAME:name OBJECT_TYPE:word PRIVILEGE:word GRANTEE:name GRANTOR:name OWNER:name
"""
_OBJECT_GRANTS = "SELECT schema, name, type, privilege, grantee, grantor, owner FROM {c}.object_grants"
_MINE = "grantee = getvariable('exa_user')"
_MADE = "grantor = getvariable('exa_user')"
_THROUGH_ROLES = "list_contains(getvariable('exa_names'), grantee) AND grantee <> getvariable('exa_user')"
_CONCERNED = """(getvariable('exa_everything') OR list_contains(getvariable('exa_names'), grantee)
    OR list_contains(getvariable('exa_names'), grantor) OR list_contains(getvariable('exa_names'), owner))"""

_USER_STATE = """USER_CONSUMER_GROUP:name PASSWORD_STATE:word PASSWORD_STATE_CHANGED:time
    PASSWORD_EXPIRY:time PASSWORD_EXPIRY_DAYS:number PASSWORD_GRACE_DAYS:number PASSWORD_EXPIRY_POLICY:name
    FAILED_LOGIN_ATTEMPTS:number USER_COMMENT:text"""
_USER_STATES = "'MEDIUM', 'VALID', created, NULL, NULL, NULL, 'OFF', 0, comment"

# What they show to all, and the names that only the user and those with SELECT ANY DICTIONARY see.
_SESSION_STATE = """STATUS:word COMMAND_NAME:word STMT_ID:number DURATION:word QUERY_TIMEOUT:number
    ACTIVITY:text TEMP_DB_RAM:number PERSISTENT_DB_RAM:number LOGIN_TIME:time CLIENT:name DRIVER:name
    ENCRYPTED:flag"""
_SESSION_RESOURCES = "CONSUMER_GROUP:name NICE:flag RESOURCES:number CLUSTER_NAME:name"
_SESSION_STATES = """CASE WHEN id = getvariable('exa_session') THEN 'EXECUTE SQL' ELSE 'IDLE' END,
    CASE WHEN id = getvariable('exa_session') THEN 'SELECT' ELSE 'NOT SPECIFIED' END,
    NULL, '0:00:00', 0, NULL, 0, 0, login_time, NULL, NULL, NULL"""
_SESSION_COLUMNS = f"""SESSION_ID:id USER_NAME:name EFFECTIVE_USER:name {_SESSION_STATE}
    HOST:name OS_USER:name OS_NAME:name SCOPE_SCHEMA:name {_SESSION_RESOURCES} SQL_TEXT:text"""
_SESSIONS = f"""
    SELECT id, user_name, user_name, {_SESSION_STATES}, NULL, NULL, NULL,
        CASE WHEN id = getvariable('exa_session') THEN getvariable('exa_schema') END,
        'MEDIUM', NULL, NULL, 'MAIN', NULL
    FROM {{c}}.sessions
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
    SystemTable(
        "EXA_USER_USERS",
        columns(f"USER_NAME:name CREATED:time {_USER_STATE}"),
        f"SELECT name, created, {_USER_STATES} FROM {{c}}.users WHERE name = getvariable('exa_user')",
    ),
    SystemTable(
        "EXA_DBA_USERS",
        columns(
            f"""USER_NAME:name CREATED:time DISTINGUISHED_NAME:text KERBEROS_PRINCIPAL:text
                OPENID_SUBJECT:text PASSWORD:name {_USER_STATE}"""
        ),
        f"""SELECT name, created, NULL, NULL,
            CASE WHEN starts_with(password, '{OPENID}') THEN substr(password, {len(OPENID) + 1}) END, NULL,
            {_USER_STATES} FROM {{c}}.users""",
    ),
    *[
        SystemTable(
            f"EXA_{prefix}_ROLES",
            columns("ROLE_NAME:name CREATED:time ROLE_CONSUMER_GROUP:name ROLE_COMMENT:text"),
            "SELECT name, created, NULL, comment FROM {c}.roles",
        )
        for prefix in ("ALL", "DBA")
    ],
    SystemTable(
        "EXA_SESSION_ROLES",
        columns("ROLE_NAME:name ROLE_CONSUMER_GROUP:name ROLE_COMMENT:text"),
        "SELECT r.name, NULL, r.comment FROM {c}.roles r "
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
            ("USER", f"({_MINE} OR {_MADE})"),
            ("ROLE", _THROUGH_ROLES),
            ("DBA", "TRUE"),
        )
    ],
    *[
        SystemTable(f"EXA_{name}", columns(_OBJECT_PRIVILEGES), f"{_OBJECT_GRANTS} WHERE {rows}")
        for name, rows in (
            ("ALL_OBJ_PRIVS_MADE", f"({_MADE} OR list_contains(getvariable('exa_names'), owner))"),
            ("ALL_OBJ_PRIVS_RECD", "list_contains(getvariable('exa_names'), grantee)"),
            ("USER_OBJ_PRIVS_MADE", _MADE),
            ("USER_OBJ_PRIVS_RECD", _MINE),
        )
    ],
    *[
        SystemTable(f"EXA_{prefix}_SESSIONS", columns(_SESSION_COLUMNS), _SESSIONS + rows)
        for prefix, rows in (("DBA", ""), ("USER", "WHERE user_name = getvariable('exa_user')"))
    ],
    SystemTable(
        "EXA_ALL_SESSIONS",
        columns(f"SESSION_ID:id USER_NAME:name {_SESSION_STATE} {_SESSION_RESOURCES}"),
        f"SELECT id, user_name, {_SESSION_STATES}, 'MEDIUM', NULL, NULL, 'MAIN' FROM {{c}}.sessions",
    ),
]
