"""Exasol's SQL to DuckDB's: parsing, names, types, and one module for each kind of difference."""
