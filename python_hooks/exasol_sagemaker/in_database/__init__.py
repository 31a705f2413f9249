"""The hook module inside the database: behind the UDFs of the package's scripts SME_….

`library.py` puts the modules that are needed there into one script, which the UDFs import. So they run in
Exasol's standard container for Python 3 (Python 3.10, pandas 2.2, boto3 1.34), without pyexasol and dbt: what
is imported here must do with that.
"""
