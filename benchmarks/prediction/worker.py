"""One worker with our UDF: predicts a group and prints what it took, as JSON."""

from __future__ import annotations

import json
import os
import resource
import statistics
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from benchmarks.prediction.endpoint import Behaviour
from benchmarks.prediction.rows import COLUMNS, Context, connection
from benchmarks.prediction.script import predict

RESULTS = {1: ["PREDICTION DOUBLE"], 4: ["PREDICTION VARCHAR(10) UTF8", "PROBABILITY DOUBLE"]}
RESPONSE_KEYS = {1: [], 4: ["predicted_label", "probability", "probabilities", "labels"]}


def set_up(behaviour: Behaviour) -> None:
    """What the statement that creates the script, and the database, put around the UDF's code."""
    results = [result.split(" ", 1) for result in RESULTS[behaviour.fields]]
    predict.CONFIG = {
        "endpoint_name": behaviour.name,
        "region": "eu-central-1",
        "connection": "AWS",
        "input_columns": [list(column) for column in COLUMNS],
        "result_columns": results,
        "response_keys": RESPONSE_KEYS[behaviour.fields],
        "accept": "text/csv",
    }
    columns = [SimpleNamespace(name=name, sql_type=kind) for name, kind in [("K", "DECIMAL(18,0)"), *COLUMNS]]
    outputs = [columns[0], *(SimpleNamespace(name=name, sql_type=kind) for name, kind in results)]
    predict.exa = SimpleNamespace(
        meta=SimpleNamespace(input_columns=columns, output_columns=outputs),
        get_connection=lambda name: connection(),
    )


class Recorder(predict.Pace):  # type: ignore[misc]
    """Remembers how many requests might be under way at each answer, and how much they held."""

    latest: Recorder

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.history: list[tuple[int, int]] = []
        Recorder.latest = self

    def answered(self, answer: Any) -> None:
        self.history.append((self.requests, answer.piece.rows))
        super().answered(answer)


def memory(samples: list[int], stop: threading.Event) -> None:
    """Resident bytes, four times a second."""
    page = resource.getpagesize()
    while not stop.wait(0.25):
        samples.append(int(Path("/proc/self/statm").read_text().split()[1]) * page)


def main(name: str, rows: int, text_length: int) -> dict[str, Any]:
    """Predict `rows` rows at the endpoint that is named."""
    behaviour = Behaviour.from_name(name)
    set_up(behaviour)
    predict.Pace = Recorder
    context = Context(rows, text_length)
    samples: list[int] = []
    stop = threading.Event()
    watch = threading.Thread(target=memory, args=(samples, stop), daemon=True)
    watch.start()
    print("ready", flush=True)
    sys.stdin.readline()
    cpu = time.process_time()
    started = time.perf_counter()
    predict.run(context)
    seconds = time.perf_counter() - started
    stop.set()
    watch.join()
    history = Recorder.latest.history
    settled = history[len(history) // 2 :]
    return {
        "rows": context.emitted,
        "seconds": seconds,
        "cpu": time.process_time() - cpu,
        "requests": statistics.median_high(requests for requests, _ in settled),
        "payload": statistics.median_high(size for _, size in settled),
        "memory": samples,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }


if __name__ == "__main__":
    result = main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    print(json.dumps(result), flush=True)
    os._exit(0)
