"""The body of a prediction UDF, in parts, which `script.py` joins.

The parts run in the database, in Exasol's standard container for Python 3 (Python 3.10, pandas 2.2,
numpy 1.26, pyarrow 16, boto3 1.34), where this package is not. There they are one script: a part may import
from another by `from exasol_sagemaker.udf.… import …`, and no two may define the same name.
"""
