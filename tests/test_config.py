"""cardbook.yaml: defaults, every key, and errors that say where and what to do."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cardbook.config import Config, ConfigError, FileConfig, Topic, load, parse
from cardbook.diagnostics import BuildError


def test_without_a_file_everything_has_a_default(tmp_path: Path) -> None:
    """A folder without cardbook.yaml is a good folder."""
    assert load(tmp_path) == Config()


def test_every_key_is_read() -> None:
    """Keys become the fields of the same name."""
    config = parse("title: 手册\npaper: b5\ntwoside: true\ntopics:\n- {name: 正则化, words: [过拟合, dropout]}\n- 优化\n"
                   "terms:\n- [批归一化, BN]\nmerge: [[甲, 乙]]\nfiles:\n  a.md: {dialect: bullets}\n")  # fmt: skip
    assert config == Config(
        title="手册", paper="b5", twoside=True,
        topics=(Topic("正则化", ("过拟合", "dropout")), Topic("优化")),
        terms=(("批归一化", "BN"),), merge=(("甲", "乙"),), files={"a.md": FileConfig("bullets")},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("titel: x", "cardbook.yaml:1:1: error[config]: unknown key `titel`; did you mean `title`?"),
        ("paper: a3", "1:8: error[config]: `a3` is none of a4, a5, b5, letter"),
        ("terms: x", "expected a list"),
        ("merge: [[a]]", "two or more"),
        ("title: a\ntitle: b", "2:1: error[config]: `title` stands here twice"),
        ("a: &x [1]\nterms: [*x, *x]", "unknown key"),
        ("terms: [&x [a, b], *x]", "aliases are not supported"),
        ("title: [", "not valid YAML"),
        ("title: a: b", "put a text that holds `: ` in quotes"),
        (
            "language: english",
            "1:11: error[config]: `english` is no language; write its code, as `en` or `zh-CN`",
        ),
        ("merge: [what is a, what is b]", "1:9: error[config]: expected a list in the list"),
        ("twoside: maybe", "expected true or false"),
        ("- a", "expected `key: value` lines"),
    ],
)
def test_what_cannot_be_understood_is_said_with_its_place(text: str, message: str) -> None:
    """Errors name file, line and column, and the key that was probably meant."""
    with pytest.raises(BuildError) as caught:
        parse(text)
    assert message in str(caught.value)


def test_what_is_forgiven_costs_its_key(tmp_path: Path) -> None:
    """Everything else is read; a file that is none (a pipe would wait for ever) costs all."""
    mistakes: list[ConfigError] = []
    config = parse("title: x\npaper: a3\nnothing: 1\ntwoside: true\nmerge: 3\n", forgive=mistakes.append)
    assert config == Config(title="x", twoside=True)
    assert [str(mistake.span) for mistake in mistakes] == [
        f"cardbook.yaml:{at}" for at in ("3:1", "2:8", "5:8")
    ]
    os.mkfifo(tmp_path / "cardbook.yaml")
    assert load(tmp_path, mistakes.append) == Config()
    assert mistakes[-1].message == "it is not a regular file"
