"""Lua inside a worker process: its interpreter without a way out, and Exasol's additions to the language."""
