"""What sqlfluff takes for the dbt package's macros: selects of the same shape."""


def predict(udf: str, input: str, key: str, **options: object) -> str:
    """A select as predict() gives it."""
    return f"select\n    {key},\n    prediction,\n    probability,\n    job_name\nfrom {input}"
