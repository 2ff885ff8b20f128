"""From files to text: which files are notes, in which encodings, and what broken ones cost."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardbook.config import Config, FileConfig
from cardbook.diagnostics import BuildError, Diagnostic, Log
from cardbook.limits import MAX_FILE_BYTES, MAX_LINE_CHARS
from cardbook.model import SourceFile
from cardbook.reading.encodings import Undecodable, decode
from cardbook.reading.read import read

NOTE = "## 什么是编码？\n\n字符和字节之间的约定，比如“万国码”。\n"


def load(folder: Path, config: Config | None = None) -> tuple[tuple[SourceFile, ...], list[Diagnostic]]:
    """Read a folder; with the diagnostics."""
    log = Log()
    return read(folder, config or Config(), log), list(log)


def one(folder: Path, data: bytes, name: str = "a.md") -> tuple[SourceFile, list[Diagnostic]]:
    """Read a folder of one file."""
    (folder / name).write_bytes(data)
    (file,), found = load(folder)
    return file, found


def test_notes_are_found_below_the_folder_in_order(tmp_path: Path) -> None:
    """Markdown and text files count, at any depth; images, hidden and built files do not."""
    for name in [
        "b.md",
        "a/z.TXT",
        "a/x.markdown",
        "images/i.md",
        ".obsidian/o.md",
        "dist/d.md",
        "c.py",
        ".h.md",
    ]:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(NOTE, encoding="utf-8")
    files, found = load(tmp_path)
    assert [file.path for file in files] == ["a/x.markdown", "a/z.TXT", "b.md"]
    assert found == []


def test_a_file_can_be_left_out(tmp_path: Path) -> None:
    """`files: {a.md: {skip: true}}` leaves it out."""
    (tmp_path / "a.md").write_text(NOTE, encoding="utf-8")
    assert load(tmp_path, Config(files={"a.md": FileConfig(skip=True)}))[0] == ()


def test_no_such_folder(tmp_path: Path) -> None:
    """A folder that does not exist stops the build."""
    with pytest.raises(BuildError, match="no such folder"):
        load(tmp_path / "none")


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("utf-16", "utf-16-le"), ("utf-32", "utf-32-le"),
        ("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be"), ("gb18030", "gb18030"), ("gbk", "gb18030"),
    ],
)  # fmt: skip
def test_encodings(tmp_path: Path, encoding: str, name: str) -> None:
    """The text is the same in every encoding that notes come in; a guess is reported."""
    file, found = one(tmp_path, NOTE.encode(encoding))
    assert (file.text, file.encoding) == (NOTE, name)
    guessed = encoding in ("utf-16-le", "utf-16-be", "gb18030", "gbk")
    assert [d.code for d in found] == ["encoding-guessed"] * guessed


def test_a_western_encoding(tmp_path: Path) -> None:
    """Latin-1 text is detected by the library, not read as Chinese."""
    text = "## Qu'est-ce que c'est, la théorie de l'été ?\n\nLes élèves ont été très créatifs à Noël.\n" * 5
    file, found = one(tmp_path, text.encode("cp1252"))
    assert file.text == text
    assert [d.code for d in found] == ["encoding-guessed"]


def test_a_few_invalid_bytes_cost_only_themselves(tmp_path: Path) -> None:
    """A damaged UTF-8 file is UTF-8 still; the first damage is named with its place."""
    data = (NOTE * 3).encode() + b"x\xff\xfe\n" + NOTE.encode()
    file, found = one(tmp_path, data)
    assert file.text.count("什么是编码") == 4
    assert [(d.code, str(d.span)) for d in found] == [("encoding-broken", "a.md:10:2")]


def test_line_ends(tmp_path: Path) -> None:
    """CRLF and CR are line ends; lines keep the numbers they have in an editor."""
    file, _ = one(tmp_path, b"a\r\nb\rc\n")
    assert file.text == "a\nb\nc\n"


def test_control_characters_become_spaces(tmp_path: Path) -> None:
    """NUL, control characters and marks that reorder text are replaced one for one, with a warning."""
    file, found = one(tmp_path, "ab\0c\x07d\u202ee\u2028f\tg\n".encode())
    assert file.text == "ab c d e f\tg\n"
    assert [(d.code, str(d.span)) for d in found] == [("control-characters", "a.md:1:3")]


def test_a_tower_of_accents_ends(tmp_path: Path) -> None:
    """More marks on one letter than Unicode's stream-safe 30 are read as spaces; real writing has four or five."""
    file, found = one(tmp_path, ("e" + "\u0301" * 32 + "x, e\u0301" + "\n").encode())
    assert file.text == "e" + "\u0301" * 30 + "  x, e\u0301\n"
    assert [(d.code, str(d.span)) for d in found] == [("control-characters", "a.md:1:32")]


