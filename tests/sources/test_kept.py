"""What is kept on disk is for its owner alone, and not for ever."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pandas as pd
import pytest

from analysis.briefing import suppression_plan
from analysis.coverage import opening, sources
from analysis.sources import digests, disk_cache, results, synthetic
from analysis.study import ROOT
from analysis.views import render

DAY = 86_400


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def write(path: Path, size: int = 10, *, days_ago: float = 0) -> Path:
    disk_cache.write_whole(path, lambda beside: beside.write_bytes(bytes(size)))
    moment = time.time() - days_ago * DAY
    os.utime(path, (moment, moment))
    return path


def a_table(place: Path) -> None:
    disk_cache.keep(pd.DataFrame({"a": [1]}), place / "table.parquet")


def a_result(place: Path) -> None:
    results.result(place, "sum", {}, lambda: [1])


def a_digest(place: Path) -> None:
    large = place.parent / "large"
    large.write_bytes(bytes(100))
    os.utime(large, (0, 0))
    with patch.object(digests, "SMALL", 10), patch.object(digests, "SETTLED", -10 * DAY * 1_000_000_000):
        digests.digest_of(large, memory=place)


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
@pytest.mark.parametrize("keep", [a_table, a_result, a_digest])
def test_whatever_is_kept_nobody_else_can_read(keep: Callable[[Path], None], umask: int, tmp_path: Path) -> None:
    place = tmp_path / "kept"
    place.mkdir(mode=0o755)
    (place / "of an earlier edition").write_text("1")
    before = os.umask(umask)
    try:
        keep(place)
        keep(tmp_path / "new")
    finally:
        os.umask(before)
    assert mode(place) == mode(tmp_path / "new") == 0o700
    files = [*place.iterdir(), *(tmp_path / "new").iterdir()]
    assert len(files) == 3
    assert {mode(path) for path in files} == {0o600}


def test_a_file_is_its_owner_s_from_its_first_byte(tmp_path: Path) -> None:
    seen = []
    disk_cache.write_whole(tmp_path / "a", lambda beside: (beside.write_bytes(b"1"), seen.append(mode(beside))))
    assert seen == [0o600]


def test_every_cache_is_in_one_of_the_folders_that_are_kept_tidy() -> None:
    caches = (
        opening.CACHE,
        sources.CACHE,
        suppression_plan.CACHE,
        synthetic.CACHE,
        results.FOLDER,
        digests.REMEMBERED,
        render.CACHE,
    )
    assert {path.relative_to(ROOT / ".cache").as_posix() for path in caches} == set(disk_cache._KINDS)
    code = [path for path in (ROOT / "analysis").rglob("*.py") if '".cache"' in path.read_text("utf-8")]
    assert [path.name for path in code] == ["disk_cache.py"]


def test_what_nobody_used_for_long_goes_when_something_else_is_kept(tmp_path: Path) -> None:
    old, recent = (
        write(tmp_path / "old", days_ago=disk_cache.DAYS + 1),
        write(tmp_path / "recent", days_ago=disk_cache.DAYS - 1),
    )
    asked_for = write(tmp_path / "asked for", days_ago=disk_cache.DAYS + 1)
    disk_cache.used(asked_for)
    write(tmp_path / "new")
    assert not old.exists()
    assert {path.name for path in tmp_path.iterdir()} == {recent.name, asked_for.name, "new"}


def test_of_too_much_what_was_used_longest_ago_goes_first(tmp_path: Path) -> None:
    for days_ago in (3, 1, 2):
        write(tmp_path / f"{days_ago}", 400, days_ago=days_ago)
    disk_cache.used(tmp_path / "3")
    disk_cache.write_whole(tmp_path / "new", lambda beside: beside.write_bytes(bytes(400)), most=1300)
    assert {path.name for path in tmp_path.iterdir()} == {"3", "1", "new"}


def test_a_key_that_no_longer_matches_goes_though_nothing_of_its_kind_is_kept_again(tmp_path: Path) -> None:
    cells = write(tmp_path / "cells" / "of a register that changed.parquet", days_ago=disk_cache.DAYS + 1)
    code = (
        "import sys; from pathlib import Path; from analysis.sources import disk_cache; disk_cache._ROOT = Path(sys.argv[1]);"
        "disk_cache.used(Path(sys.argv[1]) / 'results' / 'any.json')"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, cwd=ROOT)
    assert not cells.exists()


def test_nothing_but_files_is_thrown_away_or_changed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("1")
    (tmp_path / "elsewhere").chmod(0o644)
    place = tmp_path / "kept"
    write(place / "a")
    (place / "link").symlink_to(tmp_path / "elsewhere")
    (place / "folder").mkdir(mode=0o755)
    os.utime(place / "folder", (0, 0))
    os.utime(place / "link", (0, 0), follow_symlinks=False)
    disk_cache.make_room(place, 0)
    assert {path.name for path in place.iterdir()} == {"link", "folder"}
    assert (mode(tmp_path / "elsewhere"), mode(place / "folder")) == (0o644, 0o755)


def test_where_nothing_can_be_kept_nothing_is_and_nothing_fails(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    disk_cache.write_whole(tmp_path / "file" / "a", lambda beside: beside.write_bytes(b"1"))
    disk_cache.used(tmp_path / "nowhere" / "a")
    disk_cache.make_room(tmp_path / "nowhere")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_text_that_was_damaged_is_not_found(tmp_path: Path) -> None:
    disk_cache.keep_text("<svg/>", tmp_path / "a.svg")
    assert disk_cache.recall_text(tmp_path / "a.svg") == "<svg/>"
    (tmp_path / "a.svg").write_bytes((tmp_path / "a.svg").read_bytes().replace(b"<svg/>", b"<svg>"))
    assert disk_cache.recall_text(tmp_path / "a.svg") is None
    assert disk_cache.recall_text(tmp_path / "b.svg") is None
