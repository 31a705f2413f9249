"""`exasol-sagemaker iam`: prints, explains and creates the role and the policies."""

from __future__ import annotations

import json
import re
from pathlib import Path
from uuid import uuid4

import pytest
import yaml
from click.testing import CliRunner, Result

from exasol_sagemaker import AwsSession
from exasol_sagemaker.cli.main import cli
from exasol_sagemaker.iam import Scope, least_privilege
from exasol_sagemaker.iam.rendering import as_markdown

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/dbt/exasol-sagemaker-execution"
OPTIONS = ("--s3-uri", "s3://bucket/prefix", "--region", "eu-central-1", "--name-prefix", "team")
SCOPE = Scope("s3://bucket/prefix", "eu-central-1", ACCOUNT, ROLE, "team-")


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("SAGEMAKER_S3_URI", "SAGEMAKER_ROLE_ARN", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)


def run(*arguments: str, asked: str = "") -> Result:
    return CliRunner().invoke(cli, ["iam", *arguments], input=asked)


def printed(form: str, *more: str) -> str:
    done = run(*OPTIONS, "--role-arn", ROLE, "--format", form, *more)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_json_holds_the_documents_and_the_role() -> None:
    found = json.loads(printed("json"))
    bundle = least_privilege(SCOPE)
    assert found["Policies"] == {f"exasol-sagemaker-{one.role}": one.document() for one in bundle}
    assert found["Role"]["RoleName"] == "exasol-sagemaker-execution"
    assert found["Role"]["Path"] == "/dbt/"
    assert found["Role"]["AssumeRolePolicyDocument"] == bundle.trust


def test_cloudformation_has_the_same_documents() -> None:
    resources = json.loads(printed("cloudformation"))["Resources"]
    for policy in least_privilege(SCOPE):
        properties = resources[f"{policy.role.capitalize()}Policy"]["Properties"]
        assert properties["PolicyDocument"] == policy.document()
    role = resources["ExecutionRole"]["Properties"]
    assert role["ManagedPolicyArns"] == [{"Ref": "ExecutionPolicy"}]


def test_terraform_has_the_same_documents() -> None:
    text = printed("terraform")
    encoded = [json.loads(one) for one in re.findall(r"= jsonencode\((\{.*?\n  \})\)", text, re.DOTALL)]
    bundle = least_privilege(SCOPE)
    assert encoded == [*(one.document() for one in bundle), bundle.trust]
    assert text.count("{") == text.count("}")


def test_everything_is_limited_to_prefix_names_and_role() -> None:
    """Of what AWS can limit, only what Autopilot itself makes goes beyond the names."""
    bundle = least_privilege(SCOPE, in_database_scripts=True)
    for policy in (bundle.dbt, bundle.database):
        for statement in policy.statements:
            for arn in statement.resources:
                if arn == "*":
                    assert all(re.search(":(List|Describe)", action) for action in statement.actions)
                elif ":sagemaker:" in arn:
                    assert re.fullmatch(rf"arn:aws:sagemaker:eu-central-1:{ACCOUNT}:[a-z-]+/team-\*", arn)
                elif ":s3:" in arn:
                    assert arn in {"arn:aws:s3:::bucket", "arn:aws:s3:::bucket/prefix/*"}
                elif "/aws-service-role/" in arn or ":scalable-target/" in arn:
                    assert "sagemaker" in str(statement.condition)
                elif ":alarm:" in arn:
                    assert arn.endswith(":alarm:TargetTracking-endpoint/team-*")
                else:
                    assert arn == ROLE
    limited = [one for one in bundle.dbt.statements if "s3:ListBucket" in one.actions]
    assert limited[0].condition == {"StringLike": {"s3:prefix": ["prefix/*"]}}


def test_a_managed_policy_has_room_for_each() -> None:
    """IAM takes 6,144 characters, white space not counted."""
    longest = Scope(
        f"s3://{'b' * 63}/{'p' * 100}",
        "ap-southeast-1",
        ACCOUNT,
        f"arn:aws:iam::{ACCOUNT}:role/{'r' * 64}",
        "n-",
    )
    for policy in least_privilege(longest, in_database_scripts=True):
        assert len(json.dumps(policy.document(), separators=(",", ":"))) < 6_144


