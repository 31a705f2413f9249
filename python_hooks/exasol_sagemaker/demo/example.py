"""The example project that `exasol-sagemaker init` starts a user off with."""

from pathlib import Path

from exasol_sagemaker.cli.resources import dbt_package_path
from exasol_sagemaker.demo.project import ProjectPlan

SEED = "credit_applications"
SEED_ROWS = 1_000
#: The seed's columns without key and target. They are in `credit.COLUMN_TYPES` too, but that needs numpy.
FEATURES = (
    "CODE_GENDER",
    "FLAG_OWN_CAR",
    "FLAG_OWN_REALTY",
    "FLAG_MOBIL",
    "FLAG_EMAIL",
    "CNT_CHILDREN",
    "AMT_INCOME_TOTAL",
    "AMT_CREDIT",
    "AMT_ANNUITY",
    "AMT_GOODS_PRICE",
    "NAME_INCOME_TYPE",
    "NAME_EDUCATION_TYPE",
    "NAME_FAMILY_STATUS",
    "NAME_HOUSING_TYPE",
)


def example_plan(package: Path | None = None) -> ProjectPlan:
    """A project on credit applications that come as a seed, so that it builds on any target."""
    return ProjectPlan(
        name="credit_default",
        package=package or dbt_package_path(),
        schema="credit_default",
        relation=f"ref('{SEED}')",
        key="SK_ID_CURR",
        target="TARGET",
        target_sql="target",
        features=[name.lower() for name in FEATURES],
        hold_out="mod(sk_id_curr, 5) = 0",
        hold_out_words="SK_ID_CURR % 5 = 0",
        problem_type="BinaryClassification",
        objective="AUC",
        max_candidates=8,
        max_runtime_seconds=600,
    )
