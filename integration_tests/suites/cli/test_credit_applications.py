"""The generated credit applications: the workshop's columns, deterministic, learnable, with flaws."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from exasol_sagemaker.demo.credit import COLUMN_TYPES, FIRST_KEY, credit_applications


@pytest.fixture(scope="module")
def applications() -> pd.DataFrame:
    return credit_applications(20_000)


def test_columns_are_the_workshops_in_their_order(applications: pd.DataFrame) -> None:
    assert list(applications.columns) == list(COLUMN_TYPES)


def test_two_runs_give_the_same_rows(applications: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(credit_applications(20_000), applications)


def test_fewer_rows_are_the_first_of_more(applications: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(credit_applications(12_345), applications[:12_345])


def test_keys_count_up_from_the_first(applications: pd.DataFrame) -> None:
    assert applications["SK_ID_CURR"].tolist() == list(range(FIRST_KEY, FIRST_KEY + 20_000))


def test_payment_difficulties_are_a_minority_of_8_to_20_percent(applications: pd.DataFrame) -> None:
    assert 0.08 < applications["TARGET"].mean() < 0.20


def test_texts_fit_their_columns(applications: pd.DataFrame) -> None:
    for name, sql_type in COLUMN_TYPES.items():
        if "CHAR" in sql_type:
            longest = applications[name].dropna().str.len().max()
            assert longest <= int(sql_type.split("(")[1].rstrip(")")), name


def test_incomes_are_skewed(applications: pd.DataFrame) -> None:
    income = applications["AMT_INCOME_TOTAL"]
    assert income.mean() > 1.1 * income.median()
    assert income.max() > 20 * income.median()


def test_some_values_are_missing_but_neither_keys_nor_targets(applications: pd.DataFrame) -> None:
    missing = applications.isna().sum()
    assert {name for name in missing.index if missing[name]} == {
        "AMT_ANNUITY",
        "AMT_GOODS_PRICE",
        "NAME_FAMILY_STATUS",
        "NAME_HOUSING_TYPE",
    }


@pytest.mark.parametrize("oddity", ["ä", "ü", '"', "'", ",", ";", "ß|ö"])
def test_texts_hold_what_breaks_naive_csv(applications: pd.DataFrame, oddity: str) -> None:
    texts = applications.filter(like="NAME_").stack()
    assert texts.str.contains(oddity).any()


def test_a_rare_text_has_blanks_around_it(applications: pd.DataFrame) -> None:
    status = applications["NAME_FAMILY_STATUS"].dropna()
    assert 0 < (status != status.str.strip()).mean() < 0.02


def test_even_a_linear_model_of_the_raw_columns_beats_chance_clearly(applications: pd.DataFrame) -> None:
    features = pd.get_dummies(applications.drop(columns=["SK_ID_CURR", "TARGET"])).fillna(0).astype(float)
    held_out = applications["SK_ID_CURR"] % 5 == 0
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=200))
    model.fit(features[~held_out], applications["TARGET"][~held_out])

    scores = model.predict_proba(features[held_out])[:, 1]

    assert 0.65 < roc_auc_score(applications["TARGET"][held_out], scores) < 0.85
    assert np.isfinite(scores).all()
