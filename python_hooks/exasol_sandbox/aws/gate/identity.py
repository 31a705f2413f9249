"""Users, roles and sessions: whose a key is, and what its policies say.

Users, roles and their policies live in moto's IAM; sessions (assumed roles, session tokens) are kept here,
since they must expire.
"""

from __future__ import annotations

import secrets
import string
import time
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from typing import Any

from moto.iam.models import iam_backends

from exasol_sandbox.aws.errors import AwsError
from exasol_sandbox.aws.gate.mfa import is_current_code
from exasol_sandbox.aws.gate.policy import Access, Pairs, is_allowed, trusts

SERVICE_SESSION = timedelta(hours=12)


@dataclass(frozen=True)
class Principal:
    """Who sends a request.

    Attributes:
        arn: Of the user, or of the role's session.
        user_id: The id that GetCallerIdentity shows.
        policies: The policy documents that hold for it.
        context: Condition keys that are known of it, and of its request.
        without_mfa: Whether these are credentials of GetSessionToken without MFA, which IAM does not take.
    """

    arn: str
    user_id: str
    policies: tuple[str, ...] = field(repr=False, default=())
    context: Pairs = ()
    without_mfa: bool = False

    def may(self, access: Access) -> bool:
        """Whether its policies allow an access."""
        now = time.time()
        moment = datetime.fromtimestamp(now, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        known = (
            ("aws:principalarn", self.arn),
            ("aws:principalaccount", self.arn.split(":")[4]),
            ("aws:currenttime", moment),
            ("aws:epochtime", str(int(now))),
            ("aws:securetransport", "false"),
        )
        return is_allowed(self.policies, access.within((*known, *self.context)))

    def within(self, context: Pairs) -> Principal:
        """The same with what is known of its request."""
        return replace(self, context=(*self.context, *context))


@dataclass(frozen=True)
class Session:
    """Temporary credentials."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str = field(repr=False)
    expiration: datetime
    arn: str
    user_id: str
    role_name: str | None
    user_name: str | None
    mfa_at: datetime | None = None


@dataclass(frozen=True)
class Key:
    """A secret and who owns it."""

    secret_access_key: str = field(repr=False)
    principal: Principal


class Identities:
    """The users, roles and sessions of one account."""

    def __init__(self, account_id: str) -> None:
        self.account_id = account_id
        self._sessions: dict[str, Session] = {}

    @property
    def iam(self) -> Any:
        """moto's IAM of this account."""
        return iam_backends[self.account_id]["aws"]

    def find(self, access_key_id: str, session_token: str | None) -> Key | None:
        """The key's secret and owner.

        Returns:
            None for a key that nobody owns, that is inactive, or whose token is not its own.

        Raises:
            AwsError: `ExpiredToken` for a session that is over.
        """
        session = self._sessions.get(access_key_id)
        if session:
            if session_token is None or not secrets.compare_digest(session_token, session.session_token):
                return None
            if session.expiration <= datetime.now(timezone.utc):
                raise AwsError("ExpiredToken", "The security token included in the request is expired")
            return Key(session.secret_access_key, self._session_principal(session))
        if session_token is not None:
            return None
        for user in list(self.iam.users.values()):
            for key in user.access_keys:
                if key.access_key_id == access_key_id and key.status == "Active":
                    known = (("aws:username", user.name),)
                    principal = Principal(user.arn, user.id, self._user_policies(user), known)
                    return Key(key.secret_access_key, principal)
        return None

    def role_arn(self, name: str) -> str | None:
        """The ARN of a role; None for one that does not exist."""
        return next((role.arn for role in list(self.iam.roles.values()) if role.name == name), None)

    def assume_role(
        self,
        caller: Principal,
        role_arn: str,
        name: str,
        duration: timedelta,
        *,
        external_id: str | None = None,
        mfa_at: datetime | None = None,
    ) -> Session:
        """Temporary credentials of a role that trusts the caller.

        Raises:
            AwsError: `AccessDenied` when the role is absent or does not trust the caller.
        """
        context = (
            *caller.context,
            ("aws:principalarn", caller.arn),
            ("sts:rolesessionname", name),
            *((("sts:externalid", external_id),) if external_id else ()),
            *(_mfa_context(mfa_at) if mfa_at else ()),
        )
        role = self._role(role_arn)
        root = f"arn:aws:iam::{self.account_id}:root"
        names = (caller.arn, root, self.account_id)
        if role is None or not trusts(
            role.assume_role_policy_document,
            principal_type="AWS",
            principals=names,
            action="sts:AssumeRole",
            context=context,
        ):
            raise AwsError(
                "AccessDenied",
                f"User: {caller.arn} is not authorized to perform: sts:AssumeRole on resource: {role_arn}",
                403,
            )
        return self._role_session(role, name, duration, mfa_at=mfa_at)

    def assume_for_service(self, service: str, role_arn: str, name: str) -> Session:
        """Temporary credentials of a role that trusts a service, such as `sagemaker.amazonaws.com`.

        Raises:
            AwsError: `ValidationException`, as SageMaker words it, when the role is absent or does not
                trust it.
        """
        role = self._role(role_arn)
        if role is None or not trusts(
            role.assume_role_policy_document,
            principal_type="Service",
            principals=[service],
            action="sts:AssumeRole",
            context=(("aws:sourceaccount", self.account_id),),
        ):
            raise AwsError(
                "ValidationException",
                f"Could not assume role {role_arn}. Please ensure that the role exists and allows principal "
                f"'{service}' to assume the role.",
            )
        return self._role_session(role, name, SERVICE_SESSION)

    def role_principal(self, role_arn: str) -> Principal:
        """A role as the one that acts."""
        role = self._role(role_arn)
        return Principal(role_arn, role.id, _documents(role)) if role else Principal(role_arn, "")

    def check_mfa(self, user: Principal, serial_number: str, code: str) -> datetime:
        """Checks the code of a user's MFA device.

        Returns:
            Now: when the user was authenticated with it.

        Raises:
            AwsError: `AccessDenied` when it is not a device of that user, or not its code.
        """
        device = self.iam.virtual_mfa_devices.get(serial_number)
        owner = self.iam.users.get(user.arn.rpartition("/")[2])
        enabled = owner is not None and owner.arn == user.arn and serial_number in owner.mfa_devices
        if not enabled or device is None:
            raise AwsError(
                "AccessDenied", "MultiFactorAuthentication failed, unable to validate MFA device.", 403
            )
        if not is_current_code(device.base32_string_seed, code):
            raise AwsError(
                "AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code.", 403
            )
        return datetime.now(timezone.utc)

    def session_token(
        self, user: Principal, duration: timedelta, *, mfa_at: datetime | None = None
    ) -> Session:
        """Temporary credentials of a user, with the user's own policies.

        Raises:
            AwsError: `AccessDenied` when the caller is a session itself.
        """
        if ":user/" not in user.arn:
            raise AwsError("AccessDenied", "Cannot call GetSessionToken with session credentials", 403)
        name = user.arn.rpartition("/")[2]
        return self._open(user.arn, user.user_id, duration, user_name=name, mfa_at=mfa_at)

    def _role(self, role_arn: str) -> Any:
        return next((role for role in list(self.iam.roles.values()) if role.arn == role_arn), None)

    def _role_session(
        self, role: Any, name: str, duration: timedelta, *, mfa_at: datetime | None = None
    ) -> Session:
        arn = f"arn:aws:sts::{self.account_id}:assumed-role/{role.name}/{name}"
        return self._open(arn, f"{role.id}:{name}", duration, role_name=role.name, mfa_at=mfa_at)

    def _open(
        self,
        arn: str,
        user_id: str,
        duration: timedelta,
        *,
        role_name: str | None = None,
        user_name: str | None = None,
        mfa_at: datetime | None = None,
    ) -> Session:
        now = datetime.now(timezone.utc)
        session = Session(
            new_access_key_id("ASIA"),
            secrets.token_urlsafe(30),
            secrets.token_urlsafe(120),
            now + duration,
            arn,
            user_id,
            role_name,
            user_name,
            mfa_at,
        )
        over = [key for key, old in list(self._sessions.items()) if old.expiration < now - timedelta(hours=1)]
        for key in over:
            self._sessions.pop(key, None)
        self._sessions[session.access_key_id] = session
        return session

    def _session_principal(self, session: Session) -> Principal:
        policies: tuple[str, ...] = ()
        context = _mfa_context(session.mfa_at)
        if session.role_name in self.iam_role_names():
            policies = _documents(self.iam.get_role(session.role_name))
        elif session.user_name in self.iam.users:
            policies = self._user_policies(self.iam.users[session.user_name])
            context = (*context, ("aws:username", str(session.user_name)))
        without_mfa = session.role_name is None and session.mfa_at is None
        return Principal(session.arn, session.user_id, policies, context, without_mfa)

    def iam_role_names(self) -> set[str]:
        """Names of the roles there are."""
        return {role.name for role in list(self.iam.roles.values())}

    def _user_policies(self, user: Any) -> tuple[str, ...]:
        groups = self.iam.get_groups_for_user(user.name)
        return sum((_documents(group) for group in groups), _documents(user))


def _mfa_context(mfa_at: datetime | None) -> Pairs:
    """Temporary credentials always say whether there was MFA; a user's own key never does."""
    if mfa_at is None:
        return (("aws:multifactorauthpresent", "false"),)
    age = int((datetime.now(timezone.utc) - mfa_at).total_seconds())
    return (("aws:multifactorauthpresent", "true"), ("aws:multifactorauthage", str(age)))


def _documents(owner: Any) -> tuple[str, ...]:
    managed = (
        version.document
        for policy in owner.managed_policies.values()
        for version in policy.versions
        if version.is_default
    )
    return (*owner.policies.values(), *managed)


def new_access_key_id(prefix: str) -> str:
    """A random key id of 20 characters, `AKIA…` for users and `ASIA…` for sessions."""
    alphabet = string.ascii_uppercase + "234567"
    return prefix + "".join(secrets.choice(alphabet) for _ in range(16))
