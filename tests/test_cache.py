"""The cache may be deleted, damaged, full or read-only: that costs time only."""

from __future__ import annotations

import errno
import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardbook import cache
from cardbook.cache import Cache


def files_of(folder: Path) -> list[Path]:
    return sorted(folder.glob("*/??/*"))


def test_what_was_put_comes_back(tmp_path: Path) -> None:
    """By kind and key, and only so."""
    store = Cache(tmp_path / "c")
    assert store.get("html", "a") is None
    store.put("html", "a", b"1")
    store.put("html", "b", b"")
    assert (store.get("html", "a"), store.get("html", "b"), store.get("tex", "a")) == (b"1", b"", None)


@given(st.integers(0, 60), st.binary(max_size=3))
def test_a_damaged_entry_is_a_miss(tmp_path_factory: pytest.TempPathFactory, cut: int, rest: bytes) -> None:
    """Cut short, overwritten or extended: never believed."""
    folder = tmp_path_factory.mktemp("c")
    store = Cache(folder)
    store.put("html", "a", b"content")
    (path,) = files_of(folder)
    whole = path.read_bytes()
    path.write_bytes(whole[:cut] + rest)
    assert store.get("html", "a") in (None, b"content" if whole[:cut] + rest == whole else None)


def test_an_entry_under_the_wrong_name_is_a_miss(tmp_path: Path) -> None:
    """A file that was moved to another key's place is not that key's content."""
    store = Cache(tmp_path)
    store.put("html", "a", b"1")
    (first,) = files_of(tmp_path)
    store.put("html", "b", b"2")
    (second,) = [path for path in files_of(tmp_path) if path != first]
    second.write_bytes(first.read_bytes())
    assert store.get("html", "b") is None


def test_a_shelf_keeps_what_the_last_build_asked_for(tmp_path: Path) -> None:
    """Small results of one kind are one file, written when there is something new, without what nobody needs."""
    first = Cache(tmp_path)
    first.put("fragment", "a", b"1\n1")
    first.put("fragment", "b", b"")
    assert (first.get("fragment", "a"), Cache(tmp_path).get("fragment", "a")) == (b"1\n1", None)
    first.save()
    second = Cache(tmp_path)
    assert (second.get("fragment", "a"), second.get("fragment", "b")) == (b"1\n1", b"")
    third = Cache(tmp_path)
    third.get("fragment", "b")
    third.save()  # nothing new
    third.put("fragment", "c", b"3")
    third.save()
    last = Cache(tmp_path)
    assert [last.get("fragment", key) for key in "abc"] == [None, b"", b"3"]


@given(st.integers(0, 200), st.binary(max_size=3))
def test_a_damaged_shelf_is_empty(tmp_path_factory: pytest.TempPathFactory, cut: int, rest: bytes) -> None:
    """Cut short, overwritten or extended: never believed."""
    folder = tmp_path_factory.mktemp("c")
    store = Cache(folder)
    store.put("fragment", "a", b"content")
    store.save()
    path = folder / "shelves" / "fragment"
    whole = path.read_bytes()
    path.write_bytes(whole[:cut] + rest)
    assert Cache(folder).get("fragment", "a") == (b"content" if whole[:cut] + rest == whole else None)


def test_force_reads_a_shelf_that_it_filled(tmp_path: Path) -> None:
    """`--force` makes everything anew, but each thing once."""
    store = Cache(tmp_path)
    store.put("fragment", "a", b"old")
    store.save()
    forced = Cache(tmp_path, enabled=False)
    assert forced.get("fragment", "a") is None
    forced.put("fragment", "a", b"new")
    assert forced.get("fragment", "a") == b"new"
    forced.save()
    assert Cache(tmp_path).get("fragment", "a") == b"new"


def test_a_full_disk_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is kept then, and nothing is left behind."""

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    store = Cache(tmp_path)
    store.put("html", "z", b"0")
    monkeypatch.setattr(cache.Path, "replace", full)
    store.put("html", "a", b"1")
    assert store.get("html", "a") is None
    assert not list(tmp_path.rglob("*.tmp"))


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path: Path) -> None:
    """A file in the cache's place makes it slow, not broken."""
    (tmp_path / "c").touch()
    store = Cache(tmp_path / "c")
    store.put("html", "a", b"1")
    store.prune()
    assert store.get("html", "a") is None


def test_force_reads_nothing_and_still_writes(tmp_path: Path) -> None:
    """`--force` makes everything anew, for the next build to use."""
    Cache(tmp_path).put("html", "a", b"old")
    forced = Cache(tmp_path, enabled=False)
    assert forced.get("html", "a") is None
    forced.put("html", "a", b"new")
    assert Cache(tmp_path).get("html", "a") == b"new"


def test_pruning_drops_the_longest_unused(tmp_path: Path) -> None:
    """Old entries go, and beyond the size the longest unused; what was used yesterday stays."""
    store = Cache(tmp_path)
    for age, key in enumerate("abcd"):
        before = set(files_of(tmp_path))
        store.put("html", key, bytes(100))
        (new,) = set(files_of(tmp_path)) - before
        stamp = time.time() - age * 86_400 * 20 - 90_000
        os.utime(new, (stamp, stamp))
    assert store.get("html", "c") is not None  # used again today
    store.prune(days=50, max_bytes=300)
    assert [store.get("html", key) is not None for key in "abcd"] == [True, False, True, False]


def test_the_folder_says_that_it_is_a_cache(tmp_path: Path) -> None:
    """git and backups leave it out."""
    store = Cache(tmp_path / ".cache")
    store.put("html", "a", b"1")
    assert (tmp_path / ".cache" / ".gitignore").read_text() == "*\n"
    assert (
        (tmp_path / ".cache" / "CACHEDIR.TAG")
        .read_text()
        .startswith("Signature: 8a477f597d28d172789f06886806bc55")
    )


def test_the_digest_knows_where_parts_end() -> None:
    """No two lists of parts run into one."""
    assert cache.digest("ab", "c") != cache.digest("a", "bc") != cache.digest("abc")
    assert cache.digest("中") == cache.digest("中".encode())


def test_results_depend_on_our_data_as_well_as_on_our_code() -> None:
    """Whatever file of ours a result may come from (the glossary, say) counts: a new version forgets the old results."""
    ours = {path.suffix for path in Path(cache.__file__).parent.rglob("*.*")}
    assert ours - {".pyc", ".pyi", ".typed", ".so"} <= set(cache.PROGRAM)
