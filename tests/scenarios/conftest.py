"""Everybody's learner: six notes, built, imported and studied."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from anki.collection import Collection
from learner import NOTES, Learner


@pytest.fixture
def learner(tmp_path: Path) -> Iterator[Learner]:
    """Six notes, built, imported and studied."""
    opened = Collection(str(tmp_path / "collection.anki2"))
    somebody = Learner(tmp_path / "project", opened)
    for name, text in NOTES.items():
        somebody.write(name, text)
    somebody.build()
    assert len(somebody.bring_in().new) == 6
    assert len(set(somebody.study().values())) == 6
    yield somebody
    opened.close()
