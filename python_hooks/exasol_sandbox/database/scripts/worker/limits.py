"""How much one virtual machine may take."""

from __future__ import annotations

import contextlib
import resource
import sys


def limit_memory(size: int) -> None:
    """Let the process hold at most `size` bytes of data; more raises MemoryError in the script.

    RLIMIT_DATA and not RLIMIT_AS: mapped files and libraries do not count as a script's memory. Where the
    system does not know it (macOS has it, but does not apply it to all memory), there is no limit.
    """
    if sys.platform == "linux":
        with contextlib.suppress(ValueError):
            resource.setrlimit(resource.RLIMIT_DATA, (size, size))
