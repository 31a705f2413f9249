"""Public holidays of a country, which HolidayConfig asks for.

Source: HolidayConfigAttributes in the SageMaker API reference. The calendars are those of the library
holidays; AWS's may differ from them.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from exasol_sandbox.aws.forecasting.steps import Steps

_SECOND = np.timedelta64(1, "s")


@cache
def countries() -> frozenset[str]:
    """The codes of countries that have a calendar."""
    # Imported late: only jobs that ask for holidays wait for it.
    from holidays import list_supported_countries  # noqa: PLC0415

    return frozenset(list_supported_countries())


def holidays_in(steps: Steps, country: str, first: int, count: int) -> NDArray[np.float64]:
    """How many public holidays each of so many steps touches; an hour touches that of its day."""
    from holidays import country_holidays  # noqa: PLC0415

    starts = np.array([steps.start(first + step) for step in range(count + 1)], dtype="datetime64[s]")
    begins = starts[:-1].astype("datetime64[D]")
    ends = (starts[1:] - _SECOND).astype("datetime64[D]")
    years = range(begins[0].item().year, ends[-1].item().year + 1)
    calendar = np.array(sorted(country_holidays(country, years=years)), dtype="datetime64[D]")
    touched = np.searchsorted(calendar, ends, side="right") - np.searchsorted(calendar, begins)
    return touched.astype(np.float64)
