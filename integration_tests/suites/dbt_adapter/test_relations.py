"""Names, aliases, schemas, ephemeral models, changes of the kind of relation, threads."""

from __future__ import annotations

from pathlib import Path

import pytest
from dbt.tests.adapter.aliases.test_aliases import (
    BaseAliasErrors,
    BaseAliases,
    BaseSameAliasDifferentDatabases,
    BaseSameAliasDifferentSchemas,
)
from dbt.tests.adapter.concurrency.test_concurrency import BaseConcurrency
from dbt.tests.adapter.ephemeral.test_ephemeral import (
    BaseEphemeralErrorHandling,
    BaseEphemeralMulti,
    BaseEphemeralNested,
)
from dbt.tests.adapter.relations.test_changing_relation_type import BaseChangeRelationTypeValidator
from dbt.tests.adapter.relations.test_dropping_schema_named import BaseDropSchemaNamed
from dbt.tests.adapter.simple_copy.test_simple_copy import EmptyModelsArentRunBase, SimpleCopyBase
from dbt.tests.util import check_relations_equal, run_dbt

pytestmark = pytest.mark.conformance("dbt-tests-adapter", "relations, aliases, concurrency, ephemeral, copy")


class TestAliases(BaseAliases):
    pass


class TestAliasErrors(BaseAliasErrors):
    pass


class TestSameAliasDifferentSchemas(BaseSameAliasDifferentSchemas):
    pass


class TestSameAliasDifferentDatabases(BaseSameAliasDifferentDatabases):
    pass


class TestConcurrency(BaseConcurrency):
    pass


class TestEphemeralMulti(BaseEphemeralMulti):
    def test_ephemeral_multi(self, project):
        run_dbt(["seed"])
        assert len(run_dbt(["run"])) == 3
        check_relations_equal(project.adapter, ["seed", "dependent", "double_dependent", "super_dependent"])
        sql = Path("target/run/test/models/double_dependent.sql").read_text()
        # Names of Exasol begin with a letter.
        assert "dbt__CTE__base as (" in sql
        assert "dbt__CTE__base_copy as (" in sql


class TestEphemeralNested(BaseEphemeralNested):
    def test_ephemeral_nested(self, project):
        assert len(run_dbt(["run"])) == 2
        sql = Path("target/run/test/models/root_view.sql").read_text()
        assert "dbt__CTE__ephemeral_level_two as (" in sql
        assert "select * from dbt__CTE__ephemeral_level_two" in sql


class TestEphemeralErrorHandling(BaseEphemeralErrorHandling):
    pass


class TestChangeRelationTypeValidator(BaseChangeRelationTypeValidator):
    pass


class TestDropSchemaNamed(BaseDropSchemaNamed):
    pass


class TestSimpleCopyBase(SimpleCopyBase):
    test_simple_copy_with_materialized_views = None


class TestEmptyModelsArentRunBase(EmptyModelsArentRunBase):
    pass
