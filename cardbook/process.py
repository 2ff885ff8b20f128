"""Running other people's programs: no shell, a time and a memory limit, and the whole process group ends."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# Loaded here: between fork and exec nothing should be.
_C = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1
MERCY_SECONDS = 0.2
"""Time for a program to tidy up."""


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
    meanwhile: Callable[[], object] | None = None,
) -> Outcome:
    """Run `command` to its end, or end it and all its children after `seconds`.

    `memory_mb` limits the address space of each process (0: no limit). `environment` replaces ours. `meanwhile`
    is done in a thread until the program has ended; what it raises is lost.
    What the program wrote before it was ended is kept. Raises `OSError` when it cannot be started.
    """
    process = _taken(_key(command, folder, environment)) or _start(command, folder, environment, memory_mb)
    with _beside(meanwhile) if meanwhile else contextlib.nullcontext():
        return _finish(process, stdin, seconds)


def _finish(process: subprocess.Popen[bytes], stdin: bytes, seconds: float) -> Outcome:
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


@contextlib.contextmanager
def _beside(task: Callable[[], object]) -> Iterator[None]:
    def quietly() -> None:
        with contextlib.suppress(Exception):
            task()

    thread = threading.Thread(target=quietly, daemon=True)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def start(
    command: Sequence[str],
    *,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    memory_mb: int = 0,
) -> None:
    """Start a program that will be run soon, so that it has loaded itself when its input is there.

    The next `run` with the same arguments takes it over. A program that nobody takes is ended by `dismiss`.
    """
    with contextlib.suppress(OSError):  # `run` will say so
        key = _key(command, folder, environment)
        if key not in _waiting:
            _waiting[key] = _start(command, folder, environment, memory_mb)


def dismiss(folder: Path | None = None) -> None:
    """End the programs that were started, and that nobody has run; with `folder`, only those that work there."""
    for key in [key for key in _waiting if folder in (None, key[1])]:
        process = _waiting.pop(key)
        _end(process)
        process.communicate()


_Key = tuple[tuple[str, ...], Path | None, frozenset[tuple[str, str]] | None]
_waiting: dict[_Key, subprocess.Popen[bytes]] = {}
"""The programs that wait for their input, by what `run` will ask for."""


def _taken(key: _Key) -> subprocess.Popen[bytes] | None:
    """The program that waits for this, if it is still there."""
    process = _waiting.pop(key, None)
    if process and process.poll() is not None:
        process.communicate()
        return None
    return process


def _key(command: Sequence[str], folder: Path | None, environment: Mapping[str, str] | None) -> _Key:
    return (*command,), folder, None if environment is None else frozenset(environment.items())


def _start(
    command: Sequence[str], folder: Path | None, environment: Mapping[str, str] | None, memory_mb: int
) -> subprocess.Popen[bytes]:
    def limit() -> None:
        _end_with_parent()
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if memory_mb:
            resource.setrlimit(resource.RLIMIT_AS, (memory_mb << 20, memory_mb << 20))

    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        env=None if environment is None else dict(environment),
        start_new_session=True,
        preexec_fn=limit,
    )


def _end_with_parent() -> None:
    """On Linux a program ends when we are killed, so that it does not write below the feet of the next build."""
    with contextlib.suppress(OSError, AttributeError):
        _C.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _end(process: subprocess.Popen[bytes]) -> None:
    """As Ctrl-C does, after which pandoc leaves no file behind; who does not end by that is killed."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGINT)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(MERCY_SECONDS)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
