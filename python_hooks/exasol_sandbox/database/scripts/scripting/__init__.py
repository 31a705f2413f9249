"""Scripting programs: EXECUTE SCRIPT, the statements that a script runs, and what it returns."""

from exasol_sandbox.database.scripts.scripting.statement import execute_script

__all__ = ["execute_script"]
