"""From a folder of notes to decoded `SourceFile`s. Nothing here knows what a question is."""

from __future__ import annotations

import os
import re
import stat
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from cardbook.config import Config
from cardbook.diagnostics import BuildError, Log, Span
from cardbook.limits import MAX_ACCENTS, MAX_FILE_BYTES, MAX_FRONT_MATTER_CHARS, MAX_LINE_CHARS
from cardbook.model import SourceFile
from cardbook.reading.encodings import Undecodable, decode

SUFFIXES = (".md", ".markdown", ".txt")
NO_NOTES = frozenset({"images", "dist", "node_modules"})
"""Folders without notes; hidden ones are skipped too."""
FENCES = {"---": ("---", "..."), "+++": ("+++",)}
"""First line of a front matter (YAML, TOML) to its possible last lines."""
_ACCENTS = (
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]"
    f"|(?<={_ACCENTS}{{{MAX_ACCENTS}}}){_ACCENTS}"
)
"""Control characters, line ends that only some editors count, marks that reorder the text around them, and towers
of accents, which pandoc and fonts take minutes to pile up."""


def read(folder: Path, config: Config, log: Log) -> tuple[SourceFile, ...]:
    """All notes below `folder`, sorted by path.

    A file that cannot be read is reported and left out. Raises `BuildError` if `folder` is no folder.
    """
    if not folder.is_dir():
        raise BuildError(f"{folder}: there is no such folder of notes")
    root = folder.resolve()
    files = (
        _read(path, root, name, log)
        for name, path in sorted(_candidates(folder, folder, log))
        if name not in config.files or not config.files[name].skip
    )
    return tuple(file for file in files if file)


def _candidates(folder: Path, root: Path, log: Log) -> Iterator[tuple[str, Path]]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        log.error("file-refused", Span(_name(folder, root)), f"the folder cannot be read: {error.strerror}")
        return
    for entry in entries:
        path = Path(entry.path)
        if entry.name.startswith(".") or entry.name in NO_NOTES:
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _candidates(path, root, log)
        elif path.suffix.lower() in SUFFIXES:
            yield _name(path, root), path
        elif entry.is_symlink() and entry.is_dir():
            _refuse(log, _name(path, root), "a link to a folder is not followed", "copy the notes here")


def _name(path: Path, root: Path) -> str:
    """The path below `root`, also when the file system's bytes are no UTF-8."""
    return os.fsencode(path.relative_to(root).as_posix()).decode("utf-8", "replace")


def _refuse(log: Log, name: str, why: str, hint: str = "") -> None:
    log.error("file-refused", Span(name), why, hint)


def _read(path: Path, root: Path, name: str, log: Log) -> SourceFile | None:
    data = _bytes(path, root, name, log)
    if data is None:
        return None
    try:
        text, encoding = decode(data, name, log)
    except Undecodable as error:
        _refuse(log, name, str(error), "save it as UTF-8 text, or rename it if it is no note")
        return None
    text = _clean(text.replace("\r\n", "\n").replace("\r", "\n"), name, log)
    front_matter, body_line = _front_matter(text, name, log)
    return SourceFile(name, text, encoding, front_matter, body_line)


def _bytes(path: Path, root: Path, name: str, log: Log) -> bytes | None:
    try:
        if not path.resolve(strict=True).is_relative_to(root):
            _refuse(log, name, "a link that leads out of the sources folder", "copy the file here")
            return None
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            _refuse(log, name, "not a regular file")
            return None
        if status.st_size > MAX_FILE_BYTES:
            _refuse(log, name, f"larger than {MAX_FILE_BYTES >> 20} MB", "split it into smaller files")
            return None
        return path.read_bytes()
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links
        _refuse(log, name, f"cannot be read: {getattr(error, 'strerror', None) or error}")
        return None


def _clean(text: str, name: str, log: Log) -> str:
    """Replace what no output can show by spaces, one for one, so that every column stays right."""
    if match := FORBIDDEN.search(text):
        line = text.count("\n", 0, match.start()) + 1
        column = match.start() - text.rfind("\n", 0, match.start())
        count = len(FORBIDDEN.findall(text))
        message = f"{count} control characters were read as spaces; the first is U+{ord(match[0]):04X}"
        log.warning("control-characters", Span(name, line, column), message)
        text = FORBIDDEN.sub(" ", text)
    if len(text) > MAX_LINE_CHARS:
        _long_lines(text, name, log)
    return text


def _long_lines(text: str, name: str, log: Log) -> None:
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > MAX_LINE_CHARS:
            message = f"a line of {len(line):,} characters is no prose; it is kept as plain text"
            log.warning("line-too-long", Span(name, number), message, "break it into lines")


def _front_matter(text: str, name: str, log: Log) -> tuple[Mapping[str, Any], int]:
    """The front matter, and the number of the line after it (1 if there is none)."""
    lines = text[: MAX_FRONT_MATTER_CHARS + 1].split("\n")
    ends = FENCES.get(lines[0].rstrip(), ())
    last = next((k for k, line in enumerate(lines[1:], 1) if line.rstrip() in ends), 0)
    if not last:
        return {}, 1
    try:
        values = _load("\n".join(lines[1:last]), lines[0].rstrip())
    except (yaml.YAMLError, tomllib.TOMLDecodeError, ValueError, RecursionError, TypeError) as error:
        if not re.match(r"[\w-]+\s*[:=]", "".join(lines[1:2])):
            return {}, 1  # a rule, some text, and another rule
        return _broken(error, name, log), last + 2
    return (values, last + 2) if isinstance(values, dict) else ({}, 1)


def _load(source: str, fence: str) -> Any:
    if fence == "+++":
        return tomllib.loads(source)
    # An alias may multiply a few lines into gigabytes, and no front matter needs one.
    if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(source, Loader=yaml.SafeLoader)):
        raise ValueError("YAML aliases are not read here; write the value out")
    return yaml.safe_load(source)


def _broken(error: Exception, name: str, log: Log) -> Mapping[str, Any]:
    mark = getattr(error, "problem_mark", None)
    place = Span(name, mark.line + 2, mark.column + 1) if mark else Span(name)
    why = getattr(error, "problem", None) or str(error)
    hint = "quote values that hold a colon, or remove the front matter"
    log.warning("front-matter-broken", place, f"the front matter was left out: {why}", hint)
    return {}
