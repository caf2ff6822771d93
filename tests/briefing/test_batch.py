"""Many papers: unchanged ones kept by content, a failure that stops nothing else, the same bytes however they run."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from typer.testing import CliRunner

from analysis.briefing.batch import batch
from analysis.briefing.cluster import made, work_over
from analysis.briefing.forking import server
from analysis.briefing.grid import Wanted, read_grid
from analysis.briefing.joint_disclosure_audit import Together
from analysis.briefing.manifest import Inputs
from analysis.briefing.parameters import checked
from analysis.briefing.pool import Caps, Job, taken, work
from analysis.briefing.run_pages import FILES
from analysis.cli import app
from analysis.study import DATA, ROOT
from tests.commands import WORKBOOK, command, contents, refusal, spoken
from tests.counted import counted_study

GRID = '[[papers]]\nnotebook = "{notebook}"\nstudy = "{study}"\nlanguage = ["zh", "en"]\nformats = ["html", "xlsx"]\n'


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A batch of two papers and the study it is about, finished."""
    place = tmp_path_factory.mktemp("batch")
    study = shutil.copytree(DATA / "suzhou-2003", place / "study")
    (place / "grid.toml").write_text(GRID.format(notebook="1_sources", study=study), encoding="utf-8")
    assert [one.state for one in batch(wanted(place), place / "out")] == ["written", "written"]
    return place


def wanted(place: Path) -> tuple[Wanted, ...]:
    return read_grid(place / "grid.toml")


@pytest.fixture
def finished(place: Path, tmp_path: Path) -> Path:
    """The same to work on: a copy of what was written beside the same study."""
    return Path(shutil.copytree(place / "out", tmp_path / "out"))


def test_unchanged_papers_are_kept_whatever_their_files_times(place: Path, finished: Path) -> None:
    before = contents(finished)
    for path in finished.rglob("*"):
        os.utime(path, (0, 4e9))
    assert [one.state for one in batch(wanted(place), finished)] == ["reused", "reused"]
    assert contents(finished) == before


def test_a_changed_file_of_the_study_is_written_anew_and_back_again(place: Path, finished: Path) -> None:
    before, published = contents(finished), place / "study" / "published.csv"
    text = published.read_text(encoding="utf-8")
    published.write_text(text.replace(",6930,", ",6931,"), encoding="utf-8")
    try:
        assert [one.state for one in batch(wanted(place), finished)] == ["written", "written"]
    finally:
        published.write_text(text, encoding="utf-8")
    assert contents(finished) != before
    assert [one.state for one in batch(wanted(place), finished)] == ["written", "written"]
    assert contents(finished) == before


def test_the_index_leads_to_every_document(place: Path) -> None:
    for language, name in FILES.items():
        page = BeautifulSoup((place / "out" / name).read_text(encoding="utf-8"), "html.parser")
        links = [str(link["href"]) for link in page.select("td a")]
        assert len(links) == 6
        assert all((place / "out" / link).is_file() for link in links)
        assert page.html is not None
        assert str(page.html["lang"]).startswith(language)


def test_the_index_of_papers_on_a_register_tells_what_they_give_away_together(tmp_path: Path) -> None:
    study = ROOT / "tests" / "studies" / "harbour-2024"
    (tmp_path / "grid.toml").write_text(GRID.format(notebook="2_coverage", study=study), encoding="utf-8")
    audits: list[Together] = []
    batch(read_grid(tmp_path / "grid.toml"), tmp_path / "out", on_audit=audits.extend)
    (audit,) = audits
    assert audit.papers == 2
    page = (tmp_path / "out" / "index.en.html").read_text(encoding="utf-8")
    assert "<h1>Party organisations in the enterprises of Harbour New Area</h1>" in page
    assert f"2 papers print {audit.published} counts together and withhold {audit.withheld}. Audited as one set" in page
    assert audit.withheld > 0


def test_papers_that_give_something_away_together_are_not_written_and_earlier_ones_stand(tmp_path: Path) -> None:
    study, out = counted_study(tmp_path / "study", enterprises=600, districts=1), tmp_path / "out"
    grid = GRID.format(notebook="2_coverage", study=study).replace('["zh", "en"]', '"en"')
    (tmp_path / "grid.toml").write_text(grid + "staff_threshold = 60\n", encoding="utf-8")
    assert [one.state for one in batch(read_grid(tmp_path / "grid.toml"), out)] == ["written"]
    before = contents(out)
    (tmp_path / "grid.toml").write_text(grid + "staff_threshold = [60, 62]\n", encoding="utf-8")
    told = refusal(command("batch", tmp_path / "grid.toml", "--output", out, "-l", "en"))
    assert "whoever has several of these 2 papers can work out" in " ".join(told.split())
    assert contents(out) == before
    assert sorted(path.name for path in out.iterdir()) == sorted({path.split("/")[0] for path in before})


