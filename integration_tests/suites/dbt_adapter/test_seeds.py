"""dbt seed: loading, full refresh, delimiters, types."""

from __future__ import annotations

import pytest
from dbt.tests.adapter.simple_seed.test_seed import (
    BaseBasicSeedTests,
    BaseSeedConfigFullRefreshOff,
    BaseSeedCustomSchema,
    BaseSeedParsing,
    BaseSimpleSeedEnabledViaConfig,
    BaseTestEmptySeed,
)

from .dialect import reserved

pytestmark = pytest.mark.conformance("dbt-tests-adapter", "seeds")


class TestBasicSeedTests(BaseBasicSeedTests):
    # It expects that views go with the table below them.
    test_simple_seed_full_refresh_flag = None


class TestSeedConfigFullRefreshOff(BaseSeedConfigFullRefreshOff):
    pass


class TestSeedCustomSchema(BaseSeedCustomSchema):
    pass


class TestSimpleSeedEnabledViaConfig(BaseSimpleSeedEnabledViaConfig):
    dialect = reserved("relative")


class TestSeedParsing(BaseSeedParsing):
    pass


class TestTestEmptySeed(BaseTestEmptySeed):
    pass
