"""The one container of a forecasting model: rows of the past in, forecasts out.

Source of the request: "Batch forecasting" in the SageMaker developer guide and aws/amazon-sagemaker-examples,
autopilot/autopilot_time_series: CSV with a header and the columns of training. What comes back is CSV with a
header too: the columns of the series, the timestamp, a column each quantile, and the mean.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from exasol_sandbox.aws.forecasting.backtest import Forecaster
from exasol_sandbox.aws.forecasting.panel import Layout, SeriesError
from exasol_sandbox.aws.forecasting.steps import TimestampError
from exasol_sandbox.aws.serving.errors import InputError
from exasol_sandbox.aws.tabular.csv_table import TableError, read_header, read_rows

CSV = "text/csv"
MEAN = "mean"


@dataclass(frozen=True)
class ForecastStage:
    """A trained forecaster."""

    layout: Layout
    forecaster: Forecaster

    def answer(self, body: bytes, content_type: str, accept: str) -> tuple[str, bytes]:
        """Forecasts the steps behind the rows of a body, for each of their series.

        Returns:
            Content type and body of the answer.

        Raises:
            InputError: When the body, its type or the wanted type is none that the model takes.
        """
        if content_type.split(";", maxsplit=1)[0].strip().lower() not in {CSV, "*/*"}:
            raise InputError(f"Content type {content_type} is not supported: send {CSV}.", 415)
        wanted = {entry.split(";")[0].strip().lower() for entry in accept.split(",")}
        if not wanted & {CSV, "text/*", "*/*", ""}:
            raise InputError(f"Accept {accept} is not supported: take {CSV}.", 406)
        layout = self.layout
        try:
            names = read_header(body)
            if names != layout.columns:
                raise InputError(
                    f"The header is {', '.join(names)}. A forecast needs that of training: "
                    f"{', '.join(layout.columns)}."
                )
            panel = layout.panel(read_rows(body, names, header=True))
        except (TableError, SeriesError, TimestampError) as error:
            raise InputError(f"The body cannot be forecast: {error}") from error
        mean, quantiles = self.forecaster.forecast(panel, layout.steps, layout.horizon, layout.quantiles)
        begin = panel.first + panel.values.shape[1]
        times = [layout.steps.text(begin + step) for step in range(layout.horizon)]
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        time_name = layout.series["TimestampAttributeName"]
        writer.writerow([*layout.key_columns, time_name, *layout.quantiles, MEAN])
        for place, key in enumerate(panel.keys):
            for step, time in enumerate(times):
                values = [*quantiles[:, place, step].tolist(), float(mean[place, step])]
                writer.writerow([*key, time, *values])
        return CSV, text.getvalue().encode()
