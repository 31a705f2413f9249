"""Names of jobs, models, endpoint configurations, endpoints and S3 prefixes.

Limits are those of boto3's service model: job names have 1 to 32 characters, the others up to 63; letters,
digits and hyphens, with a letter or digit at both ends.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

from exasol_sagemaker.errors import NamingError
from exasol_sagemaker.ownership import Owner

JOB_NAME_LIMIT = 32
NAME_LIMIT = 63
FINGERPRINT_DIGITS = 8

_ATTEMPT_RESERVE = len("-999")
_DIGEST_DIGITS = 6
_NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9])*")


def slug(name: str) -> str:
    """`name` in lower-case ASCII letters, digits and single hyphens: `Credit_Risk ü` → `credit-risk-u`.

    Raises:
        NamingError: No ASCII letter or digit is left of it.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    result = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
    if not result:
        raise NamingError(
            f"No SageMaker name can be made of {name!r}",
            node=name or None,
            why="SageMaker's names consist of the letters a to z, digits and hyphens.",
            hint="Give the model a name with ASCII letters or digits.",
        )
    return result


def digest(*parts: str, digits: int = FINGERPRINT_DIGITS) -> str:
    """The first hex digits of a SHA-256 over `parts`, in which ("ab", "c") and ("a", "bc") differ."""
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()[:digits]


def shorten(name: str, limit: int) -> str:
    """The slug of `name` in at most `limit` characters.

    A longer one ends in a digest of the whole name, so that long names that begin alike stay apart.
    """
    result = slug(name)
    if len(result) <= limit:
        return result
    head = result[: limit - _DIGEST_DIGITS - 1].rstrip("-")
    return f"{head}-{digest(name, digits=_DIGEST_DIGITS)}"


def job_head(name: str) -> str:
    """What all jobs of a model begin with: its slug."""
    return shorten(name, JOB_NAME_LIMIT - _ATTEMPT_RESERVE - FINGERPRINT_DIGITS - 1)


def is_job_of(head: str, name: str) -> bool:
    """Whether a job's name is made of this head, a fingerprint and perhaps a number."""
    pattern = rf"{re.escape(head)}-[0-9a-f]{{{FINGERPRINT_DIGITS}}}(-[1-9]\d*)?"
    return re.fullmatch(pattern, name) is not None


def job_base_name(name: str, fingerprint: str) -> str:
    """What all attempts of one fingerprint begin with: `<slug>-<8 hex>`."""
    return f"{job_head(name)}-{fingerprint[:FINGERPRINT_DIGITS]}"


def transform_base_name(name: str, fingerprint: str) -> str:
    """As job_base_name, for transform jobs, whose names may be longer."""
    room = NAME_LIMIT - _ATTEMPT_RESERVE - FINGERPRINT_DIGITS - 1
    return f"{shorten(name, room)}-{fingerprint[:FINGERPRINT_DIGITS]}"


def job_name(base: str, attempt: int, limit: int = JOB_NAME_LIMIT) -> str:
    """The name of an attempt; the first one is the base name itself.

    Raises:
        NamingError: There is no room for so many attempts.
    """
    result = base if attempt == 1 else f"{base}-{attempt}"
    if len(result) > limit:
        raise NamingError(
            f"No name is left for attempt {attempt} of job {base!r}",
            why=f"Names of jobs have at most {limit} characters here, and SageMaker keeps all jobs for ever.",
            hint="Rename the model, or change its query or configuration.",
        )
    return result


def attempt_of(base: str, name: str) -> int | None:
    """Which attempt of `base` a job's name is; None if it is none."""
    match = re.fullmatch(re.escape(base) + r"(?:-([1-9]\d*))?", name)
    if match is None:
        return None
    return int(match.group(1) or 1)


def endpoint_name(name: str, owner: Owner) -> str:
    """The stable endpoint name of a node and target: `<slug>-<target>-<8 hex of project, target, node>`."""
    tail = f"{shorten(owner.target, 16)}-{digest(owner.project, owner.target, owner.node)}"
    return f"{shorten(name, NAME_LIMIT - len(tail) - 1)}-{tail}"


def check_endpoint_name(name: str) -> str:
    """`name`, if SageMaker takes it for an endpoint.

    Raises:
        NamingError: It does not.
    """
    if len(name) > NAME_LIMIT or not _NAME.fullmatch(name):
        raise NamingError(
            f"{name!r} cannot be the name of an endpoint",
            hint=f"Use at most {NAME_LIMIT} ASCII letters, digits and hyphens, beginning and ending with a "
            "letter or digit.",
        )
    return name


def check_job_name(name: str) -> str:
    """`name`, if SageMaker takes it for an Autopilot job.

    Raises:
        NamingError: It does not.
    """
    if len(name) > JOB_NAME_LIMIT or not _NAME.fullmatch(name):
        raise NamingError(
            f"{name!r} cannot be the name of an Autopilot job",
            hint=f"Use at most {JOB_NAME_LIMIT} ASCII letters, digits and hyphens, beginning and ending with "
            "a letter or digit.",
        )
    return name


def endpoint_marker(endpoint: str) -> str:
    """The part of model and configuration names that says which endpoint they were made for."""
    return digest("endpoint", endpoint)


def part_name(job: str, endpoint: str, content: str) -> str:
    """Name of a model or an endpoint configuration: job, endpoint marker and a digest of its content."""
    return f"{job}-{endpoint_marker(endpoint)}-{digest(content)}"


def job_of_part(name: str, endpoint: str) -> str:
    """The job in the name of a model or an endpoint configuration that part_name made."""
    return name.rpartition(f"-{endpoint_marker(endpoint)}-")[0]


def target_prefix(s3_uri: str, project: str, target: str) -> str:
    """S3 prefix of all that one target of a project keeps, ending in a slash: teardown deletes it whole."""
    return f"{s3_uri.rstrip('/')}/{shorten(project, NAME_LIMIT)}/{shorten(target, NAME_LIMIT)}/"


def job_prefix(s3_uri: str, owner: Owner, node_name: str, job: str) -> str:
    """S3 prefix of a job: `<s3_uri>/<project>/<target>/<node name>/<job name>/`."""
    home = target_prefix(s3_uri, owner.project, owner.target)
    return f"{home}{shorten(node_name, NAME_LIMIT)}/{job}/"
