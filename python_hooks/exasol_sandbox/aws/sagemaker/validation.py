"""Checks parameters against botocore's own model of SageMaker, in AWS's words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import botocore.session
from botocore.model import OperationModel, ServiceModel, Shape

from exasol_sandbox.aws.errors import AwsError, validation_error

_JSON_TYPES: dict[str, tuple[type, ...]] = {
    "structure": (dict,),
    "map": (dict,),
    "list": (list,),
    "string": (str,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "boolean": (bool,),
    "timestamp": (int, float, str),
}


@lru_cache(maxsize=2)
def service_model(service: str = "sagemaker") -> ServiceModel:
    """The model of a service; read once, since SageMaker's is large."""
    return botocore.session.get_session().get_service_model(service)


def validate(operation: str, parameters: Any, service: str = "sagemaker") -> dict[str, Any]:
    """Checks types, required members, enums, patterns, lengths and ranges.

    Returns:
        The parameters.

    Raises:
        AwsError: `SerializationException` for a wrong type, `ValidationException` naming everything else.
    """
    model: OperationModel = service_model(service).operation_model(operation)
    if not isinstance(parameters, dict):
        raise AwsError("SerializationException", "The body is not a JSON object.")
    if model.input_shape is None:
        return {}
    problems = list(_problems(model.input_shape, parameters, ""))
    if problems:
        count = f"{len(problems)} validation error{'s' if len(problems) > 1 else ''} detected: "
        raise validation_error(count + "; ".join(problems))
    return parameters


def _problems(shape: Shape, value: Any, path: str) -> Iterator[str]:
    expected = _JSON_TYPES.get(shape.type_name, (object,))
    wrong_boolean = isinstance(value, bool) and bool not in expected and object not in expected
    fits = isinstance(value, expected) and not wrong_boolean
    if not fits:
        raise AwsError(
            "SerializationException",
            f"{path or 'input'}: {shape.type_name} expected, not {type(value).__name__}.",
        )
    if shape.type_name == "structure":
        yield from _structure_problems(shape, value, path)
    elif shape.type_name == "list":
        yield from _size_problems(shape, value, path, len(value), "length")
        for index, member in enumerate(value, start=1):
            yield from _problems(shape.member, member, f"{path}.{index}.member")  # type: ignore[attr-defined]
    elif shape.type_name == "map":
        yield from _size_problems(shape, value, path, len(value), "length")
        for key, member in value.items():
            yield from _problems(shape.value, member, f"{path}.{key}")  # type: ignore[attr-defined]
    elif shape.type_name == "string":
        yield from _string_problems(shape, value, path)
    elif shape.type_name in {"integer", "long", "float", "double"}:
        yield from _size_problems(shape, value, path, value, "value")


def _structure_problems(shape: Any, value: dict[str, Any], path: str) -> Iterator[str]:
    for name in shape.required_members:
        if value.get(name) is None:
            where = _join(path, name)
            yield f"Value null at '{where}' failed to satisfy constraint: Member must not be null"
    for name, member in value.items():
        known = shape.members.get(name)
        if known is None:
            raise AwsError("SerializationException", f"Unknown member '{_join(path, name)}'.")
        if member is not None:
            yield from _problems(known, member, _join(path, name))


def _string_problems(shape: Shape, value: str, path: str) -> Iterator[str]:
    enum = shape.metadata.get("enum")
    if enum and value not in enum:
        yield _failed(value, path, f"Member must satisfy enum value set: [{', '.join(enum)}]")
    yield from _size_problems(shape, value, path, len(value), "length")
    pattern = shape.metadata.get("pattern")
    if pattern and not _compiled(pattern).fullmatch(value):
        yield _failed(value, path, f"Member must satisfy regular expression pattern: {pattern}")


def _size_problems(shape: Shape, value: Any, path: str, size: float, noun: str) -> Iterator[str]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and size < low:
        yield _failed(value, path, f"Member must have {noun} greater than or equal to {low}")
    if high is not None and size > high:
        yield _failed(value, path, f"Member must have {noun} less than or equal to {high}")


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    # botocore keeps Java's and JavaScript's spelling; what Python lacks are \p{...} classes, and the
    # characters beyond the first plane as a range of UTF-16 surrogates.
    pattern = pattern.replace(r"\uD800\uDC00-\uDBFF\uDFFF", r"\U00010000-\U0010FFFF")
    return re.compile(re.sub(r"\\p\{(\w+)\}", _unicode_class, pattern))


def _unicode_class(match: re.Match[str]) -> str:
    return {"L": r"\w", "Z": r"\s", "N": r"\d", "Print": "[ -~]"}.get(match[1], r"\w")


def _failed(value: Any, path: str, constraint: str) -> str:
    return f"Value '{value}' at '{path}' failed to satisfy constraint: {constraint}"


def _join(path: str, name: str) -> str:
    member = name[0].lower() + name[1:]
    return f"{path}.{member}" if path else member
