"""`cardbook.yaml`: the one file of human decisions, read into a frozen `Config`.

Every key has a default. An unknown key, a wrong type or broken YAML is a mistake with its place and, where there
is one, the key that was probably meant.
"""

from __future__ import annotations

import difflib
import re
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import yaml

from cardbook.diagnostics import BuildError, Span
from cardbook.limits import MAX_CONFIG_BYTES
from cardbook.strict_yaml import problem

FILE_NAME = "cardbook.yaml"
T = TypeVar("T")
PAPERS = ("a4", "a5", "b5", "letter")


@dataclass(frozen=True, slots=True)
class Topic:
    """A chapter: a card goes to the first topic whose words it matches best."""

    name: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileConfig:
    """What a person says of one file. `dialect` overrides the detection; `skip` leaves the file out."""

    dialect: str = ""
    skip: bool = False


@dataclass(frozen=True, slots=True)
class Config:
    """All of `cardbook.yaml`; the field names are its keys."""

    title: str = ""
    """Handbook title and deck name; by default the name of the sources folder's project."""
    author: str = ""
    language: str = ""
    """Of the words between the notes (`zh-CN`, `en`); by default Chinese where a third of the questions is."""
    paper: str = "a4"
    twoside: bool = False
    subdecks: bool = False
    """A deck per topic. Cards that were imported once never move to another deck later."""
    private_images: bool = False
    """Allow images to be fetched from loopback and private network addresses."""
    fonts: Mapping[str, str] = field(default_factory=dict)
    """Handbook fonts by role (`FONT_ROLES`)."""
    topics: tuple[Topic, ...] = ()
    terms: tuple[tuple[str, ...], ...] = ()
    """Synonyms: the first word of each is the one printed."""
    merge: tuple[tuple[str, ...], ...] = ()
    separate: tuple[tuple[str, ...], ...] = ()
    files: Mapping[str, FileConfig] = field(default_factory=dict)


_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
"""The shape of a BCP 47 tag."""
FONT_ROLES = ("serif", "sans", "mono", "cjk_serif", "cjk_sans", "cjk_mono", "math")


class ConfigError(BuildError):
    """A mistake in `cardbook.yaml`, with its place."""

    def __init__(self, name: str, message: str, mark: yaml.Mark | None = None) -> None:
        self.span = Span(FILE_NAME, mark.line + 1, mark.column + 1) if mark else Span(FILE_NAME)
        self.message = message
        super().__init__(f"{name}:{self.span.line}:{self.span.column}: error[config]: {message}")


Forgive = Callable[[ConfigError], None]
"""What to do about a mistake: raise it, or return, and the key keeps its default."""


def stop(mistake: ConfigError) -> None:
    """Forgive nothing."""
    raise mistake


def load(folder: Path, forgive: Forgive = stop) -> Config:
    """Read `folder/cardbook.yaml`; a missing file gives the defaults. Raises what `forgive` does not forgive."""
    path = folder / FILE_NAME
    try:
        text = _text(path)
    except FileNotFoundError:
        return Config()
    except ConfigError as mistake:
        forgive(mistake)
        return Config()
    return parse(text, str(path), forgive)


def _text(path: Path) -> str:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise ConfigError(str(path), "it is not a regular file")
        if status.st_size > MAX_CONFIG_BYTES:
            raise ConfigError(str(path), f"larger than {MAX_CONFIG_BYTES} bytes; this is not a {FILE_NAME}")
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(str(path), f"it cannot be read: {error}") from error