def test_a_document_edited_by_hand_fails_alone_and_is_kept(place: Path, finished: Path) -> None:
    edited = finished / "1_sources_zh" / "briefing.html"
    edited.write_text("mine", encoding="utf-8")
    first, second = batch(wanted(place), finished)
    assert (first.state, second.state) == ("failed", "reused")
    assert "changed after the run" in first.cause
    assert edited.read_text(encoding="utf-8") == "mine"
    page = (finished / "index.en.html").read_text(encoding="utf-8")
    assert "changed after the run" in page
    assert "workbook briefing" in page


def test_the_command_of_a_failed_paper_writes_it(place: Path, finished: Path) -> None:
    whole = contents(finished)
    shutil.rmtree(finished / "1_sources_en")
    slow = partial(work, workers=1, caps=Caps(seconds=0.05))
    (failed,) = [one for one in batch(wanted(place), finished, worker=slow) if one.state == "failed"]
    assert "longer than 0.05 seconds" in failed.cause
    command, *arguments = failed.command.split()
    assert command == "workbook"
    assert CliRunner().invoke(app, arguments).exit_code == 0
    assert [one.state for one in batch(wanted(place), finished)] == ["reused", "reused"]
    assert contents(finished) == whole


def test_a_run_that_takes_too_much_memory_is_ended(place: Path, tmp_path: Path) -> None:
    greedy = partial(work, workers=2, caps=Caps(megabytes=60))
    outcomes = batch(wanted(place), tmp_path / "out", worker=greedy)
    assert all("more than 60 MB" in one.cause for one in outcomes)
    assert {path.name for path in (tmp_path / "out").iterdir()} == set(FILES.values())


def test_runs_keep_the_memory_they_free_and_the_caller_stays_as_it_was() -> None:
    before = dict(os.environ)
    context = server()
    ear, mouth = context.Pipe(duplex=False)
    process = context.Process(target=_say_environment, args=(mouth,))
    process.start()
    told = ear.recv()
    process.join()
    assert int(told["MALLOC_TRIM_THRESHOLD_"]) > int(told["MALLOC_TOP_PAD_"]) > 0
    assert dict(os.environ) == before


def _say_environment(mouth: Connection) -> None:
    mouth.send(dict(os.environ))


