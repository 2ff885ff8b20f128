"""The whole build through the real command line, with the real pandoc, XeLaTeX and Anki."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
OUTPUTS = ["canonical.yaml", "deck.apkg", "handbook.pdf", "report.html"]
NOTES = {
    "list.md": """\
# Deep learning

## What is dropout?

During training each unit is switched off with probability $ p $ , so that $x_i < y_i$.

![the network](images/net.png)

## Why does a deep network forget small gradients?

Because of the chain rule: `a * b * c` of small numbers is smaller still.

## What is a warm-up?
""",
    "copy/old.md": """\
- **What is dropout?**

    Each unit is switched off at random while training.

- **How large should a batch be?**

    As large as memory allows, then tuned.
    ![far away](https://example.invalid/batch.png)
""",
}


def run(*arguments: str | Path, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """Call `build.py` as a user does."""
    return subprocess.run(
        [sys.executable, str(ROOT / "build.py"), *map(str, arguments)],
        cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of notes of our own, with an image."""
    from PIL import Image

    folder = tmp_path_factory.mktemp("project")
    for name, text in NOTES.items():
        (folder / "sources" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "sources" / name).write_text(text, encoding="utf-8")
    (folder / "sources" / "images").mkdir()
    Image.new("RGB", (40, 30), "navy").save(folder / "sources" / "images" / "net.png")
    return folder


@pytest.fixture(scope="module")
def built(project: Path) -> subprocess.CompletedProcess[str]:
    """The first build of the project."""
    return run("--offline", cwd=project, SOURCE_DATE_EPOCH="1700000000")


def test_one_command_writes_all_outputs(project: Path, built: subprocess.CompletedProcess[str]) -> None:
    """Exit 0, four files, a summary on stdout, and diagnostics with their place on stderr."""
    assert built.returncode == 0, built.stderr
    assert [(project / "dist" / name).stat().st_size > 0 for name in OUTPUTS] == [True] * 4
    assert "cards     3, of which 1 merged from 2 notes; 1 question unanswered" in built.stdout
    assert "sources/list.md:13:1: warning[answer-missing]" in built.stderr
    assert "sources/copy/old.md:8:17: warning[image-unreachable]" in built.stderr
    assert "Traceback" not in built.stderr


def test_the_canonical_file_holds_every_question_once(
    project: Path, built: subprocess.CompletedProcess[str]
) -> None:
    """The question that stands twice is one entry, with both sources and a repaired formula."""
    book = yaml.safe_load((project / "dist" / "canonical.yaml").read_text(encoding="utf-8"))
    dropout = next(entry for entry in book["entries"] if "dropout" in entry["question"])
    assert [source["file"] for source in dropout["sources"]] == ["copy/old.md", "list.md"]
    assert "$p$" in dropout["answer"]
    assert [one["question"] for one in book["unanswered"]] == ["What is a warm-up?"]


def test_a_formula_that_fails_is_code_and_a_warning(tmp_path: Path) -> None:
    """The bad formula is named at its place with the reason; the good one beside it is a formula."""
    (tmp_path / "notes.md").write_text("# What is x?\n\nIt is $x$, not $\\input{y}$.\n", encoding="utf-8")
    result = run(tmp_path, "-o", tmp_path / "dist", "--only", "deck")
    assert result.returncode == 0
    assert "notes.md:3:17: warning[math-unproven]" in result.stderr and "\\input" in result.stderr


def test_a_second_build_changes_nothing(project: Path, built: subprocess.CompletedProcess[str]) -> None:
    """Byte for byte the same, and not even written again."""
    before = {name: (project / "dist" / name).stat().st_mtime_ns for name in OUTPUTS}
    again = run("--offline", cwd=project)
    assert again.returncode == 0
    assert "changes   none since the last build" in again.stdout
    assert before == {name: (project / "dist" / name).stat().st_mtime_ns for name in OUTPUTS}


def test_strict_turns_warnings_into_a_failure(project: Path, built: subprocess.CompletedProcess[str]) -> None:
    """The outputs are written all the same."""
    assert run("--offline", "--strict", "--only", "canonical", cwd=project).returncode == 1


def test_only_what_was_asked_for_is_made(project: Path, built: subprocess.CompletedProcess[str]) -> None:
    """The canonical file is always written, nothing else is unless named."""
    result = run("--offline", "--only", "deck", "-o", "elsewhere", cwd=project)
    assert result.returncode == 0
    assert sorted(p.name for p in (project / "elsewhere").iterdir() if p.is_file()) == OUTPUTS[:2]


def test_cards_can_be_listed_and_explained(project: Path, built: subprocess.CompletedProcess[str]) -> None:
    """--list gives id, topic, question and places; --explain gives the reasons of a merge."""
    row = next(line for line in run("--list", cwd=project).stdout.splitlines() if "dropout" in line)
    assert row.split("\t")[2:] == ["What is dropout?", "copy/old.md:1 list.md:3"]
    assert "dropout" in run("--explain", "What is dropout?", cwd=project).stdout


def test_a_mistyped_command_is_guessed(tmp_path: Path) -> None:
    """It is taken for a folder, and there is none of that name."""
    assert "Did you mean the command `python build.py review`?" in run("revew", cwd=tmp_path).stderr


def test_a_wrong_call_is_exit_2(tmp_path: Path) -> None:
    """A folder that is not there is said before anything is done."""
    result = run(tmp_path / "nowhere")
    assert result.returncode == 2 and "nowhere" in result.stderr


def test_other_notes_do_not_take_over_a_deck(tmp_path: Path) -> None:
    """The wrong folder, or an empty one: all cards would be retired at once, so nothing is written."""
    answers = {
        "dropout": "Units are switched off at random while training.",
        "momentum": "A running mean of the gradients takes the place of the gradient.",
        "pooling": "The largest value of a window stands for all of it.",
        "a residual connection": "The input is added to what a block makes of it.",
        "early stopping": "Training ends when the validation loss rises.",
        "the Berlin Wall": "It divided a city from 1961 to 1989.",
    }
    *ours, stranger = answers
    for name, kept in (("sources", ours), ("less", ours[:1]), ("other", [stranger]), ("none", [])):
        (tmp_path / name).mkdir()
        text = "".join(f"# What is {question}?\n\n{answers[question]}\n\n" for question in kept)
        (tmp_path / name / "a.md").write_text(text, encoding="utf-8")
    canonical = tmp_path / "dist" / "canonical.yaml"
    assert run("--only", "canonical", cwd=tmp_path).returncode == 0
    before = canonical.read_bytes()
    for name in ("other", "none"):
        done = run(name, "--only", "canonical", cwd=tmp_path)
        assert done.returncode == 1
        assert f"none of its 5 cards is in {name} any more; nothing was written" in done.stderr
        assert canonical.read_bytes() == before
    assert run("less", "--only", "canonical", cwd=tmp_path).returncode == 0


def test_a_mistake_in_the_configuration_stops_every_build_but_the_first(tmp_path: Path) -> None:
    """Without its decisions cards would split: the old outputs stay. A first build has none, and goes on."""
    (tmp_path / "a.md").write_text("## What is dropout?\n\nA trick.\n", encoding="utf-8")
    (tmp_path / "cardbook.yaml").write_text("titel: x\nauthor: Ann\n", encoding="utf-8")
    out = tmp_path / "dist"
    first = run(tmp_path, "-o", out, "--only", "deck")
    assert first.returncode == 0
    assert "author: Ann" in (out / "canonical.yaml").read_text(encoding="utf-8")
    before = {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()}
    (tmp_path / "a.md").write_text("## What is dropout?\n\nAnother trick.\n", encoding="utf-8")
    second = run(tmp_path, "-o", out, "--only", "deck")
    assert second.returncode == 1
    assert {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()} == before
    for result in (first, second):
        assert "cardbook.yaml:1:1: error[config]: unknown key `titel`; did you mean `title`?" in result.stderr
        assert "Traceback" not in result.stderr


def test_init_writes_a_configuration_that_changes_nothing(tmp_path: Path) -> None:
    """Every line is a comment; a second call leaves the file alone."""
    assert run("init", tmp_path).returncode == 0
    text = (tmp_path / "cardbook.yaml").read_text(encoding="utf-8")
    assert all(line.startswith("#") or not line for line in text.splitlines())
    assert run("init", tmp_path).returncode == 2


@pytest.mark.parametrize("suffix", [".txt", ".md"])
def test_the_seeds_build(seeds: Path, tmp_path: Path, suffix: str) -> None:
    """Real notes of strangers: 62 questions, 6 without an answer, no traceback, the deck and the book whole."""
    folder = tmp_path / "notes"
    folder.mkdir()
    for path in seeds.iterdir():
        shutil.copy(path, folder / (path.stem + suffix))
    only = ["--only", "deck"] if suffix == ".txt" else []
    result = run(folder, "-o", tmp_path / "out", "--offline", *only)
    assert result.returncode == 0, result.stderr
    assert "62 notes, 6 without an answer" in result.stdout
    assert "Traceback" not in result.stderr
    assert "tex-failed" not in result.stderr and "math-unproven" not in result.stderr


@pytest.mark.skipif(shutil.which("xelatex") is None, reason="XeLaTeX is not installed")
def test_the_handbook_asked_for_by_name_comes_with_its_latex(tmp_path: Path) -> None:
    """`handbook.tex` stands beside the PDF for people who want to take it further."""
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "a.md").write_text("## 什么是甲？\n\n乙。\n", encoding="utf-8")
    done = run(tmp_path / "sources", "-o", tmp_path / "dist", "--only", "handbook")
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (tmp_path / "dist").iterdir() if path.is_file()) == [
        "canonical.yaml", "handbook.pdf", "handbook.tex",
    ]  # fmt: skip


def test_the_deck_does_not_wait_for_tex(tmp_path: Path) -> None:
    """It is written while TeX is running, which may take long."""
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "a.md").write_text("# What is dropout?\n\nA regulariser.\n", encoding="utf-8")
    deck, seen = tmp_path / "dist" / "deck.apkg", tmp_path / "seen"
    slow = tmp_path / "bin" / "xelatex"
    slow.parent.mkdir()
    slow.write_text(
        f"#!/bin/sh\n[ $1 = --version ] && echo slow TeX && exit\n"
        f"for _ in $(seq 200); do [ -e '{deck}' ] && touch '{seen}' && exit 1; sleep 0.1; done\n"
    )
    slow.chmod(0o755)
    done = run("--offline", cwd=tmp_path, PATH=f"{slow.parent}:{os.environ['PATH']}")
    assert seen.exists()
    assert done.returncode == 1
    assert "handbook.pdf: TeX failed" in done.stderr