def parse(text: str, name: str = FILE_NAME, forgive: Forgive = stop) -> Config:
    """Read the text of a `cardbook.yaml`; `name` stands in the messages. Raises what is not forgiven."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        forgive(ConfigError(name, f"not valid YAML: {problem(error)}", error.problem_mark))
        return Config()
    except (yaml.YAMLError, RecursionError) as error:
        forgive(ConfigError(name, f"not valid YAML: {error}"))
        return Config()
    return Config() if root is None else _Reader(name, forgive).config(root)


class _Reader:
    """Turns YAML nodes, which know their line, into values.

    Aliases are refused: a file of decisions needs none, and they are how a small YAML becomes a huge one.
    """

    def __init__(self, name: str, forgive: Forgive) -> None:
        self._name, self._forgive = name, forgive
        self._seen: set[int] = set()

    def config(self, root: yaml.Node) -> Config:
        read: dict[str, Callable[[yaml.Node], Any]] = {
            "title": self._string,
            "author": self._string,
            "language": self._language,
            "paper": lambda node: self._choice(node, PAPERS),
            "twoside": self._flag,
            "subdecks": self._flag,
            "private_images": self._flag,
            "fonts": self._fonts,
            "topics": lambda node: tuple(self._topic(item) for item in self._items(node)),
            "terms": self._groups,
            "merge": self._groups,
            "separate": self._groups,
            "files": self._files,
        }
        assert read.keys() == {f.name for f in fields(Config)}
        nothing: dict[str, yaml.Node] = {}
        pairs = self._forgiven(lambda: self._pairs(root, tuple(read)), nothing)
        defaults = Config()
        return Config(**{
            key: self._forgiven(partial(read[key], node), getattr(defaults, key)) for key, node in pairs.items()
        })  # fmt: skip

    def _forgiven(self, read: Callable[[], T], default: T) -> T:
        try:
            return read()
        except ConfigError as mistake:
            self._forgive(mistake)
            return default

    def _fail(self, node: yaml.Node, message: str) -> ConfigError:
        return ConfigError(self._name, message, node.start_mark)

    def _once(self, node: yaml.Node) -> yaml.Node:
        if id(node) in self._seen:
            raise self._fail(node, "YAML aliases are not supported here; write the value out")
        self._seen.add(id(node))
        return node

    def _pairs(self, node: yaml.Node, known: tuple[str, ...] = ()) -> dict[str, yaml.Node]:
        if not isinstance(self._once(node), yaml.MappingNode):
            raise self._fail(node, "expected `key: value` lines")
        pairs: dict[str, yaml.Node] = {}
        for key_node, value in node.value:
            key = self._string(key_node)
            if known and key not in known:
                self._forgive(self._fail(key_node, _unknown(key, known)))
            elif key in pairs:
                self._forgive(self._fail(key_node, f"`{key}` stands here twice"))
            else:
                pairs[key] = value
        return pairs

    def _items(self, node: yaml.Node) -> list[yaml.Node]:
        if not isinstance(self._once(node), yaml.SequenceNode):
            raise self._fail(node, "expected a list")
        return list(node.value)

    def _string(self, node: yaml.Node) -> str:
        if not isinstance(self._once(node), yaml.ScalarNode):
            raise self._fail(node, "expected one line of text")
        return str(node.value).strip()

    def _language(self, node: yaml.Node) -> str:
        value = self._string(node)
        if value and not _LANGUAGE.fullmatch(value):
            raise self._fail(node, f"`{value}` is no language; write its code, as `en` or `zh-CN`")
        return value

    def _flag(self, node: yaml.Node) -> bool:
        if not isinstance(self._once(node), yaml.ScalarNode) or node.tag != "tag:yaml.org,2002:bool":
            raise self._fail(node, "expected true or false")
        return str(node.value).lower() in ("true", "yes", "on")

    def _choice(self, node: yaml.Node, choices: tuple[str, ...]) -> str:
        value = self._string(node)
        if value not in choices:
            raise self._fail(node, f"`{value}` is none of {', '.join(choices)}")
        return value

    def _groups(self, node: yaml.Node) -> tuple[tuple[str, ...], ...]:
        items = self._items(node)
        if flat := next((item for item in items if isinstance(item, yaml.ScalarNode)), None):
            raise self._fail(flat, "expected a list in the list: write `- [one text, another]`")
        groups = tuple(tuple(map(self._string, self._items(item))) for item in items)
        for group, item in zip(groups, node.value, strict=True):
            if len(group) < 2:
                raise self._fail(item, "expected two or more texts in each group")
        return groups

    def _fonts(self, node: yaml.Node) -> dict[str, str]:
        return {role: self._string(value) for role, value in self._pairs(node, FONT_ROLES).items()}

    def _topic(self, node: yaml.Node) -> Topic:
        if isinstance(node, yaml.ScalarNode):
            return Topic(self._string(node))
        pairs = self._pairs(node, ("name", "words"))
        if "name" not in pairs:
            raise self._fail(node, "a topic needs a `name`")
        words = tuple(map(self._string, self._items(pairs["words"]))) if "words" in pairs else ()
        return Topic(self._string(pairs["name"]), words)

    def _files(self, node: yaml.Node) -> dict[str, FileConfig]:
        return {name: self._file(value) for name, value in self._pairs(node).items()}

    def _file(self, node: yaml.Node) -> FileConfig:
        pairs = self._pairs(node, ("dialect", "skip"))
        dialect = self._string(pairs["dialect"]) if "dialect" in pairs else ""
        return FileConfig(dialect, self._flag(pairs["skip"]) if "skip" in pairs else False)


def _unknown(key: str, known: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
    meant = f"; did you mean `{close[0]}`?" if close else ""
    return f"unknown key `{key}`{meant} (known: {', '.join(known)})"
