"""Hooks before and after models, seeds, snapshots and runs."""

from __future__ import annotations

import pytest
from dbt.tests.adapter.hooks.test_model_hooks import (
    BaseDuplicateHooksInConfigs,
    BaseHookRefs,
    BaseHooksRefsOnSeeds,
    BasePrePostModelHooks,
    BasePrePostModelHooksInConfig,
    BasePrePostModelHooksInConfigKwargs,
    BasePrePostModelHooksInConfigWithCount,
    BasePrePostModelHooksOnSeeds,
    BasePrePostModelHooksOnSeedsPlusPrefixed,
    BasePrePostModelHooksOnSeedsPlusPrefixedWhitespace,
    BasePrePostModelHooksOnSnapshots,
    BasePrePostSnapshotHooksInConfigKwargs,
)
from dbt.tests.adapter.hooks.test_run_hooks import BaseAfterRunHooks, BasePrePostRunHooks

pytestmark = pytest.mark.conformance("dbt-tests-adapter", "hooks")


class ExasolHooks:
    """What the hooks have written down, on Exasol."""

    # There is nothing to vacuum; SCHEMA is a reserved word.
    dialect = (
        (r"vacuum \{\{ this.schema \}\}.on_model_hook", "commit"),
        (r"\bschema text\b", "schema_ text"),
        (r"\(schema\)", "(schema_)"),
        (r"\(db, schema\)", "(db, schema_)"),
    )

    def check_hooks(self, state, project, host, count=1):
        rows = self.get_ctx_vars(state, project, **({"count": count} if self.per_model else {}))
        for row in rows if self.per_model else [rows]:
            assert row["test_state"] == state
            assert row["target_dbname"] == project.database
            assert row["target_host"] is None
            assert row["target_name"] == "default"
            assert row["target_schema"] == project.test_schema
            assert row["target_threads"] == 1
            assert row["target_type"] == "exasol"
            assert row["target_user"] == project.adapter.config.credentials.user
            assert row["target_pass"] is None
            assert row["run_started_at"]
            assert row["invocation_id"]
            assert row["thread_id"].startswith(("Thread-", "MainThread"))


class ModelHooks(ExasolHooks):
    per_model = True

    def get_ctx_vars(self, state, project, count):
        return super().get_ctx_vars(state, count, project)


class RunHooks(ExasolHooks):
    per_model = False


class TestPrePostModelHooks(ModelHooks, BasePrePostModelHooks):
    pass


class TestHookRefs(ModelHooks, BaseHookRefs):
    pass


class TestPrePostModelHooksOnSeeds(BasePrePostModelHooksOnSeeds):
    dialect = ((r"null::(\{\{.*?\}\})", r"cast(null as \1)"),)


class TestHooksRefsOnSeeds(BaseHooksRefsOnSeeds):
    pass


class TestPrePostModelHooksOnSeedsPlusPrefixed(BasePrePostModelHooksOnSeedsPlusPrefixed):
    pass


class TestPrePostModelHooksOnSeedsPlusPrefixedWhitespace(BasePrePostModelHooksOnSeedsPlusPrefixedWhitespace):
    pass


class TestPrePostModelHooksOnSnapshots(BasePrePostModelHooksOnSnapshots):
    pass


class TestPrePostModelHooksInConfig(ModelHooks, BasePrePostModelHooksInConfig):
    pass


class TestPrePostModelHooksInConfigWithCount(ModelHooks, BasePrePostModelHooksInConfigWithCount):
    pass


class TestPrePostModelHooksInConfigKwargs(ModelHooks, BasePrePostModelHooksInConfigKwargs):
    pass


class TestPrePostSnapshotHooksInConfigKwargs(BasePrePostSnapshotHooksInConfigKwargs):
    pass


class TestDuplicateHooksInConfigs(BaseDuplicateHooksInConfigs):
    pass


class TestPrePostRunHooks(RunHooks, BasePrePostRunHooks):
    pass


class TestAfterRunHooks(BaseAfterRunHooks):
    pass
