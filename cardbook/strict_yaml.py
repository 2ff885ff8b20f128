"""The small YAML that `canonical.yaml` is written in: block style, exact strings, nothing clever.

Written by our own hand, because PyYAML's emitter turns a text with trailing spaces (Markdown's line break) into
one quoted line, folds long lines, and is too slow for thousands of notes. Read from libyaml's events: every value
knows its place, and neither aliases nor deep nesting can make a small file a huge one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import yaml

Value: TypeAlias = "str | Mapping[str, Value] | Sequence[Value]"
"""What can be written: texts (also `Raw` and `Text`), mappings and sequences."""

MAX_DEPTH = 12


class Raw(str):
    """Written as it is: numbers, dates and `null`."""

    __slots__ = ()


class Text(str):
    """Written as a literal block, also when it is only one line; its last line break does not count."""

    __slots__ = ()


# What libyaml accepts unescaped, without the characters that it takes for line breaks besides LF.
_PRINTABLE = re.compile(
    "[\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*"
)
# A plain scalar that no YAML reader takes for anything else; anything beyond is quoted.
_PLAIN = re.compile(r"[^\W_](?:[^\n\t:#]|:(?=\S)|(?<=\S)#)*(?<![\s:])")
_NUMBER_LIKE = re.compile(r"\d[\W\d_a-foxtz]*|[yn]|(?:null|true|false|yes|no|on|off|nan|inf)", re.IGNORECASE)


def write(value: Value) -> str:
    """`value` as block-style YAML with a line break at its end; `Mapping` keys must be plain words."""
    return "".join(_lines(value, 0))


def _lines(value: Value, indent: int) -> Iterator[str]:
    pad = " " * indent
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield f"{pad}{key}:{''.join(_after(item, indent))}"
    elif not isinstance(value, str):
        for item in value:
            text = "".join(_lines(item, indent + 2))
            yield (
                f"{pad}- {text[indent + 2 :]}"
                if not isinstance(item, str)
                else f"{pad}-{_scalar(item, indent)}"
            )


def _after(value: Value, indent: int) -> Iterator[str]:
    """What stands behind `key:`."""
    if isinstance(value, str):
        yield _scalar(value, indent)
    elif not value:
        yield " []\n"
    else:
        yield "\n"
        yield from _lines(value, indent + (2 if isinstance(value, Mapping) else 0))


def _scalar(value: str, indent: int) -> str:
    if isinstance(value, Raw):
        return f" {value}\n"
    if (isinstance(value, Text) or "\n" in value) and _fits_block(value):
        return _block(value, indent + 2, clip=isinstance(value, Text))
    return f" {value}\n" if _is_plain(value) else f" {_quoted(value)}\n"


def _is_plain(value: str) -> bool:
    return bool(_PLAIN.fullmatch(value) and _PRINTABLE.fullmatch(value) and not _NUMBER_LIKE.fullmatch(value))


def _quoted(value: str) -> str:
    if "'" not in value and "\n" not in value and _PRINTABLE.fullmatch(value):
        return f"'{value}'"
    text = json.dumps(value, ensure_ascii=False)
    return re.sub("[\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff]", lambda m: f"\\u{ord(m[0]):04x}", text)


def _fits_block(value: str) -> bool:
    # A last line of spaces only would be taken for padding.
    return bool(value.strip() and _PRINTABLE.fullmatch(value) and value.rpartition("\n")[2].strip())


def _block(value: str, indent: int, clip: bool) -> str:
    # Without the digit, leading blanks would be taken for indentation.
    head = ("2" if value[0] in " \t\n" else "") + ("" if clip else "-")
    pad = " " * indent
    return f" |{head}\n" + "".join(f"{pad}{line}\n" if line else "\n" for line in value.split("\n"))


@dataclass(frozen=True, slots=True)
class Node:
    """A YAML value with its place, 1-based: a text (`""` for null), a list of nodes, or nodes by key."""

    value: str | list[Node] | dict[str, Node]
    line: int
    column: int


class Broken(Exception):
    """What is wrong with a YAML text, and where: `line` and `column` are 1-based."""

    def __init__(self, line: int, column: int, message: str) -> None:
        super().__init__(message)
        self.line, self.column, self.message = line, column, message


def read(text: str) -> Node:
    """The tree of the one YAML document in `text`. Raises `Broken`."""
    try:
        return _Composer().read(yaml.parse(text, Loader=yaml.CSafeLoader))
    except yaml.MarkedYAMLError as error:
        raise Broken(*_place(error.problem_mark or error.context_mark), problem(error)) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise Broken(line, 1, f"a character that does not belong in a text file: {error.reason}") from error
    except yaml.YAMLError as error:
        raise Broken(1, 1, str(error)) from error


def problem(error: yaml.MarkedYAMLError) -> str:
    """What PyYAML complains of, and the way out of the commonest mistake."""
    said = str(error.problem or error.context)
    return f"{said}; put a text that holds `: ` in quotes" if "mapping values" in said else said


def _place(mark: Any) -> tuple[int, int]:
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


class _Composer:
    """Builds the tree bottom-up from events, on a stack of its own: depth is bounded, aliases are refused."""

    def __init__(self) -> None:
        self._open: list[tuple[Node, str | None]] = []
        self._root: Node | None = None

    def read(self, events: Iterator[yaml.Event]) -> Node:
        for event in events:
            self._event(event, *_place(event.start_mark))
        return self._root or Node("", 1, 1)

    def _event(self, event: yaml.Event, line: int, column: int) -> None:
        if isinstance(event, yaml.ScalarEvent):
            null = event.style is None and event.value in ("", "~", "null") and event.implicit[0]
            self._add(Node("" if null else event.value, line, column))
        elif isinstance(event, yaml.CollectionStartEvent):
            self._start(Node([] if isinstance(event, yaml.SequenceStartEvent) else {}, line, column))
        elif isinstance(event, yaml.CollectionEndEvent):
            self._open.pop()
        elif isinstance(event, yaml.AliasEvent):
            raise Broken(line, column, "YAML aliases are not supported here; write the value out")
        elif isinstance(event, yaml.DocumentStartEvent) and self._root is not None:
            raise Broken(line, column, "a second YAML document begins here; only one is expected")

    def _start(self, node: Node) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise Broken(node.line, node.column, "nested deeper than any file of this kind")
        self._add(node)
        self._open.append((node, None))

    def _add(self, node: Node) -> None:
        if not self._open:
            self._root = node
            return
        parent, key = self._open[-1]
        if isinstance(parent.value, list):
            parent.value.append(node)
        elif key is not None and isinstance(parent.value, dict):
            parent.value[key] = node
            self._open[-1] = (parent, None)
        else:
            self._open[-1] = (parent, _key(parent, node))


def _key(parent: Node, node: Node) -> str:
    if not isinstance(node.value, str):
        raise Broken(node.line, node.column, "expected `key: value`")
    if node.value in parent.value:
        raise Broken(node.line, node.column, f"`{node.value}` stands here twice")
    return node.value
