"""Our events for dbt's log: a line for people, and fields for `--log-format json`.

dbt's events are protobuf messages. Ours are few and flat, so their types are declared here and not generated.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace

from dbt_common.events import types_pb2
from dbt_common.events.base_types import InfoLevel
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory  # type: ignore[import-untyped]

_Field = descriptor_pb2.FieldDescriptorProto
_PACKAGE = "exasol_sagemaker.events"
_FILE = "exasol_sagemaker/events.proto"

_TEXT = _Field.TYPE_STRING
_NUMBER = _Field.TYPE_DOUBLE
_COUNT = _Field.TYPE_INT32


class TrainingProgressed(InfoLevel):
    """A job's phase, candidates or best value changed, or it ended. What is unknown is absent."""

    def code(self) -> str:
        """dbt's code of the event."""
        return "SM001"

    def message(self) -> str:
        """The line for people."""
        return str(self.msg)


class TrainingOverview(InfoLevel):
    """How many of several jobs are in which state."""

    def code(self) -> str:
        """dbt's code of the event."""
        return "SM002"

    def message(self) -> str:
        """The line for people."""
        return str(self.msg)


def _messages(events: Mapping[str, Mapping[str, int]]) -> SimpleNamespace:
    """Message types `X` and `XMsg` for each event X, as dbt looks them up."""
    file = descriptor_pb2.FileDescriptorProto(
        name=_FILE, package=_PACKAGE, syntax="proto3", dependency=[types_pb2.DESCRIPTOR.name]
    )
    for event, kinds in events.items():
        data = file.message_type.add(name=event)
        for number, (name, kind) in enumerate(kinds.items(), start=1):
            optional = {} if name == "msg" else {"proto3_optional": True, "oneof_index": len(data.oneof_decl)}
            if optional:
                data.oneof_decl.add(name=f"_{name}")
            data.field.add(name=name, number=number, type=kind, label=_Field.LABEL_OPTIONAL, **optional)
        envelope = file.message_type.add(name=f"{event}Msg")
        for number, (name, kind_name) in enumerate(
            {"info": types_pb2.EventInfo.DESCRIPTOR.full_name, "data": f"{_PACKAGE}.{event}"}.items(), start=1
        ):
            envelope.field.add(
                name=name,
                number=number,
                type=_Field.TYPE_MESSAGE,
                type_name=f".{kind_name}",
                label=_Field.LABEL_OPTIONAL,
            )
    pool = descriptor_pool.Default()
    pool.AddSerializedFile(file.SerializeToString())
    found = pool.FindFileByName(_FILE).message_types_by_name
    return SimpleNamespace(
        **{name: message_factory.GetMessageClass(message) for name, message in found.items()}
    )


_MESSAGES = _messages(
    {
        "TrainingProgressed": {
            "msg": _TEXT,
            "job_name": _TEXT,
            "status": _TEXT,
            "phase": _TEXT,
            "candidates_done": _COUNT,
            "max_candidates": _COUNT,
            "objective": _TEXT,
            "best_value": _NUMBER,
            "elapsed_seconds": _NUMBER,
        },
        "TrainingOverview": {
            "msg": _TEXT,
            "jobs": _COUNT,
            "running": _COUNT,
            "completed": _COUNT,
            "failed": _COUNT,
            "elapsed_seconds": _NUMBER,
        },
    }
)
TrainingProgressed.PROTO_TYPES_MODULE = _MESSAGES
TrainingOverview.PROTO_TYPES_MODULE = _MESSAGES
