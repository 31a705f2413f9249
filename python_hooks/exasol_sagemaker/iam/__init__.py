"""Least-privilege policies for who runs dbt, for the database's key and for SageMaker, in one definition."""

from exasol_sagemaker.iam.execution import execution_policy, trust_policy
from exasol_sagemaker.iam.policies import Bundle, database_policy, dbt_policy, least_privilege
from exasol_sagemaker.iam.scope import Scope
from exasol_sagemaker.iam.statements import Policy, Statement

__all__ = [
    "Bundle",
    "Policy",
    "Scope",
    "Statement",
    "database_policy",
    "dbt_policy",
    "execution_policy",
    "least_privilege",
    "trust_policy",
]
