"""Functions written in SQL: https://docs.exasol.com/db/latest/sql/create_function.htm."""
