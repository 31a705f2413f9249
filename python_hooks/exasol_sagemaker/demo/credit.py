"""Generated credit applications: the columns of Exasol's workshop on credit risk, a signal worth learning.

Deterministic: row *n* is the same in every run and for every number of rows. The flaws of real data are in
it: NULLs, skewed amounts, rare categories, umlauts, quotes, separators and stray blanks in text.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

SEED = 20_240_711
BLOCK_ROWS = 10_000
FIRST_KEY = 100_001

#: Column definitions as the workshop's table CREDIT.TRAIN has them.
COLUMN_TYPES: Mapping[str, str] = {
    "SK_ID_CURR": "BIGINT",
    "TARGET": "SMALLINT",
    "CODE_GENDER": "CHAR(5)",
    "FLAG_OWN_CAR": "CHAR(5)",
    "FLAG_OWN_REALTY": "CHAR(5)",
    "FLAG_MOBIL": "CHAR(5)",
    "FLAG_EMAIL": "CHAR(5)",
    "CNT_CHILDREN": "SMALLINT",
    "AMT_INCOME_TOTAL": "DECIMAL(18,2)",
    "AMT_CREDIT": "DECIMAL(18,2)",
    "AMT_ANNUITY": "DECIMAL(18,2)",
    "AMT_GOODS_PRICE": "DECIMAL(18,2)",
    "NAME_INCOME_TYPE": "VARCHAR(64)",
    "NAME_EDUCATION_TYPE": "VARCHAR(64)",
    "NAME_FAMILY_STATUS": "VARCHAR(64)",
    "NAME_HOUSING_TYPE": "VARCHAR(64)",
}

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Category:
    """A value of a text column: how often it occurs, and what it adds to the log-odds of default."""

    text: str
    share: float
    risk: float


INCOME_TYPES = (
    Category("Working", 0.505, 0.15),
    Category("Commercial associate", 0.23, -0.05),
    Category("Pensioner", 0.175, -0.75),
    Category("State servant", 0.07, -0.6),
    Category("Selbständig", 0.008, 0.5),
    Category("Unemployed", 0.007, 1.9),
    Category("Maternity leave", 0.003, 1.2),
    Category('Freelance, "gig" work', 0.002, 1.1),
)
EDUCATION_TYPES = (
    Category("Secondary / secondary special", 0.70, 0.15),
    Category("Higher education", 0.24, -0.65),
    Category("Incomplete higher", 0.035, 0.1),
    Category("Lower secondary", 0.015, 0.8),
    Category("Meisterprüfung", 0.008, -0.7),
    Category("Academic degree", 0.002, -1.4),
)
FAMILY_STATUSES = (
    Category("Married", 0.63, -0.15),
    Category("Single / not married", 0.15, 0.3),
    Category("Civil marriage", 0.095, 0.3),
    Category("Separated", 0.065, 0.2),
    Category("Widow", 0.05, -0.5),
    Category(" Verwitwet ", 0.006, -0.5),
    Category("Unknown", 0.004, 0.0),
)
HOUSING_TYPES = (
    Category("House / apartment", 0.875, -0.05),
    Category("With parents", 0.05, 0.6),
    Category("Municipal apartment", 0.035, 0.35),
    Category("Rented apartment", 0.02, 0.85),
    Category("Wohngemeinschaft (möbliert)", 0.01, 0.95),
    Category("Co-op apartment", 0.006, 0.1),
    Category('Landlord\'s "studio"; shared', 0.004, 0.9),
)


def credit_applications(rows: int) -> pd.DataFrame:
    """The first `rows` applications, with the columns of `COLUMN_TYPES`.

    TARGET is 1 for payment difficulties (about one in nine), 0 otherwise; a good model of it reaches an AUC
    of 0.77 to 0.80. NULLs are None or NaN.
    """
    blocks = [_block(number) for number in range(-(-rows // BLOCK_ROWS))]
    table = pd.concat(blocks, ignore_index=True)[:rows]
    table.insert(0, "SK_ID_CURR", np.arange(FIRST_KEY, FIRST_KEY + rows))
    ordered: pd.DataFrame = table[list(COLUMN_TYPES)]
    return ordered


def _block(number: int) -> pd.DataFrame:
    draw = np.random.default_rng([SEED, number])
    log_odds = np.full(BLOCK_ROWS, -2.4)

    texts = {}
    for name, categories in (
        ("NAME_INCOME_TYPE", INCOME_TYPES),
        ("NAME_EDUCATION_TYPE", EDUCATION_TYPES),
        ("NAME_FAMILY_STATUS", FAMILY_STATUSES),
        ("NAME_HOUSING_TYPE", HOUSING_TYPES),
    ):
        texts[name], risk = _categories(draw, categories)
        log_odds += risk

    woman = draw.random(BLOCK_ROWS) < 0.66
    car = draw.random(BLOCK_ROWS) < np.where(woman, 0.25, 0.52)
    realty = draw.random(BLOCK_ROWS) < 0.69
    mobile = draw.random(BLOCK_ROWS) < 0.998
    email = draw.random(BLOCK_ROWS) < 0.06
    children = np.minimum(draw.poisson(0.42, BLOCK_ROWS), 11)
    log_odds += np.where(woman, -0.2, 0.3) + np.where(car, -0.25, 0.1) + 0.12 * children

    income = np.round(np.exp(draw.normal(11.9, 0.5, BLOCK_ROWS)) / 450) * 450
    income = np.where(draw.random(BLOCK_ROWS) < 0.0004, income * 60, income)
    goods = np.round(np.exp(draw.normal(13.0, 0.65, BLOCK_ROWS)) / 4500) * 4500 + 40_500
    credit = goods * np.clip(draw.normal(1.12, 0.11, BLOCK_ROWS), 0.9, 1.7)
    months = np.clip(draw.normal(25, 8, BLOCK_ROWS), 9, 60)
    annuity = credit / months
    burden = annuity / (income / 12)
    log_odds += 1.1 * np.tanh(1.3 * (burden - 1.3)) + 5.5 * (credit / goods - 1.12)
    log_odds += 0.7 * np.cos(months / 6.5) - 0.35 * np.log(goods / 450_000)

    return pd.DataFrame(
        {
            "TARGET": (draw.random(BLOCK_ROWS) < 1 / (1 + np.exp(-1.1 * log_odds - 0.05))).astype(int),
            "CODE_GENDER": np.where(draw.random(BLOCK_ROWS) < 0.0003, "XNA", np.where(woman, "F", "M")),
            "FLAG_OWN_CAR": _flag(car),
            "FLAG_OWN_REALTY": _flag(realty),
            "FLAG_MOBIL": _flag(mobile),
            "FLAG_EMAIL": _flag(email),
            "CNT_CHILDREN": children,
            "AMT_INCOME_TOTAL": income,
            "AMT_CREDIT": np.round(credit, 2),
            "AMT_ANNUITY": _with_nulls(draw, np.round(annuity, 2), 0.002),
            "AMT_GOODS_PRICE": _with_nulls(draw, goods, 0.03),
            **texts,
            "NAME_FAMILY_STATUS": _texts_with_nulls(draw, texts["NAME_FAMILY_STATUS"], 0.01),
            "NAME_HOUSING_TYPE": _texts_with_nulls(draw, texts["NAME_HOUSING_TYPE"], 0.02),
        }
    )


def _categories(
    draw: np.random.Generator, categories: tuple[Category, ...]
) -> tuple[npt.NDArray[np.object_], Floats]:
    shares = np.array([category.share for category in categories])
    chosen = draw.choice(len(categories), BLOCK_ROWS, p=shares / shares.sum())
    texts = np.array([category.text for category in categories], dtype=object)
    risks = np.array([category.risk for category in categories])
    return texts[chosen], risks[chosen]


def _flag(values: npt.NDArray[np.bool_]) -> npt.NDArray[np.object_]:
    return np.where(values, "true", "false").astype(np.object_)


def _with_nulls(draw: np.random.Generator, values: Floats, share: float) -> Floats:
    return np.where(draw.random(BLOCK_ROWS) < share, np.nan, values)


def _texts_with_nulls(
    draw: np.random.Generator, texts: npt.NDArray[np.object_], share: float
) -> npt.NDArray[np.object_]:
    with_nulls: npt.NDArray[np.object_] = texts.copy()
    with_nulls[draw.random(BLOCK_ROWS) < share] = None
    return with_nulls
