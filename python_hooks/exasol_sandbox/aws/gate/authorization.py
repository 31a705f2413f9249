"""Which action a request is, on which resource.

Source of the mapping: "Actions, resources, and condition keys" of S3, STS, IAM and SageMaker in the service
authorization reference.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from exasol_sandbox.aws.autoscaling.access import accesses as scaling_accesses
from exasol_sandbox.aws.gate.multi_delete import is_multi_delete, keys_to_delete
from exasol_sandbox.aws.gate.policy import Access
from exasol_sandbox.aws.gate.request import AwsRequest

# The first that a request has is what it acts on.
_SAGEMAKER_RESOURCES = {
    "TransformJobName": "transform-job",
    "AutoMLJobName": "automl-job",
    "EndpointName": "endpoint",
    "EndpointConfigName": "endpoint-config",
    "ModelName": "model",
}
# Actions that AWS checks against each of these.
_TWO_RESOURCES = {"CreateEndpoint", "UpdateEndpoint"}
# Actions that cannot be limited to a resource.
_NO_RESOURCE = {
    "ListAutoMLJobs",
    "ListCandidatesForAutoMLJob",
    "ListEndpointConfigs",
    "ListEndpoints",
    "ListModels",
    "ListTransformJobs",
}
_BUCKET_SUBRESOURCES = {
    "location": {"GET": "GetBucketLocation"},
    "versioning": {"GET": "GetBucketVersioning", "PUT": "PutBucketVersioning"},
    "policy": {"GET": "GetBucketPolicy", "PUT": "PutBucketPolicy", "DELETE": "DeleteBucketPolicy"},
    "tagging": {"GET": "GetBucketTagging", "PUT": "PutBucketTagging", "DELETE": "PutBucketTagging"},
    "encryption": {"GET": "GetEncryptionConfiguration", "PUT": "PutEncryptionConfiguration"},
    "uploads": {"GET": "ListBucketMultipartUploads"},
    "versions": {"GET": "ListBucketVersions"},
    "acl": {"GET": "GetBucketAcl", "PUT": "PutBucketAcl"},
}
_BUCKET = {"GET": "ListBucket", "HEAD": "ListBucket", "PUT": "CreateBucket", "DELETE": "DeleteBucket"}
_OBJECT = {
    "GET": "GetObject",
    "HEAD": "GetObject",
    "PUT": "PutObject",
    "POST": "PutObject",
    "DELETE": "DeleteObject",
}


def accesses(
    request: AwsRequest, service: str, region: str, account_id: str, role_arn: Callable[[str], str | None]
) -> list[Access]:
    """What the sender must be allowed to do, all of it, for the request to be served.

    Of DeleteObjects, each key stands for itself: see multi_delete.

    Args:
        role_arn: Gives the ARN of a role by its name.
    """
    if service == "s3":
        return _s3(request)
    if service == "sagemaker":
        return _sagemaker(request, region, account_id)
    if service == "application-autoscaling":
        return scaling_accesses(request, region, account_id)
    form = request.form
    resource = form.get("RoleArn", "*")
    if service == "iam":
        resource = _iam_resource(form, account_id, role_arn)
    context = tuple(
        (key, form[member])
        for member, key in (("ExternalId", "sts:externalid"), ("RoleSessionName", "sts:rolesessionname"))
        if member in form
    )
    return [Access(f"{service}:{form.get('Action', '')}", resource, context)]


def _s3(request: AwsRequest) -> list[Access]:
    bucket, _, key = request.path.lstrip("/").partition("/")
    query = request.query
    if not bucket:
        return [Access("s3:ListAllMyBuckets", "*")]
    arn = f"arn:aws:s3:::{bucket}"
    if key:
        action = _OBJECT.get(request.method, request.method)
        if "uploadId" in query and request.method == "DELETE":
            action = "AbortMultipartUpload"
        elif "uploadId" in query and request.method == "GET":
            action = "ListMultipartUploadParts"
        elif "tagging" in query:
            action += "Tagging"
        found = [Access(f"s3:{action}", f"{arn}/{key}")]
        if source := request.headers.get("x-amz-copy-source"):
            found.append(Access("s3:GetObject", f"arn:aws:s3:::{unquote(source).lstrip('/')}"))
        for header, further in (("x-amz-tagging", "PutObjectTagging"), ("x-amz-acl", "PutObjectAcl")):
            if header in request.headers:
                found.append(Access(f"s3:{further}", f"{arn}/{key}"))
        return found
    if is_multi_delete(request):
        return [Access("s3:DeleteObject", f"{arn}/{one}") for one in keys_to_delete(request)]
    action = _BUCKET.get(request.method, request.method)
    for name, actions in _BUCKET_SUBRESOURCES.items():
        if name in query:
            action = actions.get(request.method, action)
    context = tuple((f"s3:{name}", query[name]) for name in ("prefix", "delimiter") if name in query)
    return [Access(f"s3:{action}", arn, context)]


def _sagemaker(request: AwsRequest, region: str, account_id: str) -> list[Access]:
    prefix = f"arn:aws:sagemaker:{region}:{account_id}:"
    if not request.target:
        name = request.path.split("/")[2] if request.path.count("/") >= 2 else ""
        return [Access("sagemaker:InvokeEndpoint", f"{prefix}endpoint/{name.lower()}")]
    try:
        parameters = json.loads(request.body or b"{}")
    except ValueError:
        parameters = {}
    if not isinstance(parameters, dict):
        parameters = {}
    resource, *further = _sagemaker_resources(request.target, parameters, prefix)
    tags = _tags(parameters)
    found = [Access(f"sagemaker:{request.target}", one, tags) for one in (resource, *further)]
    role = parameters.get("RoleArn", parameters.get("ExecutionRoleArn"))
    if isinstance(role, str) and request.target.startswith("Create"):
        found.append(Access("iam:PassRole", role, (("iam:passedtoservice", "sagemaker.amazonaws.com"),)))
    if parameters.get("Tags") and request.target.startswith("Create"):
        found.append(Access("sagemaker:AddTags", resource, tags))
    return found


def _sagemaker_resources(action: str, parameters: dict[str, Any], prefix: str) -> list[str]:
    if action in _NO_RESOURCE:
        return ["*"]
    named = [
        f"{prefix}{kind}/{str(parameters[member]).lower()}"
        for member, kind in _SAGEMAKER_RESOURCES.items()
        if member in parameters
    ]
    if not named:
        return [str(parameters.get("ResourceArn", "*"))]
    return named if action in _TWO_RESOURCES else named[:1]


def _tags(parameters: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    tags = parameters.get("Tags")
    if not isinstance(tags, list):
        return ()
    pairs = [(str(tag.get("Key")), str(tag.get("Value"))) for tag in tags if isinstance(tag, dict)]
    return (
        *(("aws:tagkeys", key) for key, _ in pairs),
        *((f"aws:requesttag/{key}", value) for key, value in pairs),
    )


def _iam_resource(form: dict[str, str], account_id: str, role_arn: Callable[[str], str | None]) -> str:
    if known := role_arn(form.get("RoleName", "")):
        return known
    for member, kind in (("RoleName", "role"), ("UserName", "user"), ("PolicyName", "policy")):
        if member in form:
            return f"arn:aws:iam::{account_id}:{kind}{form.get('Path', '/')}{form[member]}"
    return form.get("PolicyArn", "*")
