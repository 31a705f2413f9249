"""One worker with the UDF of exasol-sagemaker-extension, as it ships; runs in the extension's environment."""

from __future__ import annotations

import json
import sys
import time
from types import SimpleNamespace

from exasol_sagemaker_extension.autopilot_prediction_udf import AutopilotPredictionUDF

from benchmarks.prediction.rows import Context, connection

BATCH_SIZE = 100


def main(name: str, rows: int, text_length: int) -> dict[str, float]:
    """Predict `rows` rows at the endpoint that is named; tells how far it came, and why it ended early."""
    model = {
        "status": "deployed",
        "aws_s3_connection": "AWS",
        "aws_region": "eu-central-1",
        "endpoint_name": name,
        "batch_size": BATCH_SIZE,
    }
    connections = {"MODEL": connection(address=json.dumps(model)), "AWS": connection()}
    exa = SimpleNamespace(
        meta=SimpleNamespace(output_columns=[SimpleNamespace(type=float)]),
        get_connection=connections.__getitem__,
    )
    context = Context(rows, text_length, key=False)
    print("ready", flush=True)
    sys.stdin.readline()
    failure = ""
    started = time.perf_counter()
    try:
        AutopilotPredictionUDF(exa, "MODEL").run(context)
    except Exception as error:
        failure = f"{type(error).__name__}: {error}"
    seconds = time.perf_counter() - started
    return {"rows": context.emitted, "seconds": seconds, "failure": failure}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))), flush=True)
