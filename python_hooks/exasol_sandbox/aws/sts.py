"""STS: who am I, and temporary credentials."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from xml.sax.saxutils import escape

from exasol_sandbox.aws.errors import AwsError, Response
from exasol_sandbox.aws.gate.identity import Identities, Principal, Session
from exasol_sandbox.aws.gate.request import AwsRequest

NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"
_ROLE_ARN = re.compile(r"arn:aws:iam::\d{12}:role/[\w+=,.@/-]+")


def answer(identities: Identities, caller: Principal, request: AwsRequest, request_id: str) -> Response:
    """Serves GetCallerIdentity, AssumeRole and GetSessionToken.

    Raises:
        AwsError: For bad parameters, a role that may not be assumed, and any other action.
    """
    form = request.form
    action = form.get("Action", "")
    if action == "GetCallerIdentity":
        result = (
            f"<Arn>{escape(caller.arn)}</Arn><UserId>{escape(caller.user_id)}</UserId>"
            f"<Account>{identities.account_id}</Account>"
        )
    elif action == "AssumeRole":
        result = _assume_role(identities, caller, form)
    elif action == "GetSessionToken":
        mfa_at = _mfa(identities, caller, form)
        session = identities.session_token(caller, _duration(form, 43_200, 129_600), mfa_at=mfa_at)
        result = _credentials(session)
    else:
        raise AwsError("InvalidAction", f"The sandbox does not support sts:{action}.")
    body = (
        f'<{action}Response xmlns="{NAMESPACE}"><{action}Result>{result}</{action}Result>'
        f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></{action}Response>"
    )
    return Response(200, body.encode(), {"Content-Type": "text/xml"})


def _assume_role(identities: Identities, caller: Principal, form: dict[str, str]) -> str:
    role_arn, name = form.get("RoleArn", ""), form.get("RoleSessionName", "")
    if not _ROLE_ARN.fullmatch(role_arn):
        raise AwsError("ValidationError", f"{role_arn} is invalid")
    if not re.fullmatch(r"[\w+=,.@-]{2,64}", name):
        raise AwsError(
            "ValidationError",
            f"1 validation error detected: Value '{name}' at 'roleSessionName' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern: [\\w+=,.@-]{2,64}",
        )
    if "Policy" in form:
        raise AwsError("ValidationError", "The sandbox does not support session policies; leave Policy out.")
    for member in form:
        if member.startswith(("PolicyArns.", "Tags.", "TransitiveTagKeys.")) or member == "SourceIdentity":
            raise AwsError("ValidationError", f"The sandbox does not support {member}; leave it out.")
    session = identities.assume_role(
        caller,
        role_arn,
        name,
        _duration(form, 3600, 43_200),
        external_id=form.get("ExternalId"),
        mfa_at=_mfa(identities, caller, form),
    )
    user = (
        f"<AssumedRoleUser><AssumedRoleId>{escape(session.user_id)}</AssumedRoleId>"
        f"<Arn>{escape(session.arn)}</Arn></AssumedRoleUser>"
    )
    return user + _credentials(session)


def _mfa(identities: Identities, caller: Principal, form: dict[str, str]) -> datetime | None:
    if "SerialNumber" not in form and "TokenCode" not in form:
        return None
    return identities.check_mfa(caller, form.get("SerialNumber", ""), form.get("TokenCode", ""))


def _duration(form: dict[str, str], default: int, longest: int) -> timedelta:
    text = form.get("DurationSeconds", str(default))
    if not text.isdigit() or not 900 <= int(text) <= longest:
        raise AwsError(
            "ValidationError",
            f"1 validation error detected: Value '{text}' at 'durationSeconds' failed to satisfy constraint: "
            f"Member must be between 900 and {longest}",
        )
    return timedelta(seconds=int(text))


def _credentials(session: Session) -> str:
    return (
        f"<Credentials><AccessKeyId>{session.access_key_id}</AccessKeyId>"
        f"<SecretAccessKey>{session.secret_access_key}</SecretAccessKey>"
        f"<SessionToken>{session.session_token}</SessionToken>"
        f"<Expiration>{session.expiration.strftime('%Y-%m-%dT%H:%M:%SZ')}</Expiration></Credentials>"
    )
