"""Runs the calls of one SELECT: its rows go to files, through the scripts, and into a temporary table."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp

from exasol_sandbox.database.data_types import Column
from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError
from exasol_sandbox.database.records import Script
from exasol_sandbox.database.result import ResultSet
from exasol_sandbox.database.script_records import FUNCTION
from exasol_sandbox.database.scripts import signature
from exasol_sandbox.database.scripts.calls import UdfCall
from exasol_sandbox.database.scripts.execution import Call
from exasol_sandbox.database.scripts.input_file import Indexes, InputFile, share
from exasol_sandbox.database.scripts.jobs import Job, check_lua_types, check_output_type
from exasol_sandbox.database.scripts.languages import language_of
from exasol_sandbox.database.scripts.machines import Machines
from exasol_sandbox.database.scripts.sql_functions.interpretation import Interpretation
from exasol_sandbox.database.scripts.sql_functions.syntax import read_body
from exasol_sandbox.database.token_reader import TokenReader

if TYPE_CHECKING:
    from exasol_sandbox.database.session import Session

_ROWS_WORTH_A_MACHINE = 256


@dataclass(frozen=True)
class Layout:
    """What the columns of an input query are: keys, carried columns, the arguments of each call, others.

    Attributes:
        keys: how many columns are the GROUP BY of the calls; the rows are ordered by them.
        carried: how many columns go to the result as they are.
        calls: the calls, in the order of their arguments.
        node_key: the position of the key that is `IPROC()`; None if there is none.
        grouped: whether the query has a GROUP BY.
    """

    keys: int
    carried: int
    calls: list[UdfCall]
    node_key: int | None = None
    grouped: bool = False


class Evaluation:
    """Runs UDF calls for one statement of a session.

    Args:
        session: the session.
        target: the columns into which the statement inserts the query's rows; None if it does not.
    """

    def __init__(self, session: Session, target: list[Column] | None) -> None:
        self._session = session
        self.target = target
        timeout = session.attributes.get("queryTimeout") or 0
        self._deadline = time.monotonic() + timeout if timeout else None

    def run(self, rows: ResultSet, layout: Layout) -> tuple[list[list[Column]], list[Column], exp.Table]:
        """Run the calls over the rows of their input query.

        Returns:
            The output columns of each call; the columns of a temporary table, which are the carried ones
            (`EXA$C0`, …) and then the outputs (`EXA$R0`, …, or under their own names if nothing is carried);
            the table.
        """
        with tempfile.TemporaryDirectory(prefix="exasol-udf-call-") as folder:
            jobs, files = self._write(Path(folder), rows, layout)
            carried = pa.ipc.open_file(pa.memory_map(str(Path(folder, "carried")))).read_all()
            tables = [
                self._call(job, file, layout, Path(folder, f"emitted-{number}"))
                for number, (job, file) in enumerate(zip(jobs, files, strict=True))
            ]
            outputs = [job.outputs for job in jobs]
            columns = self._columns(rows, layout, outputs)
            batches = _joined(carried, tables, layout, columns, files)
            return outputs, columns, self._table(columns, batches)

    def _write(self, folder: Path, rows: ResultSet, layout: Layout) -> tuple[list[Job], list[InputFile]]:
        jobs: list[Job] = []
        files: list[InputFile] = []
        position = layout.keys + layout.carried
        for number, call in enumerate(layout.calls):
            given = [column.type for column in rows.columns[position : position + len(call.arguments)]]
            jobs.append(self._job(call, signature.inputs(call, given)))
            path = folder / f"rows-{number}"
            files.append(InputFile(path, jobs[-1].udf_inputs(), position, layout.keys, layout.node_key))
            position += len(call.arguments)
        kept = range(layout.keys, layout.keys + layout.carried)
        fields = [pa.field(str(n), rows.columns[n].type.arrow()) for n in kept]
        with pa.ipc.new_file(str(folder / "carried"), pa.schema(fields)) as writer:
            for batch in rows.batches:
                for file in files:
                    file.write(batch)
                arrays = [batch.column(position) for position in kept]
                if arrays:
                    writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=pa.schema(fields)))
        for file in files:
            file.close()
        return jobs, files

    def _job(self, call: UdfCall, inputs: list[Column]) -> Job:
        outputs = signature.declared_outputs(call, self.target)
        if outputs is None:
            machines = self._machines(call.script)
            undetermined = Call(self._session, machines, Job(call.script, inputs, []), self._deadline)
            text = undetermined.single_call("default_output_columns")
            if text is None:
                raise ExasolError(SYNTAX_OR_ACCESS, signature.NO_OUTPUT)
            outputs = signature.parse_columns(str(text))
            for column in outputs:
                check_output_type(column.type)
        job = Job(call.script, inputs, outputs)
        check_lua_types(job)
        return job

    def _machines(self, script: Script) -> Machines:
        return self._session.database.machines.of(language_of(self._session, script))

    def _call(self, job: Job, file: InputFile, layout: Layout, emitted: Path) -> pa.Table:
        if file.rows == 0:
            # Exasol does not call a SET script without rows; without GROUP BY the result is one row of NULLs.
            count = 1 if job.is_set and job.emits and not layout.grouped else 0
            arrays = [pa.nulls(count, column.type.arrow()) for column in job.outputs]
            return pa.table(
                [*arrays, pa.nulls(count, pa.int64())], names=[str(n) for n in range(len(arrays) + 1)]
            )
        if job.script.kind == FUNCTION:
            return self._function(job, file)
        call = Call(self._session, self._machines(job.script), job, self._deadline)
        call.run(file.path, self._shares(job, file, layout), emitted)
        return pa.ipc.open_file(pa.memory_map(str(emitted))).read_all()

    def _function(self, job: Job, file: InputFile) -> pa.Table:
        """The values of a function, and the number of each one's row."""
        given = pa.ipc.open_file(pa.memory_map(str(file.path))).read_all()
        columns = [_stored(given.column(n), column) for n, column in enumerate(job.inputs)]
        script = job.script
        variables, body = read_body(TokenReader(script.body))
        returns = job.outputs[0].type
        interpretation = Interpretation(self._session, returns, [*job.inputs, *variables])
        names = [column.name for column in job.inputs]
        values = interpretation.run(body, pa.table(columns, names=names), file.rows)
        return pa.table([values, pa.array(range(file.rows), pa.int64())], names=["0", "source"])

    def _shares(self, job: Job, file: InputFile, layout: Layout) -> list[tuple[int, Indexes]]:
        nodes = self._session.database.nodes
        limit = max(nodes, os.cpu_count() or 1)
        if not job.is_set:
            workers = min(limit, -(-file.rows // _ROWS_WORTH_A_MACHINE))
            bounds = np.linspace(0, file.rows, workers + 1).astype(np.int64)
            pairs = np.column_stack([bounds[:-1], np.diff(bounds)])
            return [(number % nodes, pairs[number : number + 1]) for number in range(workers)]
        starts, sizes = file.groups()
        if layout.node_key is None:
            workers = min(limit, len(starts))
            return [(number % nodes, part) for number, part in enumerate(share(starts, sizes, workers))]
        shares: list[tuple[int, Indexes]] = []
        places = file.nodes()
        for node in np.unique(places):
            mine = places == node
            workers = min(max(1, limit // nodes), int(mine.sum()))
            shares += [(int(node), part) for part in share(starts[mine], sizes[mine], workers)]
        return shares

    def _columns(self, rows: ResultSet, layout: Layout, outputs: list[list[Column]]) -> list[Column]:
        emitted = [column for columns in outputs for column in columns]
        if not layout.carried and layout.calls[0].returns_rows:
            return emitted
        kept = rows.columns[layout.keys : layout.keys + layout.carried]
        return [Column(f"EXA$C{n}", column.type) for n, column in enumerate(kept)] + [
            Column(f"EXA$R{n}", column.type) for n, column in enumerate(emitted)
        ]

    def _table(self, columns: list[Column], batches: Iterable[pa.RecordBatch]) -> exp.Table:
        schema = pa.schema([pa.field(column.name, column.type.arrow()) for column in columns])
        return self._session.temporary_table(columns, pa.RecordBatchReader.from_batches(schema, batches))


def _joined(
    carried: pa.Table, tables: list[pa.Table], layout: Layout, columns: list[Column], files: list[InputFile]
) -> Iterator[pa.RecordBatch]:
    """The rows of the temporary table: each carried row with what the calls made of it."""
    call = layout.calls[0]
    if call.returns_rows and call.is_set:
        arrays = tables[0].columns[: len(columns)]
    else:
        arrays = list(carried.columns)
        for table, file in zip(tables, files, strict=True):
            source = table.column(table.num_columns - 1).combine_chunks()
            order = pc.sort_indices(source)
            emitted = [column.take(order) for column in table.columns[:-1]]
            if call.returns_rows:
                arrays = [column.take(source.take(order)) for column in arrays]
            elif call.is_set:
                _, sizes = file.groups()
                rows = pa.array(np.repeat(np.arange(len(sizes)), sizes))
                emitted = [column.take(rows) for column in emitted]
            arrays += emitted
    names = [column.name for column in columns]
    fitted = [_stored(array, column) for array, column in zip(arrays, columns, strict=True)]
    yield from pa.table(fitted, names=names).to_batches(max_chunksize=65_536)


def _stored(values: pa.ChunkedArray, column: Column) -> pa.ChunkedArray:
    """Values as they travel to and from machines, in the type of a result: integers become decimals."""
    if pa.types.is_int64(values.type):
        # Arrow only casts to decimals that hold every int64; the narrower type is checked afterwards.
        values = values.cast(pa.decimal128(19, 0))
    return values.cast(column.type.arrow())
