"""What a user can get wrong, and what a machine can: one clear message, nothing half-written, earlier runs untouched."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from analysis.briefing import parameters, runner
from analysis.briefing.folder import whole_folder
from analysis.briefing.parameters import checked
from analysis.errors import OutputError, WorkbookError
from analysis.study import DATA, ROOT
from tests.commands import WORKBOOK, command, contents, refusal, spoken, workbook

Finished = Callable[..., Path]
BAD_FILES = [
    ("published.csv", ",locator,", ",", ["line 1", "locator", "missing"]),
    ("published.csv", ",locator,", ",locator,colour,", ["line 1", "unknown column", "colour"]),
    ("published.csv", ",289513,", ",289x513,", ["line 2", "value", "289x513"]),
    ("published.csv", ",289513,", ",nan,", ["line 2", "value", "nan"]),
    ("published.csv", ",289513,", ",-289513,", ["line 2", "value", "-289513"]),
    ("published.csv", ",289513,", ",,", ["line 2", "value"]),
    ("published.csv", ",100,percent", ",140,percent", ["line 11", "140", "above 100"]),
    ("published.csv", "\nforeign,", "\nprivate,", ["line 5", "repeats line 4", "private"]),
    ("published.csv", ",no,registered,", ",no,registred,", ["base", "registred", "did you mean registered"]),
    ("published.csv", ",¶5,", ",¶5,more,", ["line 2", "17 cells", "16"]),
    ("districts.csv", "320581,320581", "320582,320581", ["districts.csv", "line 3", "repeats line 2"]),
    ("study.toml", "period = 2003", "period = twenty", ["study.toml", "not TOML"]),
    ("study.toml", 'input = "synthetic"', 'input = "guess"', ["study.toml", "input", "guess"]),
]


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A copy of the study that ships, to be spoilt."""
    return Path(shutil.copytree(DATA / "suzhou-2003", tmp_path / "study"))


@pytest.fixture
def earlier(finished: Finished, tmp_path: Path) -> Path:
    """A copy of a finished run, alone in its folder."""
    return Path(shutil.copytree(finished(language="zh"), tmp_path / "runs" / "run"))


def spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "words"), BAD_FILES, ids=[f"{name}-{new}" for name, _, new, _ in BAD_FILES]
)
def test_a_bad_file_is_told_with_place_and_value(
    study: Path, tmp_path: Path, file: str, old: str, new: str, words: list[str]
) -> None:
    spoil(study / file, old, new)
    message = refusal(command("briefing", study, "--output", tmp_path / "out" / "run"))
    for word in words:
        assert word in message
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xff\xff\xff"], ids=["empty", "blank", "no text"])
def test_a_file_without_text_is_told(study: Path, content: bytes) -> None:
    (study / "published.csv").write_bytes(content)
    assert "published.csv" in refusal(command("audit", study))


def test_parts_above_their_total_name_the_constraint(study: Path, tmp_path: Path) -> None:
    spoil(study / "published.csv", ",58199,", ",258199,")
    message = refusal(command("briefing", study, "--output", tmp_path / "out" / "run"))
    for words in ("together 452,963", "252,963", "parts add up to their total"):
        assert words in message
    assert not list((tmp_path / "out").iterdir())


def test_files_in_gbk_or_with_a_byte_order_mark_are_read_right(study: Path) -> None:
    for name, encoding in (("published.csv", "gb18030"), ("districts.csv", "gbk"), ("targets.toml", "utf-8-sig")):
        path = study / name
        path.write_bytes(path.read_text(encoding="utf-8").encode(encoding))
    assert command("audit", study).stdout == command("audit", "suzhou-2003").stdout


@pytest.mark.parametrize("output", ["/proc/nowhere/run", "README.md/run", "README.md"])
def test_a_folder_that_cannot_be_written_is_told(output: str) -> None:
    before = (ROOT / "README.md").read_bytes()
    assert Path(output).parts[-1] in refusal(command("briefing", "--output", output))
    assert (ROOT / "README.md").read_bytes() == before


