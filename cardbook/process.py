"""Running other people's programs: no shell, a time and a memory limit, and the whole process group ends."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# Loaded here: between fork and exec nothing should be.
_C = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a program ended. `code` is negative for a signal; `timed_out` says that it was ours."""

    code: int
    stdout: bytes
    stderr: bytes
    timed_out: bool = False


def run(
    command: Sequence[str],
    *,
    seconds: float,
    stdin: bytes = b"",
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    memory_mb: int = 0,
) -> Outcome:
    """Run `command` to its end, or end it and all its children after `seconds`.

    `memory_mb` limits the address space of each process (0: no limit). `environment` replaces ours.
    What the program wrote before it was ended is kept. Raises `OSError` when it cannot be started.
    """

    def limit() -> None:
        _end_with_parent()
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if memory_mb:
            resource.setrlimit(resource.RLIMIT_AS, (memory_mb << 20, memory_mb << 20))

    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        env=None if environment is None else dict(environment),
        start_new_session=True,
        preexec_fn=limit,
    )
    try:
        stdout, stderr = process.communicate(stdin, timeout=seconds)
        return Outcome(process.returncode, stdout, stderr)
    except subprocess.TimeoutExpired:
        _end(process)
        stdout, stderr = process.communicate()
        return Outcome(process.returncode, stdout, stderr, timed_out=True)
    except BaseException:
        # Ctrl-C reaches us, not the program, which is in a session of its own.
        _end(process)
        process.wait()
        raise


def _end_with_parent() -> None:
    """On Linux a program ends when we are killed, so that it does not write below the feet of the next build."""
    with contextlib.suppress(OSError, AttributeError):
        _C.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
