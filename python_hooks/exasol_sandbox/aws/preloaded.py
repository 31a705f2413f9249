"""What the fork server has imported before it starts a child: libraries that take seconds to import.

Importing this module takes the caller's AWS settings out of the process, so that no child can use them; a
child gets credentials with its task.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os

_MODULES = (
    "exasol_sandbox.aws.forecasting.job",
    "exasol_sandbox.aws.serving.explainer",
    "exasol_sandbox.aws.serving.http_server",
    "exasol_sandbox.aws.serving.pipeline",
    "exasol_sandbox.aws.training.job",
    "exasol_sandbox.aws.transform.transformer",
    "lightgbm",
    "sklearn.ensemble",
    "xgboost",
)

for _name in [_name for _name in os.environ if _name.startswith("AWS_")]:
    del os.environ[_name]
# Threads that wait by spinning take the cores from the other processes of a small machine. OpenMP reads this
# when it is loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

for _name in _MODULES:
    # What cannot be imported fails the child that needs it, with words for its job.
    with contextlib.suppress(ImportError, OSError):
        importlib.import_module(_name)

# Pages that no collection touches stay shared with the children.
gc.collect()
gc.freeze()
