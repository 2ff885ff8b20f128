"""`canonical.yaml`: the book as a text that people review, edit and commit, and that the next build remembers.

`dump` depends on the book alone; `load` gives the same book back, or raises `BuildError` with the place. An
answer is a text without a last line break, so that an editor's reformatting is no edit.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from cardbook import strict_yaml
from cardbook.diagnostics import BuildError
from cardbook.model import Book, Card, Covered, Edited, NoteType, Retired, Source, Unanswered
from cardbook.strict_yaml import Node, Raw, Text, Value

SCHEMA = 1
_LANGUAGE = Book("", ()).language
_T = TypeVar("_T")


def dump(book: Book) -> str:
    """The text of `canonical.yaml`: UTF-8 when encoded, ends with a line break, no empty fields."""
    notetype = book.notetype
    return strict_yaml.write(
        {
            "schema": Raw(str(SCHEMA)),
            "title": book.title,
            **_filled(author=book.author, language=book.language),
            "entries": [_card(card) for card in book.entries],
            **_filled(unanswered=[_unanswered(item) for item in book.unanswered]),
            **_filled(retired=[_retired(item) for item in book.retired]),
            # Always there and always last: a file without it was cut off.
            "notetype": {"digest": notetype.digest, "modified": _time(notetype.modified)}
            if notetype
            else Raw("{}"),
        }
    )


def _filled(**fields: Value) -> dict[str, Value]:
    return {key: value for key, value in fields.items() if value}


def _card(card: Card) -> Value:
    return {
        "id": card.id,
        "question": card.question,
        **_filled(aliases=card.aliases, topic=card.topic, tags=card.tags),
        "answer": Text(card.answer),
        **_filled(related=card.related, references=card.references),
        **_filled(sources=_sources(card.sources), covered=[_covered(block) for block in card.covered]),
        **_filled(created=_time(card.created) if card.created else ""),
        "modified": _time(card.modified),
        **_filled(digest=card.digest, rendered=card.rendered),
    }


def _sources(sources: tuple[Source, ...]) -> Value:
    return [{"file": source.file, "question": source.question} for source in sources]


def _covered(block: Covered) -> Value:
    return {"file": block.file, "text": block.text, "by": block.by, "score": Raw(repr(block.score))}


def _unanswered(item: Unanswered) -> Value:
    return {"question": item.question, **_filled(topic=item.topic, sources=_sources(item.sources))}


def _retired(item: Retired) -> Value:
    return {
        "id": item.id,
        "question": item.question,
        **_filled(replaced_by=item.replaced_by, aliases=item.aliases),
        **_filled(created=_time(item.created) if item.created else ""),
        **_filled(modified=_time(item.modified) if item.modified else "", rendered=item.rendered),
        **_filled(edited=_edited(item.edited) if item.edited else ""),
    }


def _edited(edited: Edited) -> Value:
    return {
        "question": edited.question,
        **_filled(topic=edited.topic, tags=edited.tags),
        "answer": Text(edited.answer),
        **_filled(digest=edited.digest),
    }


def _time(moment: datetime) -> Raw:
    return Raw(moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))


def load(text: str, name: str) -> Book:
    """The book in the text of a `canonical.yaml`; `name` stands in the messages.

    Raises `BuildError` for whatever this version did not write and no person would mean: a file that is cut off,
    conflict markers, another schema, unknown keys, wrong types, one id twice.
    """
    try:
        _refuse_conflict_markers(text)
        return _book(strict_yaml.read(text))
    except strict_yaml.Broken as broken:
        raise BuildError(
            f"{name}:{broken.line}:{broken.column}: error[canonical]: {broken.message}\n"
            "  hint: the file was left as it is; mend it there, or take the last good one"
            " (`git checkout`, a backup). Without it cards may lose their ids."
        ) from broken


def places(text: str) -> dict[str, int]:
    """The line (1-based) of every entry in the text of a `canonical.yaml`, by its id."""
    found = re.finditer(r"^ *- +id: *['\"]?([^\s'\"#]+)|\n", text, re.MULTILINE)
    lines: dict[str, int] = {}
    line = 1
    for match in found:
        if match[1] is None:
            line += 1
        else:
            lines.setdefault(match[1], line)
    return lines


def _refuse_conflict_markers(text: str) -> None:
    if marker := re.search(r"^(?:<{7}|={7}|>{7})(?=\s|$)", text, re.MULTILINE):
        line = text.count("\n", 0, marker.start()) + 1
        raise strict_yaml.Broken(line, 1, f"a merge conflict is not resolved here (`{marker[0]}`)")


def _book(root: Node) -> Book:
    if root.value == "":
        raise _broken(root, "the file is empty")
    schema = _raw(root, "schema")
    if schema is None or schema.value != str(SCHEMA):
        found = f"`schema: {schema.value}`" if schema else "no `schema:`"
        raise _broken(schema or root, f"{found}; this version of cardbook reads `schema: {SCHEMA}`")
    if _raw(root, "notetype") is None:
        raise _broken(root, "there is no `notetype:` at the end; this looks like a part of a file")
    keys = _Keys(root)
    keys.take("schema", _text)
    book = Book(
        title=keys.take("title", _text, ""),
        author=keys.take("author", _text, ""),
        language=keys.take("language", _text, _LANGUAGE),
        entries=keys.take("entries", _list(_read_card)),
        unanswered=keys.take("unanswered", _list(_read_unanswered), ()),
        retired=keys.take("retired", _list(_read_retired), ()),
        notetype=keys.take("notetype", _read_notetype),
    )
    keys.end()
    _refuse_twice(root)
    return book


def _refuse_twice(root: Node) -> None:
    seen: dict[str, int] = {}
    for item in _items(_raw(root, "entries")) + _items(_raw(root, "retired")):
        node = _raw(item, "id")
        if node and (first := seen.setdefault(str(node.value), node.line)) != node.line:
            raise _broken(node, f"the id `{node.value}` stands in line {first} already")


def _read_card(node: Node) -> Card:
    keys = _Keys(node)
    card = Card(
        id=keys.take("id", _word),
        question=keys.take("question", _text, ""),
        aliases=keys.take("aliases", _texts, ()),
        topic=keys.take("topic", _text, ""),
        tags=keys.take("tags", _texts, ()),
        answer=keys.take("answer", _long_text, ""),
        related=keys.take("related", _texts, ()),
        references=keys.take("references", _texts, ()),
        sources=keys.take("sources", _list(_read_source), ()),
        covered=keys.take("covered", _list(_read_covered), ()),
        created=keys.take("created", _moment, None),
        modified=keys.take("modified", _moment),
        digest=keys.take("digest", _text, ""),
        rendered=keys.take("rendered", _text, ""),
    )
    keys.end()
    return card


def _read_source(node: Node) -> Source:
    keys = _Keys(node)
    source = Source(keys.take("file", _text), keys.take("question", _text))
    keys.end()
    return source


def _read_covered(node: Node) -> Covered:
    keys = _Keys(node)
    block = Covered(
        keys.take("file", _text),
        keys.take("text", _text),
        keys.take("by", _text),
        keys.take("score", _number),
    )
    keys.end()
    return block


def _read_unanswered(node: Node) -> Unanswered:
    keys = _Keys(node)
    item = Unanswered(
        question=keys.take("question", _text),
        topic=keys.take("topic", _text, ""),
        sources=keys.take("sources", _list(_read_source), ()),
    )
    keys.end()
    return item


def _read_retired(node: Node) -> Retired:
    keys = _Keys(node)
    item = Retired(
        id=keys.take("id", _word),
        question=keys.take("question", _text),
        replaced_by=keys.take("replaced_by", _text, ""),
        aliases=keys.take("aliases", _texts, ()),
        created=keys.take("created", _moment, None),
        modified=keys.take("modified", _moment, None),
        rendered=keys.take("rendered", _text, ""),
        edited=keys.take("edited", _read_edited, None),
    )
    keys.end()
    return item


def _read_edited(node: Node) -> Edited:
    keys = _Keys(node)
    edited = Edited(
        question=keys.take("question", _text, ""),
        answer=keys.take("answer", _long_text, ""),
        topic=keys.take("topic", _text, ""),
        tags=keys.take("tags", _texts, ()),
        digest=keys.take("digest", _text, ""),
    )
    keys.end()
    return edited


def _read_notetype(node: Node) -> NoteType | None:
    if node.value == {}:
        return None
    keys = _Keys(node)
    notetype = NoteType(keys.take("digest", _text), keys.take("modified", _moment))
    keys.end()
    return notetype


_REQUIRED: Any = object()


class _Keys:
    """Takes the values of a mapping key by key; what is left at the end is unknown."""

    def __init__(self, node: Node) -> None:
        if not isinstance(node.value, dict):
            raise _broken(node, "expected `key: value` lines")
        self._node = node
        self._left = dict(node.value)
        self._known: list[str] = []

    def take(self, key: str, read: Callable[[Node], _T], default: Any = _REQUIRED) -> _T:
        self._known.append(key)
        node = self._left.pop(key, None)
        if node is None and default is _REQUIRED:
            raise _broken(self._node, f"`{key}` is missing here")
        return default if node is None else read(node)

    def end(self) -> None:
        for key, node in self._left.items():
            close = difflib.get_close_matches(key, self._known, n=1)
            meant = f"; did you mean `{close[0]}`?" if close else ""
            raise _broken(node, f"unknown key `{key}`{meant}")


def _broken(node: Node, message: str) -> strict_yaml.Broken:
    return strict_yaml.Broken(node.line, node.column, message)


def _raw(node: Node, key: str) -> Node | None:
    return node.value.get(key) if isinstance(node.value, dict) else None


def _items(node: Node | None) -> list[Node]:
    return node.value if node and isinstance(node.value, list) else []


def _text(node: Node) -> str:
    if not isinstance(node.value, str):
        raise _broken(node, "expected a text")
    return node.value


def _word(node: Node) -> str:
    if not (word := _text(node)):
        raise _broken(node, "expected a word")
    return word


def _long_text(node: Node) -> str:
    return _text(node).rstrip("\n")


def _list(read: Callable[[Node], _T]) -> Callable[[Node], tuple[_T, ...]]:
    def read_list(node: Node) -> tuple[_T, ...]:
        if not isinstance(node.value, list) and node.value != "":
            raise _broken(node, "expected a list")
        return tuple(map(read, _items(node)))

    return read_list


_texts = _list(_text)


def _number(node: Node) -> float:
    try:
        return float(_text(node))
    except ValueError as error:
        raise _broken(node, f"expected a number, found `{node.value}`") from error


def _moment(node: Node) -> datetime:
    try:
        moment = datetime.fromisoformat(_text(node)).replace(microsecond=0)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise _broken(node, "expected a time like 2026-11-20T12:00:00Z") from error
