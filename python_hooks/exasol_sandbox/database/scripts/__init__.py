"""Python UDFs: their calls in a query, the processes they run in, and the API inside them."""

from exasol_sandbox.database.scripts.expansion import expand
from exasol_sandbox.database.scripts.machines import Machines

__all__ = ["Machines", "expand"]
