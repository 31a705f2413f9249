"""The prediction UDF's parts as the database gets them: joined to one script, here a module to be tested."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from exasol_sagemaker.udf.script import source

predict: Any = ModuleType("predict")
exec(compile(source(), "the script of the prediction UDF", "exec"), vars(predict))
