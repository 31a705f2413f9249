"""The Exasol side of the sandbox: SQL engine, protocol server, data transfer and scripts."""
