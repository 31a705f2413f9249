"""What runs inside a UDF's process.

Imports nothing of the sandbox outside this package, so that it also runs in an interpreter that only has
numpy, pandas and pyarrow: the one that an alias of SCRIPT_LANGUAGES points at.
"""