def test_binary_files_are_refused(tmp_path: Path) -> None:
    """A picture called `.md` is no note; the healthy file beside it is read."""
    (tmp_path / "a.md").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 20)
    (tmp_path / "b.md").write_text(NOTE, encoding="utf-8")
    files, found = load(tmp_path)
    assert [file.path for file in files] == ["b.md"]
    assert [(d.code, d.span.file if d.span else "") for d in found] == [("file-refused", "a.md")]


def test_links_out_of_the_folder_are_refused(tmp_path: Path) -> None:
    """Neither a file nor a folder elsewhere is read through a link; a dangling link is named; one inside is read."""
    (tmp_path / "secret.md").write_text("secret", encoding="utf-8")
    notes = tmp_path / "notes"
    (notes / "sub").mkdir(parents=True)
    (notes / "sub" / "n.md").write_text(NOTE, encoding="utf-8")
    (notes / "out.md").symlink_to(tmp_path / "secret.md")
    (notes / "gone.md").symlink_to(tmp_path / "nothing.md")
    (notes / "loop.md").symlink_to(notes / "loop.md")
    (notes / "inside.md").symlink_to(notes / "sub" / "n.md")
    (notes / "up").symlink_to(tmp_path)
    files, found = load(notes)
    assert [file.path for file in files] == ["inside.md", "sub/n.md"]
    assert sorted(d.span.file for d in found if d.span) == ["gone.md", "loop.md", "out.md", "up"]
    assert {d.code for d in found} == {"file-refused"}


def test_strange_files(tmp_path: Path) -> None:
    """A folder called `x.md` is a folder, a pipe is refused without waiting for it, an empty file is empty."""
    (tmp_path / "x.md").mkdir()
    (tmp_path / "x.md" / "y.md").write_text(NOTE, encoding="utf-8")
    (tmp_path / "empty.md").write_bytes(b"")
    os.mkfifo(tmp_path / "pipe.md")
    files, found = load(tmp_path)
    assert [(file.path, file.text) for file in files] == [("empty.md", ""), ("x.md/y.md", NOTE)]
    assert [d.span.file for d in found if d.span] == ["pipe.md"]


@pytest.mark.parametrize("name", ["a b.md", "-rf.md", "q'\"u.md", "new\nline.md", "😀.md", "$(x).md"])
def test_file_names_are_only_names(tmp_path: Path, name: str) -> None:
    """Any name that the file system allows is a path like another."""
    file, _ = one(tmp_path, NOTE.encode(), name)
    assert file.path == name


def test_limits(tmp_path: Path) -> None:
    """A file or line beyond its limit is named; the rest of the folder and file is read."""
    with (tmp_path / "big.md").open("wb") as stream:
        stream.truncate(MAX_FILE_BYTES + 1)
    (tmp_path / "long.md").write_text("x" * (MAX_LINE_CHARS + 1) + "\n" + NOTE, encoding="utf-8")
    files, found = load(tmp_path)
    assert [file.path for file in files] == ["long.md"]
    assert [d.code for d in found] == ["file-refused", "line-too-long"]


@pytest.mark.parametrize(
    ("head", "values", "body_line"),
    [
        ("---\ntitle: a\ntags: [x, y]\n---\n", {"title": "a", "tags": ["x", "y"]}, 5),
        ("---\ntitle: a\n...\n", {"title": "a"}, 4),
        ('+++\ntitle = "a"\n+++\n', {"title": "a"}, 4),
        ("---\n\n# heading\n\n---\n", {}, 1),
        ("---\ntitle: never closed\n\n", {}, 1),
        ("---\n---\n", {}, 1),
    ],
)
def test_front_matter(tmp_path: Path, head: str, values: object, body_line: int) -> None:
    """YAML and TOML between their fences; two rules with text between are no front matter."""
    file, found = one(tmp_path, (head + NOTE).encode())
    assert (file.front_matter, file.body_line, found) == (values, body_line, [])


@pytest.mark.parametrize(
    "head",
    ["a: b: c", "a: [1", "a: &x 1\nb: *x", "a: !!python/object/apply:os.system [ls]", "a: " + "[" * 2000],
)
def test_broken_front_matter_costs_only_itself(tmp_path: Path, head: str) -> None:
    """Invalid YAML, aliases, objects and endless nesting are left out with a warning; the notes below count."""
    file, found = one(tmp_path, f"---\n{head}\n---\n{NOTE}".encode())
    assert file.front_matter == {}
    assert file.text.split("\n")[file.body_line - 1] == "## 什么是编码？"
    assert [d.code for d in found] == ["front-matter-broken"]


@given(st.binary(max_size=400))
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    """No input ends in a traceback."""
    try:
        text, _ = decode(data, "a.md", Log())
    except Undecodable:
        return
    assert isinstance(text, str)
