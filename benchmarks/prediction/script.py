"""The prediction UDF as the database gets it: its parts joined to one script, here a module."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from exasol_sagemaker.udf.script import source

predict: Any = ModuleType("predict")
exec(compile(source(), "the script of the prediction UDF", "exec"), vars(predict))