def test_files_that_are_not_a_run_s_are_left_alone(earlier: Path) -> None:
    (earlier / "notes.txt").write_text("mine", encoding="utf-8")
    before = contents(earlier.parent)
    assert "notes.txt" in refusal(command("briefing", "--output", earlier))
    assert contents(earlier.parent) == before


def test_a_manifest_of_something_else_does_not_make_a_folder_a_run(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"name": "an extension"}', encoding="utf-8")
    with pytest.raises(OutputError, match=r"manifest\.json"), whole_folder(tmp_path):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["manifest.json"]


def test_a_document_the_user_edited_is_not_replaced(earlier: Path) -> None:
    with (earlier / "briefing.docx").open("ab") as document:
        document.write(b"mine")
    before = contents(earlier.parent)
    message = refusal(command("briefing", "--output", earlier))
    assert "briefing.docx" in message
    assert "changed" in message
    assert contents(earlier.parent) == before


def test_a_full_disk_leaves_the_earlier_run(earlier: Path) -> None:
    before = contents(earlier.parent)

    def fill() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))

    message = refusal(workbook("briefing", "--to", "xlsx", "--output", earlier, before=fill))
    assert "cannot be written" in message
    assert contents(earlier.parent) == before
    assert [path.name for path in earlier.parent.iterdir()] == ["run"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", place], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("may not mount a file system")
    yield place
    subprocess.run(["umount", place], check=True)


def test_a_disk_too_small_is_told_and_left_empty(small_disk: Path) -> None:
    assert "No space left" in refusal(workbook("briefing", "--to", "html", "--output", small_disk / "run"))
    assert not list(small_disk.iterdir())


def started(target: Path, moment: str) -> subprocess.Popen[str]:
    """A run of which we know how far it is: its hidden folder is there, or it is writing its documents."""
    command = [str(WORKBOOK), "briefing", "--output", str(target)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    pattern = {"notebook": ".*.unfinished", "documents": ".*.unfinished/new/.writing-*"}[moment]
    end = time.monotonic() + 120
    while not list(target.parent.glob(pattern)):
        assert process.poll() is None, "the run ended before it was where we wanted it"
        assert time.monotonic() < end
        time.sleep(0.02)
    return process


@pytest.mark.parametrize(("moment", "later"), [("notebook", 0.0), ("notebook", 1.0), ("documents", 0.1)])
def test_ctrl_c_says_one_line_and_leaves_the_earlier_run(earlier: Path, moment: str, later: float) -> None:
    before = contents(earlier.parent)
    process = started(earlier, moment)
    time.sleep(later)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert spoken(said) == ["workbook: stopped; nothing is half written"]
    assert contents(earlier.parent) == before
    assert [path.name for path in earlier.parent.iterdir()] == ["run"]


def test_what_a_killed_run_leaves_is_cleared_by_the_next(earlier: Path) -> None:
    before = contents(earlier)
    process = started(earlier, "documents")
    process.kill()
    process.communicate()
    assert contents(earlier) == before
    assert len(list(earlier.parent.iterdir())) == 2
    with pytest.raises(RuntimeError), whole_folder(earlier):
        raise RuntimeError
    assert [path.name for path in earlier.parent.iterdir()] == ["run"]
    assert contents(earlier) == before


def test_a_run_that_still_writes_is_not_cleared_away(tmp_path: Path) -> None:
    with whole_folder(tmp_path / "run") as first:
        (first / "manifest.json").write_text("{}", encoding="utf-8")
        with pytest.raises(RuntimeError), whole_folder(tmp_path / "run"):
            raise RuntimeError
    assert contents(tmp_path / "run").keys() == {"manifest.json"}


def test_an_earlier_run_set_aside_by_a_killed_one_comes_back(earlier: Path) -> None:
    before = contents(earlier)
    hidden = earlier.parent / ".run.abcd1234.unfinished"
    (hidden / "earlier").mkdir(parents=True)
    os.rename(earlier, hidden / "earlier" / "0")
    with pytest.raises(RuntimeError), whole_folder(earlier):
        raise RuntimeError
    assert contents(earlier) == before
    assert not hidden.exists()


def test_only_the_run_s_own_hidden_folders_are_cleared(tmp_path: Path) -> None:
    for name in (".run.notes", ".run.more.abcd1234.unfinished", ".other.abcd1234.unfinished"):
        (tmp_path / name).mkdir()
    with pytest.raises(RuntimeError), whole_folder(tmp_path / "run"):
        raise RuntimeError
    assert len(list(tmp_path.iterdir())) == 3


def notebook(folder: Path, *cells: tuple[str, list[str]]) -> None:
    plain = json.loads((ROOT / "notebooks" / "1_sources.ipynb").read_text(encoding="utf-8"))
    code = {"cell_type": "code", "outputs": [], "execution_count": None}
    plain["cells"] = [
        code | {"id": f"a{place}", "metadata": {"tags": tags}, "source": source}
        for place, (source, tags) in enumerate(cells)
    ]
    (folder / "1_sources.ipynb").write_text(json.dumps(plain), encoding="utf-8")


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ([("language = 'zh'", [])], "no cell is tagged parameters"),
        ([("language = 'zh'", ["parameters"]), ("1 / 0", [])], "cell 2: ZeroDivisionError"),
        ([("language = 'zh'", ["parameters"]), ("1 +", [])], "cell 2: SyntaxError"),
        ([("language = 'zh'", ["parameters"])], "no section"),
    ],
)
def test_a_notebook_that_cannot_be_a_paper_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cells: list[tuple[str, list[str]]], words: str
) -> None:
    (tmp_path / "notebooks").mkdir()
    notebook(tmp_path / "notebooks", *cells)
    monkeypatch.setattr(parameters, "NOTEBOOKS_FOLDER", tmp_path / "notebooks")
    with pytest.raises(WorkbookError, match=words):
        runner.run(checked("1_sources", {}), notebook="1_sources", folder=tmp_path / "runs" / "run")
    assert not list((tmp_path / "runs").iterdir())


