"""How commands speak: in which language, with a progress bar on the error stream, and paths as short as they can be."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Annotated, Any

import typer

from analysis.messages import in_language, said, speaking

if TYPE_CHECKING:
    from rich.console import Console

    from analysis.briefing.engine import Progress
    from analysis.quantities import Language
    from analysis.sources.registers.readers.raw import Watch
    from analysis.study import Study

LanguageOption = Annotated[
    str | None,
    typer.Option("--language", "-l", help="zh or en; by default the language of the study, or of the machine."),
]

StyleOption = Annotated[
    Path | None, typer.Option(help="A style.toml: letterhead, logo, colours, fonts, page; by default the study's own.")
]


def spoken(asked: str | None) -> Language:
    """The language that is spoken from now on: the one asked for, or the study's, or the machine's.

    Raises ParameterError when it is none that messages are told in.
    """
    from analysis.errors import among
    from analysis.messages import speak

    speak("" if asked is None else among(asked, ("zh", "en"), what="--language"))
    return "zh" if speaking() == "zh" else "en"


def say(message: str, *, err: bool = False) -> None:
    """Print a message in the language that is spoken."""
    typer.echo(in_language(message, speaking()), err=err)


def tell_unreleased(studies: Iterable[Study]) -> None:
    """Say which counted studies have papers that no later register is held against."""
    for study in studies:
        if not (study.settings.is_counted and study.settings.disclosure_threshold):
            continue
        from analysis.briefing.releases import is_released
        from analysis.coverage.sources import cells_of

        cells = cells_of(study)
        if cells is not None and not is_released(study.folder, cells):
            told = (
                "{study}: its counts are not kept; before papers go out: workbook count {folder}, so that a later register "
                "is held against them"
            )
            say(said(told, study=study.id, folder=shlex.quote(str(near(study.folder)))), err=True)


@contextmanager
def progress() -> Iterator[Progress]:
    """A progress bar on the terminal's error stream."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = Console(stderr=True)
    bar = Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=console)
    tasks: dict[str, Any] = {}

    def tell(what: str, done: int, whole: int) -> None:
        if what not in tasks:
            bar.start()  # not before: a run that is refused shows its message and no bar
            tasks[what] = bar.add_task(in_language(what, speaking()), total=whole)
        bar.update(tasks[what], completed=done, total=whole)

    try:
        yield tell
    finally:
        if tasks:
            bar.stop()


def near(path: Path) -> str:
    """A path as seen from here, where it lies below."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


@contextmanager
def working(what: str) -> Iterator[None]:
    """A sign on the terminal's error stream that work goes on, with the time it takes."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    with Progress(*columns, console=console, transient=True) as bar:
        bar.add_task(in_language(what, speaking()), total=None)
        yield


def choosing() -> AbstractContextManager[None]:
    """The sign that small counts are being chosen, which takes a study of a city half a minute."""
    return working("choosing which small counts to withhold")


@contextmanager
def reading(what: str, *, console: Console | None = None) -> Iterator[Watch]:
    """How far DuckDB is with a register, on the terminal's error stream; nothing where that is no terminal.

    Yields
    ------
    What `opened` and `count` take as `watch`.
    """
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    console = console or Console(stderr=True)
    if not console.is_terminal:
        yield nullcontext
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(in_language(what, speaking()), total=None)

        def show(share: float, again: int) -> None:
            told = what if again == 0 else said("{what}, read again ({times})", what=what, times=again + 1)
            bar.update(task, total=100, completed=share, description=in_language(told, speaking()))

        yield lambda connection: _followed(connection, show)


@contextmanager
def _followed(connection: Any, show: Callable[[float, int], None]) -> Iterator[None]:
    """Ask DuckDB how far it is, some times a second, until it is done with."""
    done, again = Event(), 0

    def follow() -> None:
        nonlocal again
        last = 0.0
        while not done.wait(0.1):
            share = connection.query_progress()
            if share >= 0:
                again += share < last - 20  # another scan of the same register has begun
                show(share, again)
                last = share

    thread = Thread(target=follow, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
    show(100, again)  # all of it was read, however fast
