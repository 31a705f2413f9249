"""What sqlfluff takes for the dbt package's macros: selects of the same shape."""


def predict(udf: str, input: str, key: str, **options: object) -> str:
    """A select as predict() gives it."""
    return f"select\n    {key},\n    prediction,\n    probability,\n    job_name\nfrom {input}"


def evaluate(predictions: str, truth: str, key: str, **options: object) -> str:
    """A select as evaluate() gives it."""
    return f"select\n    predictions.{key}\nfrom {predictions} as predictions\ninner join {truth} as truth"


def after_registered_models() -> str:
    """Comments with dependencies: none."""
    return ""