@pytest.mark.parametrize("fault", [{"outputs": True}, {"exception": True}], ids=["an error shown", "papermill's word"])
def test_an_executed_notebook_in_which_a_cell_failed_is_no_paper(earlier: Path, tmp_path: Path, fault: dict) -> None:  # type: ignore[type-arg]
    executed = json.loads((earlier / "notebook.ipynb").read_text(encoding="utf-8"))
    cells = executed["cells"]
    shown = next(cell for cell in reversed(cells) if cell.get("outputs"))
    if fault.get("outputs"):
        error = {"output_type": "error", "ename": "ZeroDivisionError", "evalue": "division by zero", "traceback": []}
        shown["outputs"].append(error)
    else:
        shown["metadata"]["papermill"] = {"exception": True, "status": "failed"}
    number = sum(
        "injected-parameters" not in cell["metadata"].get("tags", ()) for cell in cells[: cells.index(shown) + 1]
    )
    tagged = {"tags": ["papermill-error-cell-tag"]}
    cells.insert(0, {"cell_type": "markdown", "id": "mark", "metadata": tagged, "source": "stopped"})
    (tmp_path / "own.ipynb").write_text(json.dumps(executed), encoding="utf-8")
    said = refusal(command("documents", tmp_path / "own.ipynb", "--output", tmp_path / "out"))
    assert f"own.ipynb, cell {number}: " in said
    assert ("ZeroDivisionError: division by zero" in said) == bool(fault.get("outputs"))
    assert not (tmp_path / "out").exists()


def test_language_hash_seed_and_clock_of_the_machine_do_not_show(finished: Finished, tmp_path: Path) -> None:
    env = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati"}
    done = workbook("briefing", "--output", tmp_path / "run", env=env)
    assert done.returncode == 0, done.stderr
    assert contents(tmp_path / "run") == contents(finished(language="zh", depth="brief", annex=False))
