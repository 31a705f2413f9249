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
from dbt.tests.adapter.simple_seed.test_seed_type_override import BaseSimpleSeedColumnOverride

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


class TestSimpleSeedColumnOverride(BaseSimpleSeedColumnOverride):
    dialect = (
        (r"type: text\b", "type: VARCHAR(2000000)"),
        (r"type: date\b", "type: VARCHAR(2000000)"),
        (r"type: integer\b", "type: DECIMAL(18,0)"),
        (r"type: boolean\b", "type: BOOLEAN"),
        (r"type: timestamp without time zone", "type: TIMESTAMP"),
    )

    @staticmethod
    def seed_enabled_types():
        # Exasol takes no time of day into a DATE, so that the birthday is kept as text.
        return {"seed_id": "varchar(2000000)", "birthday": "varchar(2000000)"}

    @staticmethod
    def seed_tricky_types():
        return dict.fromkeys(["seed_id_str", "looks_like_a_bool", "looks_like_a_date"], "varchar(2000000)")
