"""The woven answer as Markdown, with a mark at each point that comes from another file than the frame."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence

from cardbook.merging.kept import Point, Spot
from cardbook.merging.marks import mark, marked, more
from cardbook.merging.pieces import Item, Piece, headings_from, level, put_together, take_apart, with_items

TOP = 3
"""Level of the highest heading inside an answer: a card's question and a chapter's title are above."""


def compose(spots: Sequence[Spot], appendix: Sequence[Spot], frame: str, language: str) -> str:
    """The answer: the spots in order, then the appendix under a label. `frame` is the file of the frame."""
    body = [piece for spot in spots for piece in _spot(spot, frame, language)]
    if appendix:
        headed = any(piece.kind == "heading" for piece in body) or any(
            spot.unit.headings for spot in appendix
        )
        files = {point.file for spot in appendix for point in spot.points}
        # One mark on the label is enough when all below comes from one file.
        vouched = files.pop() if len(files) == 1 else frame
        label = more(language) + (mark(vouched, language) if vouched != frame else "")
        body.append(
            Piece("heading", f"{'#' * TOP} {label}") if headed else Piece("paragraph", f"**{label}**")
        )
        body.extend(_appendix(appendix, vouched, language, int(headed)))
    return put_together(headings_from(body, TOP))


def _spot(spot: Spot, frame: str, language: str) -> Iterator[Piece]:
    """A unit of the frame, or one that was put between."""
    if not spot.between:
        yield from spot.unit.opens
        yield from spot.unit.lead
        yield from _body(spot, frame, language)
        return
    if spot.unit.listed:
        yield from _body(spot, frame, language)
        return
    blocks = (*spot.unit.lead, *_body(spot, spot.file, language))
    yield from _marked(blocks, mark(spot.file, language)) if spot.file != frame else blocks


def _body(spot: Spot, vouched: str, language: str) -> Iterator[Piece]:
    """The blocks of a unit; items of another file than `vouched` carry their mark."""
    unit = spot.unit
    if not unit.listed:
        whole = not spot.points or spot.points[0].text == unit.text
        yield from unit.body if whole else take_apart(spot.points[0].text)
        return
    (listed,) = unit.body
    if [(p.text, p.file) for p in spot.points] == [
        (item.text, vouched) for item in listed.items
    ] and not spot.below:
        yield listed
    else:
        notes = _notes(spot.points, vouched, language, ends=spot.below)
        items = [_item(point, note) for point, note in zip(spot.points, notes, strict=True)]
        under = [_below(spot.below.get(point, ()), vouched, language) for point in spot.points]
        yield with_items(listed, list(map(_with_below, items, under)))


def _notes(
    points: Sequence[Point], vouched: str, language: str, ends: Container[Point] = ()
) -> Iterator[str]:
    """The mark of each point: none for those of `vouched`, and one for a row of points of one file, at its end."""
    row = 0
    for point, following in zip(points, [*points[1:], None], strict=True):
        row += 1
        if following is None or following.file != point.file or point in ends:
            yield mark(point.file, language, row) if point.file != vouched else ""
            row = 0
        else:
            yield ""


def _below(points: Sequence[Point], vouched: str, language: str) -> str:
    """The list of what other files say of one item."""
    if not points:
        return ""
    items = [
        _item(point, note) for point, note in zip(points, _notes(points, vouched, language), strict=True)
    ]
    return with_items(Piece("bullet_list", "", (Item("-", ""),)), items).text


def _with_below(item: Item, added: str) -> Item:
    if not added:
        return item
    *_, last = take_apart(item.text) or (None,)
    gap = "\n" if last and last.kind == "paragraph" and "\n\n" not in item.text else "\n\n"
    return Item(item.marker, item.text + gap + added)


def _item(point: Point, note: str) -> Item:
    if not note:
        return Item("", point.text)
    return Item("", put_together(_first_marked(take_apart(point.text), note)))


def _first_marked(pieces: Sequence[Piece], note: str) -> Sequence[Piece]:
    """An item of one paragraph carries its mark at the end, a longer one where it begins to speak."""
    if pieces and pieces[0].kind == "paragraph":
        return (_with(pieces[0], note), *pieces[1:])
    return (*pieces, Piece("paragraph", note.strip()))


def _marked(pieces: Sequence[Piece], note: str) -> Sequence[Piece]:
    """Blocks with the mark at their last paragraph that says something, or on a line of its own."""
    for at in range(len(pieces) - 1, -1, -1):
        if pieces[at].kind == "paragraph" and not pieces[at].text.rstrip().endswith(("$$", ")", "`")):
            return (*pieces[:at], _with(pieces[at], note), *pieces[at + 1 :])
    return (*pieces, Piece("paragraph", note.strip()))


def _with(piece: Piece, note: str) -> Piece:
    return Piece(piece.kind, marked(piece.text, note))


def _appendix(spots: Sequence[Spot], vouched: str, language: str, deeper: int) -> Iterator[Piece]:
    """Units under their own headings; the highest new heading, or else each unit, carries the mark."""
    shown: tuple[str, tuple[str, ...]] = ("", ())
    for spot in spots:
        path = spot.unit.headings
        seen = shown[1] if shown[0] == spot.file else ()
        note = "" if spot.file == vouched else mark(spot.file, language)
        fresh = [text for k, text in enumerate(path) if path[: k + 1] != seen[: k + 1]]
        for k, text in enumerate(fresh):
            depth = min(6, level(text) + deeper)
            yield Piece("heading", "#" * depth + text.lstrip("#") + (note if k == 0 else ""))
        yield from _introduced(spot, "" if path else note, vouched, language)
        shown = (spot.file, path)


def _introduced(spot: Spot, note: str, vouched: str, language: str) -> Sequence[Piece]:
    """A unit with its mark, if it needs one, where it begins to speak."""
    lead = spot.unit.lead
    if spot.unit.listed and note and not lead:
        return tuple(_body(spot, vouched, language))
    body = tuple(_body(spot, spot.file, language))
    if spot.unit.listed:
        return (*lead[:-1], *(_with(piece, note) for piece in lead[-1:]), *body)
    blocks = (*lead, *body)
    return _marked(blocks, note) if note else blocks
