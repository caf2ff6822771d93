"""Speed as ratios, measured side by side in one run: `python -m tests.bench`, or `make bench`.

Seconds differ from machine to machine and from hour to hour; a ratio of two things measured in turn differs less. Each
pair runs A B A B …, after a first turn that is not counted, and the medians are compared.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import cycle
from pathlib import Path
from statistics import median

from analysis.study import DATA, ROOT, Study, open_study
from tests import bench_browser
from tests.counted import counted_study
from tests.scenarios import bench as scenarios

BIN = Path(sys.executable).parent
STUDY = "suzhou-2003"
LANGUAGES = ("zh", "en")
KEPT = ("charts", "results")  # what papers compute once and find again
DISTRICTS = (12, 60, 340)
Task = Callable[[], object]


def main() -> None:
    """Measure and print."""
    study = open_study(STUDY)
    alone = {"batches": lambda folder: batches(study, folder), "disclosure": disclosure}
    if (chosen := alone.get("".join(sys.argv[1:]))) is not None:
        with tempfile.TemporaryDirectory() as folder:
            for row in chosen(Path(folder)):
                print("  ".join(row))
        return
    with tempfile.TemporaryDirectory() as folder:
        rows = [
            *batches(study, Path(folder)),
            *papers(study, Path(folder)),
            *registers(study, Path(folder)),
            *look_ups(study),
            *disclosure(Path(folder)),
            *scenarios.rows(study),
        ]
    width = max(len(row[0]) for row in rows)
    for name, seconds, share in rows:
        print(f"{name:<{width}}  {seconds:>10}  {share}")
    print()
    bench_browser.main()
    load = os.getloadavg()[0] / (os.cpu_count() or 1)
    print(f"\nload a processor in the last minute: {load:.1f} (above 1, something else was running: the ratios waver)")


def batches(study: Study, folder: Path) -> list[tuple[str, str, str]]:
    """Every selection in both languages: a shell loop of papermill and nbconvert (HTML only), a batch, the same again.

    The loop and the first batch begin with nothing kept; the register alone is there for both. A batch of its own, timed
    by nobody, tells the memory.
    """
    from tests.memory import peak_of

    grid, out = DATA / STUDY / "batches" / "districts.toml", folder / "batch"
    districts = ["all", *(row.id for row in study.districts)]
    selections = [(district, language) for district in districts for language in LANGUAGES]

    def loop() -> None:
        for district, language in selections:
            executed = folder / f"{district}_{language}.ipynb"
            given = ("-p", "study", STUDY, "-r", "district", district, "-p", "language", language)
            shell(BIN / "papermill", "notebooks/4_briefing.ipynb", executed, *given)
            shell(BIN / "jupyter", "nbconvert", "--to", "html", "--no-input", executed)

    def begin_anew() -> None:
        for kept in KEPT:
            shutil.rmtree(ROOT / ".cache" / kept, ignore_errors=True)
        shutil.rmtree(out, ignore_errors=True)

    command = [str(BIN / "workbook"), "batch", str(grid), "--output", str(out)]
    seconds = []
    for task in (loop, lambda: shell(*command), lambda: shell(*command)):
        if len(seconds) < 2:
            begin_anew()
        start = time.perf_counter()
        task()
        seconds.append(time.perf_counter() - start)
    begin_anew()
    peak = peak_of(command)  # by itself: to look at the memory of all processes takes a fifth of their time
    names = ("papermill and nbconvert", "workbook batch", "workbook batch, unchanged")
    pace = [len(selections) * 60 / one for one in seconds]
    return [
        (
            f"{len(selections)} papers, {name}",
            f"{one:.3g} s",
            f"{rate:.3g} a minute, {rate / pace[0]:.3g} times as many",
        )
        for name, one, rate in zip(names, seconds, pace, strict=True)
    ] + [("peak memory of the batch, all its processes", f"{peak:.0f} MB", "")]


def papers(study: Study, folder: Path) -> list[tuple[str, str, str]]:
    """One briefing in all four formats, warm and cold, against papermill and nbconvert from the shell."""
    from analysis.briefing.parameters import checked
    from analysis.briefing.runner import run

    districts = cycle(row.id for row in study.districts)

    def warm() -> None:
        run(checked("4_briefing", {"study": STUDY, "district": next(districts)}), folder=folder / "warm")

    def cold() -> None:
        shell(BIN / "workbook", "briefing", STUDY, "--district", next(districts), "--output", folder / "cold")

    def plain() -> None:
        executed = folder / "plain.ipynb"
        given = ("-p", "study", STUDY, "-r", "district", next(districts))
        shell(BIN / "papermill", "notebooks/4_briefing.ipynb", executed, *given)
        shell(BIN / "jupyter", "nbconvert", "--to", "html", "--no-input", executed)

    names = (
        "papermill, then nbconvert to HTML",
        "workbook briefing, warm, 4 formats",
        "workbook briefing, cold, 4 formats",
    )
    return table(names, measured([plain, warm, cold], turns=3))


def registers(study: Study, folder: Path) -> list[tuple[str, str, str]]:
    """The synthetic register drawn, and its cells by pandas and by DuckDB."""
    import duckdb

    from analysis.coverage.cells import compress
    from analysis.sources.synthetic import synthesise

    register = synthesise(study)
    file = folder / "register.parquet"
    register.to_parquet(file)
    drawn = measured([lambda: synthesise(study)], turns=3)
    cells = measured([lambda: compress(register), lambda: compress(duckdb.connect().read_parquet(str(file)))], turns=7)
    size = f"{len(register):,} rows"
    return [
        *table((f"register of {size} drawn",), drawn),
        *table((f"cells of {size}, pandas in memory", f"cells of {size}, DuckDB from Parquet"), cells),
    ]


def look_ups(study: Study) -> list[tuple[str, str, str]]:
    """Coverage by district and category above a threshold of staff: rows grouped, or the cube looked up."""
    from analysis.coverage.cells import Cells, compress
    from analysis.coverage.lookup import Cube
    from analysis.coverage.selection import Selection
    from analysis.quantities import Status
    from analysis.sources.synthetic import register_of

    register = register_of(study)
    districts = tuple(row.id for row in study.districts)
    categories = tuple(row.id for row in study.settings.categories)
    cube = Cube(Cells(compress(register), Status.SYNTHETIC), districts, categories)
    thresholds = cycle(range(0, 300, 7))

    def on_rows() -> object:
        chosen = register[register["staff"] >= next(thresholds)]
        covered = chosen.assign(covered=chosen["organisation"] != "none")
        return covered.groupby(["district", "category"], observed=False)[["covered", "instructor", "members"]].sum()

    def in_cube() -> object:
        return [cube.by_district("enterprises", Selection(staff_from=next(thresholds))) for _ in range(1000)]

    rows, cubes = measured([on_rows, in_cube], turns=7)
    return table(
        ("coverage above a threshold, pandas on rows", "coverage above a threshold, cube"), [rows, cubes / 1000]
    )


def disclosure(folder: Path) -> list[tuple[str, str, str]]:
    """What to withhold of a study's papers, chosen and audited, and of one paper then: by the number of districts."""
    from analysis.briefing import suppression_plan
    from analysis.briefing.parameters import checked
    from analysis.briefing.runner import run
    from analysis.coverage.counting import Counter
    from analysis.coverage.sources import cells_of

    suppression_plan.CACHE = folder / "screens"
    names, seconds = [], []
    for districts in DISTRICTS:
        place = counted_study(folder / f"of-{districts}", enterprises=100 * districts, districts=districts)
        study = open_study(place)
        counter = Counter(study, cells_of(study))
        parameters = checked("2_coverage", {"study": str(place), "language": "en"})
        for name, task in (
            ("all papers' counts", lambda counter=counter: suppression_plan.screen_of(counter, 10)),
            ("one paper", lambda parameters=parameters: run(parameters, folder=folder / "paper", formats=("html",))),
        ):
            start = time.perf_counter()
            task()
            seconds.append(time.perf_counter() - start)
            names.append(f"{name}, {districts} districts, {100 * districts:,} rows")
    return [*table(names[::2], seconds[::2]), *table(names[1::2], seconds[1::2])]


def measured(tasks: Sequence[Task], *, turns: int) -> list[float]:
    """Median seconds of each task, all of them done in turn, the first turn not counted."""
    seconds: list[list[float]] = [[] for _ in tasks]
    for _ in range(turns + 1):
        for task, taken in zip(tasks, seconds, strict=True):
            start = time.perf_counter()
            task()
            taken.append(time.perf_counter() - start)
    return [median(taken[1:]) for taken in seconds]


def table(names: Sequence[str], seconds: Sequence[float]) -> list[tuple[str, str, str]]:
    """A line each: its seconds, and its share of the first one's."""
    shares = ["1" if not place else f"{one / seconds[0]:.2g} of it" for place, one in enumerate(seconds)]
    return [(name, f"{one:.3g} s", share) for name, one, share in zip(names, seconds, shares, strict=True)]


def shell(*command: str | Path) -> None:
    """Run a command to its end."""
    subprocess.run([str(part) for part in command], cwd=ROOT, check=True, capture_output=True)


if __name__ == "__main__":
    main()
