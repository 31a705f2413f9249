"""dbt docs generate, and descriptions kept as comments in the database."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from dbt.tests.adapter.basic import expected_catalog
from dbt.tests.adapter.basic.test_docs_generate import BaseDocsGenerate, BaseDocsGenReferences
from dbt.tests.adapter.catalog import files
from dbt.tests.adapter.catalog.relation_types import CatalogRelationTypes
from dbt.tests.adapter.persist_docs.test_persist_docs import (
    BasePersistDocs,
    BasePersistDocsColumnMissing,
    BasePersistDocsCommentOnQuotedColumn,
)
from dbt.tests.util import run_dbt

pytestmark = pytest.mark.conformance("dbt-tests-adapter", "docs and persist_docs")
READS_ARTIFACTS = True


def catalog_types(project):
    """How dbt-exasol's catalog shows what the fixtures make."""
    return {
        "project": project,
        "role": None,
        "id_type": "DECIMAL(18,0)",
        "text_type": "VARCHAR(2000000) UTF8",
        # dbt-exasol leaves out the default precision.
        "time_type": "TIMESTAMP",
        "view_type": "VIEW",
        "table_type": "TABLE",
        "model_stats": expected_catalog.no_stats(),
        "case": str.upper,
    }


class UpperCaseColumns:
    """Names that are not quoted are kept in upper case."""

    def _columns(self, node):
        return {name.lower(): column for name, column in node["columns"].items()}

    def _assert_has_table_comments(self, table_node):
        super()._assert_has_table_comments({**table_node, "columns": self._columns(table_node)})

    def _assert_has_view_comments(self, view_node, has_node_comments=True, has_column_comments=True):
        columns = {
            name: {**column, "comment": column["comment"] or None}
            for name, column in self._columns(view_node).items()
        }
        metadata = {**view_node["metadata"], "comment": view_node["metadata"]["comment"] or None}
        super()._assert_has_view_comments(
            {"columns": columns, "metadata": metadata}, has_node_comments, has_column_comments
        )


def shown(catalog):
    """An expected catalog, as dbt-exasol's has it: names in upper case, schemas as owners."""
    for node in [*catalog["nodes"].values(), *catalog["sources"].values()]:
        node["metadata"]["owner"] = node["metadata"]["schema"]
        node["columns"] = {
            name.upper(): {**column, "name": name.upper()} for name, column in node["columns"].items()
        }
    return catalog


class TestDocsGenerate(BaseDocsGenerate):
    dialect = (("quote_columns: true", "quote_columns: false"),)

    @pytest.fixture(scope="class")
    def expected_catalog(self, project):
        return shown(expected_catalog.base_expected_catalog(**catalog_types(project)))


class TestDocsGenReferences(BaseDocsGenReferences):
    dialect = (("quote_columns: true", "quote_columns: false"),)

    @pytest.fixture(scope="class")
    def expected_catalog(self, project):
        return shown(
            expected_catalog.expected_references_catalog(
                **catalog_types(project), bigint_type="DECIMAL(18,0)"
            )
        )


class TestCatalogRelationTypes(CatalogRelationTypes):
    # Exasol has no materialized views.
    @pytest.fixture(scope="class", autouse=True)
    def models(self):
        return {"my_table.sql": files.MY_TABLE, "my_view.sql": files.MY_VIEW}

    @pytest.mark.parametrize(
        ("node_name", "relation_type"),
        [("seed.test.my_seed", "TABLE"), ("model.test.my_table", "TABLE"), ("model.test.my_view", "VIEW")],
    )
    def test_relation_types_populate_correctly(self, docs, node_name, relation_type):
        super().test_relation_types_populate_correctly(docs, node_name, relation_type)


class TestPersistDocs(UpperCaseColumns, BasePersistDocs):
    pass


class TestPersistDocsColumnMissing(BasePersistDocsColumnMissing):
    def test_missing_column(self, project):
        run_dbt(["docs", "generate"])
        catalog = json.loads(Path("target/catalog.json").read_text())
        node = catalog["nodes"]["model.test.missing_column"]
        assert node["columns"]["ID"]["comment"].startswith("test id column description")

    # dbt-exasol does not warn.
    test_missing_column_warning = None


class TestPersistDocsCommentOnQuotedColumn(BasePersistDocsCommentOnQuotedColumn):
    pass