def test_a_batch_killed_and_started_again_ends_as_an_undisturbed_one(place: Path, tmp_path: Path) -> None:
    command = [str(WORKBOOK), "batch", str(place / "grid.toml"), "--output", str(tmp_path / "out"), "--workers", "1"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for(lambda: list((tmp_path / "out").glob("1_sources_*/manifest.json")))
    process.kill()
    process.wait()
    assert {one.state for one in batch(wanted(place), tmp_path / "out")} <= {"written", "reused"}
    assert contents(tmp_path / "out") == contents(place / "out")
    assert not list((tmp_path / "out").glob(".*"))


def test_a_batch_stopped_with_ctrl_c_says_one_true_line_and_keeps_what_is_whole(place: Path, tmp_path: Path) -> None:
    command = [str(WORKBOOK), "batch", str(place / "grid.toml"), "--output", str(tmp_path / "out"), "--workers", "1"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    wait_for(lambda: list((tmp_path / "out").glob("1_sources_*/manifest.json")))
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert spoken(said) == ["workbook: stopped; nothing is half written"]
    (paper,) = (tmp_path / "out").glob("[!.]*")
    assert contents(paper) == contents(place / "out" / paper.name)


def test_papers_that_differ_in_language_alone_do_not_begin_together_while_others_wait(tmp_path: Path) -> None:
    def job(district: str, language: str) -> Job:
        parameters = checked("4_briefing", {"study": "suzhou-2003", "district": district, "language": language})
        return Job(f"{district}_{language}", parameters, Inputs({"notebook": "4_briefing"}, {}), tmp_path)

    waiting = deque(job(district, language) for district in ("all", "320583") for language in ("zh", "en"))
    begun = [taken(waiting, [])]
    begun += [taken(waiting, begun)]
    begun += [taken(waiting, begun[1:]), taken(waiting, begun[2:])]
    assert [one.name for one in begun] == ["all_zh", "320583_zh", "all_en", "320583_en"]


def test_a_killed_child_fails_alone_and_is_named(place: Path, finished: Path) -> None:
    shutil.rmtree(finished / "1_sources_en")

    def murdered(jobs: Iterable[Job]) -> Iterator[tuple[Job, str]]:
        killer = threading.Thread(target=kill_the_writer, args=(finished,))
        killer.start()
        yield from work(jobs, workers=1, caps=Caps())
        killer.join()

    states = {one.name: one for one in batch(wanted(place), finished, worker=murdered)}
    assert states["1_sources_zh"].state == "reused"
    assert states["1_sources_en"].cause == "the run was killed by signal 9"
    assert not list(finished.glob(".*"))


def kill_the_writer(folder: Path) -> None:
    """Kill the process that writes into a hidden folder, found by the folder it holds open."""
    wait_for(lambda: list(folder.glob(".*.unfinished/new")))
    (hidden,) = folder.glob(".*.unfinished")
    for held in Path("/proc").glob("[0-9]*/fd/*"):
        with suppress(OSError):
            if held.readlink() == hidden:
                os.kill(int(held.parts[2]), signal.SIGKILL)
                return


def test_two_batches_at_once_do_not_harm_one_another(place: Path, tmp_path: Path) -> None:
    command = [str(WORKBOOK), "batch", str(place / "grid.toml"), "--output", str(tmp_path / "out")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as other:
        wait_for(lambda: list((tmp_path / "out").glob(".*.unfinished")) or other.poll() is not None)
        states = {one.state for one in batch(wanted(place), tmp_path / "out")}
        told = other.communicate()
    assert other.returncode == 0, told
    assert states <= {"written", "reused"}
    assert contents(tmp_path / "out") == contents(place / "out")


def test_a_folder_that_cannot_be_written_is_told_before_anything_runs(place: Path) -> None:
    assert "/proc/nowhere" in refusal(command("batch", place / "grid.toml", "--output", "/proc/nowhere"))


def test_another_clone_folder_language_time_zone_hash_seed_and_clock_do_not_show(place: Path, tmp_path: Path) -> None:
    clone = tmp_path / "elsewhere" / "second clone"
    for name in ("analysis", "notebooks"):
        shutil.copytree(ROOT / name, clone / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "requirements.lock", clone)
    for number, path in enumerate(clone.rglob("*")):
        os.utime(path, (0, number % 2 * 4e9))  # a clock that stood in 1970, and one that stands in 2096
    env = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONHASHSEED": "7", "TZ": "Pacific/Kiritimati"}
    env |= {"PYTHONPATH": str(clone), "SOURCE_DATE_EPOCH": "4000000000"}
    script = "import sys; from analysis.cli import main; sys.argv[0] = 'workbook'; main()"
    command = [sys.executable, "-c", script, "batch", str(place / "grid.toml"), "--output", str(tmp_path / "out")]
    done = subprocess.run(
        [*command, "--workers", "1"], cwd=clone, env=os.environ | env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert contents(tmp_path / "out") == contents(place / "out")


def wait_for(ready: Callable[[], object]) -> None:
    end = time.monotonic() + 120
    while not ready():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_over_a_cluster_come_the_same_bytes(place: Path, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None, protocol="tcp"
    ) as cluster:
        worker = partial(work_over, address=cluster.scheduler_address, caps=Caps())
        outcomes = batch(wanted(place), tmp_path / "out", worker=worker)
    assert [one.state for one in outcomes] == ["written", "written"], outcomes
    assert contents(tmp_path / "out") == contents(place / "out")


def test_a_machine_with_other_files_refuses(place: Path) -> None:
    asked = {"notebook": "1_sources", "parameters": {"study": str(place / "study")}, "formats": ["html"], "key": "a"}
    assert "other code, packages or study files" in str(made(asked, 100))


def test_a_cluster_that_does_not_answer_is_told(place: Path, tmp_path: Path) -> None:
    done = command("batch", place / "grid.toml", "--output", tmp_path / "o", "--cluster", "tcp://127.0.0.1:9")
    assert "no scheduler answers" in refusal(done)
