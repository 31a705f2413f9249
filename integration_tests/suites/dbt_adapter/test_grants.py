"""dbt grants on models, seeds, snapshots."""

from __future__ import annotations

from collections.abc import Iterator

import pyexasol
import pytest
from dbt.tests.adapter.grants.test_incremental_grants import BaseIncrementalGrants
from dbt.tests.adapter.grants.test_invalid_grants import BaseInvalidGrants
from dbt.tests.adapter.grants.test_model_grants import BaseModelGrants
from dbt.tests.adapter.grants.test_seed_grants import BaseSeedGrants
from dbt.tests.adapter.grants.test_snapshot_grants import BaseSnapshotGrants
from exasol_server import ExasolServer

pytestmark = pytest.mark.conformance("dbt-tests-adapter", "grants")

# As in the seed.
TIMESTAMP_FORMAT = "YYYY-MM-DDTHH:MI:SS"

NAMES = ("DBT_TEST_ROLE_1", "DBT_TEST_ROLE_2", "DBT_TEST_ROLE_3")


@pytest.fixture(scope="module", autouse=True)
def grantees(exasol_server: ExasolServer) -> Iterator[None]:
    """Three roles, under the names that dbt-labs' fixtures read from the environment."""
    connection = pyexasol.connect(
        dsn=exasol_server.dsn, user=exasol_server.user, password=exasol_server.password
    )
    with pytest.MonkeyPatch.context() as patch:
        for number, name in enumerate(NAMES, 1):
            connection.execute(f"DROP ROLE IF EXISTS {name} CASCADE")
            connection.execute(f"CREATE ROLE {name}")
            patch.setenv(f"DBT_TEST_USER_{number}", name)
        yield
    for name in NAMES:
        connection.execute(f"DROP ROLE {name}")
    connection.close()


class TestIncrementalGrants(BaseIncrementalGrants):
    pass


class TestInvalidGrants(BaseInvalidGrants):
    def grantee_does_not_exist_error(self):
        return "does not exist"

    def privilege_does_not_exist_error(self):
        return "syntax error, unexpected ON_, expecting ',' or TO_"


class TestModelGrants(BaseModelGrants):
    pass


class TestSeedGrants(BaseSeedGrants):
    pass


class TestSnapshotGrants(BaseSnapshotGrants):
    pass
