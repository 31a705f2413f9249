"""A private sandbox for the time of a demo: a process of its own, reached over its sockets."""

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from exasol_sagemaker.cli.errors import CliError

_OTHERS = ("AWS_", "EXASOL_", "SAGEMAKER_", "DBT_")

#: Seconds for any one command of the sandbox.
TIMEOUT = 120


@dataclass(frozen=True)
class Sandbox:
    """A running sandbox.

    Args:
        home: its folder; `exasol-sagemaker sandbox down --home …` stops it.
        variables: what `sandbox env` gives: EXASOL_DSN, AWS_ENDPOINT_URL, …
    """

    home: Path
    variables: Mapping[str, str]

    @property
    def address(self) -> str:
        """Host and port of its database."""
        host, _, rest = self.variables["EXASOL_DSN"].partition("/")
        return f"{host}:{rest.rpartition(':')[2]}"

    def environment(self) -> dict[str, str]:
        """An environment for programs that shall use the sandbox, and nothing set up for others."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(_OTHERS)}
        own = {**inherited, **self.variables}
        for name in ("NO_PROXY", "no_proxy"):
            own[name] = ",".join(filter(None, [own.get(name, ""), "127.0.0.1", "localhost"]))
        return own


@contextmanager
def private_sandbox(home: Path, *, keep: bool) -> Iterator[Sandbox]:
    """Start a sandbox on free ports, and stop it afterwards.

    Args:
        home: its folder.
        keep: leave it running when the block ends; it is stopped all the same when the block is interrupted.

    Raises:
        CliError: it did not start, or another one runs in that folder.
    """
    if home.is_dir() and any(home.iterdir()) and _call("status", home=home).returncode == 0:
        raise CliError(
            f"A sandbox is already running in {home}.",
            why="The demo starts a sandbox of its own, and stops it when it is done.",
            next_step=f"Leave out --home, or stop the other: {down_command(home)}",
        )
    stop = True
    try:
        _checked("up", "--background", "--exasol-port", "0", "--aws-port", "0", home=home)
        yield Sandbox(home, _exports(_checked("env", home=home)))
        stop = not keep
    except Exception:
        stop = not keep
        raise
    finally:
        if stop:
            _checked("down", home=home)


def down_command(home: Path) -> str:
    """What a user types to stop the sandbox of that folder."""
    return f"exasol-sagemaker sandbox down --home {shlex.quote(str(home))}"


def _call(command: str, *options: str, home: Path) -> "subprocess.CompletedProcess[str]":
    # A session of its own: Ctrl-C in the terminal reaches this process only, which then stops the sandbox.
    arguments = [sys.executable, "-m", "exasol_sandbox", command, "--home", str(home), *options]
    with subprocess.Popen(
        arguments,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            stdout, stderr = process.communicate(timeout=TIMEOUT)
        except subprocess.TimeoutExpired as error:
            process.kill()
            raise CliError(
                f"`exasol-sagemaker sandbox {command}` did not end within {TIMEOUT} s.",
                next_step=f"Look into the log in {home}.",
            ) from error
        except KeyboardInterrupt:
            # An `up` that is cut off could leave a sandbox behind that is not yet known to `down`.
            process.communicate(timeout=TIMEOUT)
            raise
    return subprocess.CompletedProcess(arguments, process.returncode, stdout, stderr)


def _checked(command: str, *options: str, home: Path) -> str:
    done = _call(command, *options, home=home)
    if done.returncode != 0:
        raise CliError(
            f"`exasol-sagemaker sandbox {command}` failed.",
            why=(done.stderr or done.stdout).strip().removeprefix("Error: "),
            next_step=f"Look into the log in {home}.",
        )
    return done.stdout


def _exports(text: str) -> dict[str, str]:
    exports = {}
    for line in text.splitlines():
        words = shlex.split(line)
        if len(words) == 2 and words[0] == "export":
            name, _, value = words[1].partition("=")
            exports[name] = value
    return exports
