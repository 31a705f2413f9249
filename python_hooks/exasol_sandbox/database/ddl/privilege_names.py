"""The names of privileges: https://docs.exasol.com/db/latest/database_concepts/privileges/details_rights_management.htm."""

from __future__ import annotations

OF_TABLES = ["ALTER", "DELETE", "INSERT", "REFERENCES", "SELECT", "UPDATE"]
OF_SCRIPTS = ["EXECUTE"]
OF_SCHEMAS = [*OF_TABLES, *OF_SCRIPTS, "USAGE"]
OBJECT_PRIVILEGES = {"ALL", "ACCESS", *OF_SCHEMAS}

_OBJECT_KINDS = (
    "TABLE",
    "VIEW",
    "SCRIPT",
    "FUNCTION",
    "CONNECTION",
    "SCHEMA",
    "VIRTUAL SCHEMA",
    "CONSUMER GROUP",
)
SYSTEM_PRIVILEGES = {
    *(f"CREATE {kind}" for kind in (*_OBJECT_KINDS, "SESSION", "USER", "ROLE")),
    *(f"CREATE ANY {kind}" for kind in _OBJECT_KINDS),
    *(f"ALTER ANY {kind}" for kind in _OBJECT_KINDS),
    *(f"DROP ANY {kind}" for kind in (*_OBJECT_KINDS, "ROLE")),
    *(f"{verb} ANY TABLE" for verb in ("SELECT", "INSERT", "UPDATE", "DELETE", "USE")),
    *("SELECT ANY DICTIONARY", "EXECUTE ANY SCRIPT", "EXECUTE ANY FUNCTION", "USE ANY SCHEMA"),
    *(
        "USE ANY CONNECTION",
        "ACCESS ANY CONNECTION",
        "GRANT ANY CONNECTION",
        "GRANT ANY ROLE",
        "GRANT ANY PRIVILEGE",
    ),
    *(
        "GRANT ANY OBJECT PRIVILEGE",
        "ALTER USER",
        "DROP USER",
        "ALTER SYSTEM",
        "KILL ANY SESSION",
        "IMPORT",
        "EXPORT",
    ),
    *("SET ANY CONSUMER GROUP", "MANAGE CONSUMER GROUPS", "IMPERSONATE ANY USER"),
}
