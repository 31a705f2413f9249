"""Which action a request is, on which resource.

Source of the mapping: "Actions, resources, and condition keys" of S3, STS, IAM and SageMaker in the service
authorization reference.
"""

from __future__ import annotations

import json

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


def accesses(request: AwsRequest, service: str, region: str, account_id: str) -> list[Access]:
    """What the sender must be allowed to do, all of it, for the request to be served."""
    if service == "s3":
        return _s3(request)
    if service == "sagemaker":
        return _sagemaker(request, region, account_id)
    form = request.form
    resource = form.get("RoleArn", "*")
    if service == "iam":
        resource = _iam_resource(form, account_id)
    return [Access(f"{service}:{form.get('Action', '')}", resource)]


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
            found.append(Access("s3:GetObject", f"arn:aws:s3:::{source.lstrip('/')}"))
        return found
    if request.method == "POST" and "delete" in query:
        return [Access("s3:DeleteObject", f"{arn}/*")]
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
    resource = str(parameters.get("ResourceArn", "*"))
    for member, kind in _SAGEMAKER_RESOURCES.items():
        if member in parameters:
            resource = f"{prefix}{kind}/{str(parameters[member]).lower()}"
            break
    found = [Access(f"sagemaker:{request.target}", resource)]
    role = parameters.get("RoleArn", parameters.get("ExecutionRoleArn"))
    if isinstance(role, str) and request.target.startswith("Create"):
        found.append(Access("iam:PassRole", role, (("iam:passedtoservice", "sagemaker.amazonaws.com"),)))
    if parameters.get("Tags") and request.target.startswith("Create"):
        found.append(Access("sagemaker:AddTags", resource))
    return found


def _iam_resource(form: dict[str, str], account_id: str) -> str:
    for member, kind in (("RoleName", "role"), ("UserName", "user"), ("PolicyName", "policy")):
        if member in form:
            return f"arn:aws:iam::{account_id}:{kind}{form.get('Path', '/')}{form[member]}"
    return form.get("PolicyArn", "*")
