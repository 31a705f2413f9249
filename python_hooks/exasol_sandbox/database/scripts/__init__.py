"""Scripts: calls of UDFs in a query, scripting programs, their processes, and the API inside them."""

from exasol_sandbox.database.scripts.expansion import expand
from exasol_sandbox.database.scripts.pool import MachinePool

__all__ = ["MachinePool", "expand"]
