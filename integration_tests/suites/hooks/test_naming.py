"""Names of jobs, endpoints and their parts."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exasol_sagemaker import NamingError, Owner, naming

JOB_NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,31}")
ENDPOINT_NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")

model_names = st.from_regex(r"[A-Za-z_ü][A-Za-z0-9_ü]{0,80}", fullmatch=True).filter(
    lambda name: re.search("[a-zA-Z0-9ü]", name)
)
fingerprints = st.text("0123456789abcdef", min_size=64, max_size=64)


@given(model_names, fingerprints, st.integers(1, 999))
def test_every_model_name_gives_a_job_name_that_sagemaker_takes(name: str, digest: str, attempt: int) -> None:
    base = naming.job_base_name(name, digest)
    job = naming.job_name(base, attempt)
    assert JOB_NAME.fullmatch(job)
    assert len(job) <= 32
    assert naming.attempt_of(base, job) == attempt


@given(model_names, model_names)
def test_long_names_that_begin_alike_stay_apart(first: str, second: str) -> None:
    stem = "credit_risk_of_private_customers_"
    one, two = naming.shorten(stem + first, 19), naming.shorten(stem + second, 19)
    assert (one == two) == (first == second)


@given(model_names, model_names, model_names)
def test_endpoint_names_fit_and_tell_targets_apart(name: str, target: str, other: str) -> None:
    owner = Owner("shop", target, name)
    made = naming.endpoint_name(name, owner)
    assert ENDPOINT_NAME.fullmatch(made)
    assert (made == naming.endpoint_name(name, Owner("shop", other, name))) == (target == other)


@given(model_names, fingerprints)
def test_parts_of_an_endpoint_fit_and_carry_its_mark(name: str, digest: str) -> None:
    job = naming.job_name(naming.job_base_name(name, digest), 999)
    part = naming.part_name(job, "endpoint", "content")
    assert ENDPOINT_NAME.fullmatch(part)
    assert f"-{naming.endpoint_marker('endpoint')}-" in part


def test_a_readable_name() -> None:
    assert naming.job_base_name("Credit__Risk_ü", "0123456789abcdef") == "credit-risk-u-01234567"
    assert naming.job_name("credit-01234567", 1) == "credit-01234567"
    assert naming.job_name("credit-01234567", 2) == "credit-01234567-2"


@pytest.mark.parametrize("name", ["", "___", "模型", "-"])
def test_a_name_without_ascii_letters_or_digits_is_refused(name: str) -> None:
    with pytest.raises(NamingError, match="No SageMaker name can be made of"):
        naming.slug(name)


@pytest.mark.parametrize("name", ["", "a" * 64, "-a", "a-", "a_b", "ü"])
def test_an_endpoint_name_that_sagemaker_refuses_is_refused_here(name: str) -> None:
    with pytest.raises(NamingError, match="cannot be the name of an endpoint"):
        naming.check_endpoint_name(name)


def test_another_models_job_is_no_attempt() -> None:
    assert naming.attempt_of("risk-01234567", "risk-01234567-x") is None
    assert naming.attempt_of("risk-01234567", "my-risk-01234567") is None
    assert naming.attempt_of("risk-01234567", "risk-01234567-0") is None


def test_attempts_beyond_the_room_in_a_name_are_refused() -> None:
    base = naming.job_base_name("x" * 40, "0" * 64)
    with pytest.raises(NamingError, match="No name is left"):
        naming.job_name(base, 1000)
