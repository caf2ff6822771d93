"""A run packed, taken elsewhere and run again; archives that are none; and the crate that an archive is."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from analysis.briefing.packing import METADATA, pack, unpack
from analysis.errors import OutputError, WorkbookError
from analysis.study import ROOT

CLONED = ("analysis", "notebooks", "requirements.lock", "pyproject.toml")


@pytest.fixture(scope="module")
def run(finished: Callable[..., Path]) -> Path:
    return finished(language="en")


@pytest.fixture(scope="module")
def archive(run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pack(run, tmp_path_factory.mktemp("packed") / "paper.zip", date="2026-01-31")


def outputs(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_a_packed_run_gives_the_same_bytes_in_another_clone_without_the_study(
    run: Path, archive: Path, tmp_path: Path
) -> None:
    clone = tmp_path / "clone"
    clone.mkdir()
    for name in CLONED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, clone / name)
    (clone / "data").mkdir()
    found = unpack(archive, tmp_path / "taken")
    assert found.same_code
    assert found.same_notebook
    words = found.command.split()
    done = subprocess.run(
        [sys.executable, "-c", "from analysis.cli import main; main()", *words[1:]],
        cwd=found.folder,
        env={
            "PYTHONPATH": str(clone),
            "PATH": "/usr/bin:/bin",
            "TZ": "Asia/Shanghai",
            "LANG": "C",
            "HOME": str(tmp_path),
        },
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert outputs(found.folder / "again") == outputs(run)


def test_the_same_run_packs_to_the_same_bytes(run: Path, archive: Path, tmp_path: Path) -> None:
    assert pack(run, tmp_path / "again.zip", date="2026-01-31").read_bytes() == archive.read_bytes()


def test_the_archive_is_a_valid_crate_that_names_every_file_and_one_that_misses_something_is_found_out(
    archive: Path, tmp_path: Path
) -> None:
    folder, broken = (unpack(archive, tmp_path / name).folder for name in ("crate", "broken"))
    plain = json.loads((broken / METADATA).read_text(encoding="utf-8"))
    del plain["@graph"][1]["datePublished"]
    (broken / METADATA).write_text(json.dumps(plain), encoding="utf-8")
    command = [sys.executable, "-m", "tests.briefing.crate_check", str(folder), str(broken)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    none, some = json.loads(done.stdout.splitlines()[-1])
    assert not none
    assert some
    graph = json.loads((folder / METADATA).read_text(encoding="utf-8"))["@graph"]
    described = {entity["@id"] for entity in graph if entity["@type"] == "File"}
    assert described == {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()} - {METADATA}


def member(name: str, mode: int = 0) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name)
    made.external_attr, made.compress_type = mode << 16, zipfile.ZIP_DEFLATED
    return made


OUTSIDE = "would land outside its folder; nothing was unpacked"
BAD = [
    (member(name), "x", OUTSIDE) for name in ("../out.txt", "/out.txt", "a/../../out.txt", "..\\out.txt", "C:out.txt")
]
BAD += [(member("link", 0o120777), "/etc/passwd", OUTSIDE), (member("zeros"), "\0" * 50_000_000, "zeros grows")]


@pytest.mark.parametrize(("added", "content", "told"), BAD, ids=[one[0].filename for one in BAD])
def test_an_archive_with_a_member_that_is_not_to_be_unpacked_is_refused_whole(
    archive: Path, tmp_path: Path, added: zipfile.ZipInfo, content: str, told: str
) -> None:
    bad = tmp_path / "in" / "bad.zip"
    bad.parent.mkdir()
    shutil.copy(archive, bad)
    with zipfile.ZipFile(bad, "a") as opened:
        opened.writestr(added, content)
    with pytest.raises(WorkbookError, match=told):
        unpack(bad, tmp_path / "in" / "folder")
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["bad.zip"]


def test_what_is_no_archive_of_a_run_says_so(tmp_path: Path) -> None:
    (tmp_path / "text.zip").write_text("text")
    with pytest.raises(WorkbookError, match=r"text\.zip: is not an archive of a run"):
        unpack(tmp_path / "text.zip", tmp_path / "a")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as opened:
        opened.writestr("a.txt", "a")
    with pytest.raises(WorkbookError, match=r"ro-crate-metadata\.json is not in it"):
        unpack(tmp_path / "other.zip", tmp_path / "a")
    assert not (tmp_path / "a").exists()


def test_a_folder_that_is_there_is_left_alone(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    with pytest.raises(OutputError, match="is there already"):
        unpack(archive, tmp_path / "mine")


def test_a_run_that_was_changed_is_not_packed(run: Path, tmp_path: Path) -> None:
    changed = Path(shutil.copytree(run, tmp_path / "run"))
    (changed / "briefing.html").write_text("mine")
    with pytest.raises(WorkbookError, match=r"briefing\.html was changed after the run"):
        pack(changed, tmp_path / "a.zip")
    assert not (tmp_path / "a.zip").exists()


def test_a_study_given_by_its_path_is_named_in_the_archive(tmp_path: Path) -> None:
    from analysis.briefing.parameters import checked
    from analysis.briefing.runner import run as make

    study = Path(shutil.copytree(ROOT / "data" / "national", tmp_path / "away" / "mine"))
    made = make(
        checked("1_sources", {"study": str(study)}), notebook="1_sources", formats=("html",), folder=tmp_path / "r"
    )
    folder = unpack(pack(made, tmp_path / "a.zip"), tmp_path / "taken").folder
    assert (folder / "mine" / "study.toml").is_file()
    assert 'study = "mine"' in (folder / "parameters.toml").read_text(encoding="utf-8")