def test_without_a_name_prefix_it_says_how_far_the_policies_reach() -> None:
    done = run(*OPTIONS[:4], "--role-arn", ROLE)
    assert "name_prefix" in done.stderr
    assert "automl-job/*" in done.stdout


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAGEMAKER_S3_URI", "s3://other/place")
    monkeypatch.setenv("SAGEMAKER_ROLE_ARN", ROLE)
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    text = run().stdout
    assert "arn:aws:s3:::other/place/*" in text
    assert f"arn:aws:sagemaker:eu-west-1:{ACCOUNT}:model/*" in text


def test_settings_come_from_the_dbt_project_of_the_folder(tmp_path: Path) -> None:
    target = {
        "type": "exasol_sagemaker",
        "dsn": "localhost:8563",
        "user": "u",
        "password": "{{ env_var('NOT_SET', 'x') }}",
        "dbname": "DB",
        "schema": "s",
        "sagemaker": {
            "s3_uri": "s3://from-profile/x",
            "role_arn": ROLE,
            "region": "eu-west-1",
            "name_prefix": "credit",
        },
    }
    profiles = {"risk": {"target": "prod", "outputs": {"prod": target}}}
    (tmp_path / "profiles.yml").write_text(yaml.safe_dump(profiles))
    (tmp_path / "dbt_project.yml").write_text(yaml.safe_dump({"name": "risk", "profile": "risk"}))
    text = run().stdout
    assert "arn:aws:s3:::from-profile/x/*" in text
    assert "endpoint/credit-*" in text
    assert "unknown" in run("--profile", "unknown").output
    assert "does not have a target named" in run("--target", "nowhere").output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "--s3-uri"),
        ((*OPTIONS, "--role-arn", "role"), "is not the ARN of an IAM role"),
        ((*OPTIONS, "--role-arn", ROLE, "--account-id", "210987654321"), "not of account"),
        (("--s3-uri", "bucket", "--role-arn", ROLE), "is not an S3 URI"),
        ((*OPTIONS[:4], "--role-arn", ROLE, "--name-prefix", "Ä"), "cannot begin a name"),
        (("--yes",), "--create"),
        (("--target", "prod"), "--profile"),
    ],
)
def test_bad_input(arguments: tuple[str, ...], message: str) -> None:
    done = run(*arguments)
    assert done.exit_code != 0
    assert message in done.output
    assert "Traceback" not in done.output


def test_it_creates_what_is_missing_and_says_so_first(
    admin: AwsSession, aws_env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"made-{uuid4().hex[:8]}"
    options = ("--s3-uri", "s3://bucket/prefix", "--region", admin.region, "--name", name, "--create")
    monkeypatch.delenv("SAGEMAKER_ROLE_ARN")

    refused = run(*options, asked="n\n")
    assert refused.exit_code == 1
    assert f"create role {name}-execution" in refused.output
    assert "Nothing was changed" in refused.output
    existing = [one["RoleName"] for one in admin.iam.list_roles()["Roles"]]
    assert f"{name}-execution" not in existing

    done = run(*options, asked="y\n")
    assert done.exit_code == 0, done.output
    assert f"done create policy {name}-dbt" in done.output
    attached = admin.iam.list_attached_role_policies(RoleName=f"{name}-execution")["AttachedPolicies"]
    assert [one["PolicyName"] for one in attached] == [f"{name}-execution"]
    assert "Nothing to do" in run(*options, "--yes").output

    for _ in range(5):
        # IAM keeps five versions of a policy: the oldest makes room.
        other = run(*options, "--yes", "--name-prefix", f"n{uuid4().hex[:4]}")
        assert other.exit_code == 0, other.output
        assert f"update policy {name}-dbt" in other.output
    trust = json.dumps(least_privilege(SCOPE).trust)
    admin.iam.update_assume_role_policy(RoleName=f"{name}-execution", PolicyDocument=trust)
    assert f"update trust policy {name}-execution" in run(*options, "--yes").output


def test_who_may_not_create_them_is_told_what_to_do(
    new_user: object, aws_env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    user = new_user()  # type: ignore[operator]
    credentials = user.session.credentials()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", credentials.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", credentials.secret_key)
    done = run(*OPTIONS[:2], "--region", user.session.region, "--create", "--yes")
    assert done.exit_code == 1
    assert "iam:GetPolicy" in done.output
    assert "administrator" in done.output


def test_the_documentation_has_each_action_and_its_reason() -> None:
    page = (Path(__file__).parents[3] / "docs" / "iam.md").read_text()
    scope = Scope("s3://bucket/prefix", "eu-central-1", ACCOUNT, ROLE, "team-")
    for line in as_markdown(
        least_privilege(scope, in_database_scripts=True), "exasol-sagemaker"
    ).splitlines():
        assert line in page
