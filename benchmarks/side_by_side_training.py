"""20 models that train for a minute each, in one `dbt build` with four threads.

A data test on each model waits for its job. The sandbox lets each job last as long as it would there.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from benchmarks.generated_projects import life_cycles, load_applications
from benchmarks.harness import SECONDS, Figure, sandbox, sandbox_command, seconds

MODELS = 20
LASTS = 60
ROWS = 2000


def run() -> list[Figure]:
    """Build it once."""
    with sandbox() as state, tempfile.TemporaryDirectory(prefix="benchmark-dbt-") as scratch:
        load_applications(state, ROWS)
        project = life_cycles(Path(scratch, "ours"), state, MODELS, deployed=False)
        project.dbt("parse")
        rules = {"faults": [{"fault": "last", "actions": ["job:Train"], "seconds": LASTS}]}
        file = Path(scratch, "lasting.json")
        file.write_text(json.dumps(rules))
        sandbox_command("faults", "--home", str(Path(state.certificate).parent), str(file))
        taken = seconds(lambda: project.dbt("build", "--threads", "4"))
    promised = 1.2 * LASTS + 10
    note = f"each job lasts {LASTS} s; one after the other in each of four threads: {MODELS // 4 * LASTS} s"
    return [Figure(f"{MODELS} models side by side, four threads", taken, SECONDS, promised, note=note)]
