"""The ceiling: a bare client that posts one ready-made payload again and again, several at once."""

from __future__ import annotations

import http.client
import itertools
import json
import sys
import threading
import time
from urllib.parse import urlsplit

from benchmarks.prediction.rows import COLUMNS, block
from benchmarks.prediction.script import predict


def main(name: str, rows: int, text_length: int, url: str, payload: int, requests: int) -> dict[str, float]:
    """Post `rows` rows in payloads of `payload` rows, with so many requests under way."""
    frame = block(text_length).iloc[:payload]
    predict.CONFIG = {"input_columns": COLUMNS}
    table = predict.to_table(frame.drop(columns="K"), [kind for _, kind in COLUMNS])
    body = predict.to_csv(table)[0]
    numbers = itertools.count()
    most = max(1, rows // payload)
    answered: list[int] = []

    def post() -> None:
        address = urlsplit(url)
        client = http.client.HTTPConnection(str(address.hostname), address.port)
        while next(numbers) < most:
            status = 0
            while status != 200:
                client.request("POST", f"/endpoints/{name}/invocations", body)
                response = client.getresponse()
                response.read()
                status = response.status
                if status != 200:
                    time.sleep(0.02)
            answered.append(len(frame))

    print("ready", flush=True)
    sys.stdin.readline()
    threads = [threading.Thread(target=post) for _ in range(requests)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"rows": sum(answered), "seconds": time.perf_counter() - started}


if __name__ == "__main__":
    numbers = [int(text) for text in (*sys.argv[2:4], *sys.argv[5:7])]
    result = main(sys.argv[1], *numbers[:2], sys.argv[4], *numbers[2:])
    print(json.dumps(result), flush=True)
