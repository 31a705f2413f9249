"""Relations: their names in the system tables, and as subselects."""

from dbt.adapters.exasol_sagemaker.relation import ExasolSageMakerRelation


def test_names_are_stored_in_upper_case_unless_quoted() -> None:
    relation = ExasolSageMakerRelation.create(schema="credit", identifier="risk")

    assert relation.stored_name() == ("CREDIT", "RISK")
    assert relation.quote(identifier=True).stored_name() == ("CREDIT", "risk")


def test_an_empty_ref_may_be_given_an_alias() -> None:
    empty = ExasolSageMakerRelation.create(schema="credit", identifier="risk", limit=0)

    assert f"from {empty} as x" == "from (select * from credit.risk where false limit 0) as x"
