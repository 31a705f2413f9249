"""AddTags, ListTags and DeleteTags."""

from __future__ import annotations

from typing import Any

from exasol_sandbox.aws.errors import validation_error
from exasol_sandbox.aws.sagemaker.models import SageMaker
from exasol_sandbox.aws.sagemaker.paging import page

TAGS_PER_PAGE = 50


def add_tags(sage_maker: SageMaker, region: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Adds or replaces tags; answers with all of them."""
    arn = _known(sage_maker, region, parameters["ResourceArn"])
    return {"Tags": _wire(sage_maker.add_tags(region, arn, parameters["Tags"]))}


def list_tags(sage_maker: SageMaker, region: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Lists the tags of a resource."""
    tags = _wire(sage_maker.tags(region, _known(sage_maker, region, parameters["ResourceArn"])))
    listed, token = page(
        parameters, tags, key=lambda tag: tag["Key"], descending_by_default=False, size=TAGS_PER_PAGE
    )
    return {"Tags": listed, **token}


def delete_tags(sage_maker: SageMaker, region: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Removes tags by key; unknown keys do not matter."""
    arn = _known(sage_maker, region, parameters["ResourceArn"])
    kept = {k: v for k, v in sage_maker.tags(region, arn).items() if k not in parameters["TagKeys"]}
    sage_maker.set_tags(region, arn, kept)
    return {}


def _known(sage_maker: SageMaker, region: str, arn: str) -> str:
    kinds = (
        sage_maker.jobs,
        sage_maker.models,
        sage_maker.endpoint_configs,
        sage_maker.endpoints,
        sage_maker.transform_jobs,
    )
    for records in kinds:
        for record in records:
            if record.arn.lower() == arn.lower() and record.region == region:
                return str(record.arn)
    raise validation_error(f"Could not find resource {arn}: there is none of that ARN in {region}.")


def _wire(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]
