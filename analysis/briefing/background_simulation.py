"""Draws at the press of a button: a bar for their progress, and a button that stops them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from analysis.quantities import Label, Language
from analysis.scenarios.simulation import Draws, simulate

DRAW = Label("抽样，显示范围", "Draw the bands")
STOP = Label("停止", "Stop")
DRAWING = Label("正在抽样……", "Drawing …")
DONE = Label("已抽样{done}次", "{done} draws")
STOPPED = Label("已停止，抽样{done}次", "Stopped after {done} draws")


class Drawing:
    """The buttons and the bar, and the draws that run behind them.

    Parameters
    ----------
    asked
        Gives the arguments of `simulate` when the button is pressed; none where there is nothing to draw.
    drawn
        Called with the draws, those done so far where they were stopped by the button. Draws that were called off
        by `stop` are forgotten.
    """

    def __init__(self, asked: Callable[[], Mapping[str, Any] | None], drawn: Callable[[Draws], None]) -> None:
        import ipywidgets

        self.asked, self.drawn = asked, drawn
        self._lock = threading.Lock()
        self._run: _Run | None = None
        self._language: Language = "zh"
        self.start, self.end = (ipywidgets.Button(layout={"width": "auto"}) for _ in range(2))
        self.start.button_style = "primary"
        self.end.disabled = True
        self.bar = ipywidgets.IntProgress(layout={"width": "220px", "display": "none"})
        self.said = ipywidgets.Label()
        self.start.on_click(lambda _button: self.draw())
        self.end.on_click(lambda _button: self.halt())
        self.widget = ipywidgets.HBox([self.start, self.end, self.bar, self.said], layout={"flex_flow": "row wrap"})
        self.widget.add_class("cw-drawing")

    def speak(self, language: Language) -> None:
        """Put the buttons into a language."""
        self._language = language
        self.start.description, self.end.description = DRAW.of(language), STOP.of(language)
        self.said.value = ""

    def draw(self) -> threading.Thread | None:
        """Begin; what is under way is called off first."""
        self.stop()
        asked = self.asked()
        if asked is None:
            return None
        run = _Run()
        with self._lock:
            self._run = run
            self.bar.max, self.bar.value = asked["draws"], 0
            self.bar.layout.display = "flex"
            self.end.disabled = False
            self.said.value = DRAWING.of(self._language)
        thread = threading.Thread(target=self._work, args=(run, asked), daemon=True)
        thread.start()
        return thread

    def halt(self) -> None:
        """Draw no more; what is drawn is shown."""
        with self._lock:
            if self._run is not None:
                self._run.is_halted = True

    def stop(self) -> None:
        """Call off the draws under way, and forget them: the levers were moved."""
        with self._lock:
            if self._run is not None:
                self._run.is_halted = self._run.is_forgotten = True
            self._rest("")

    def _work(self, run: _Run, asked: Mapping[str, Any]) -> None:
        def told(done: int, _whole: int) -> bool:
            with self._lock:
                if not run.is_forgotten:
                    self.bar.value = done
            return not run.is_halted

        said = ""
        try:
            found = simulate(**asked, progress=told)
            with self._lock:  # as long as this holds, nobody can move a lever
                if not run.is_forgotten:
                    self.drawn(found)
                    words = STOPPED if found.draws < asked["draws"] else DONE
                    said = words.of(self._language).format(done=f"{found.draws:,}")
        finally:
            with self._lock:
                if not run.is_forgotten:
                    self._rest(said)

    def _rest(self, said: str) -> None:
        self._run = None
        self.bar.layout.display = "none"
        self.end.disabled = True
        self.said.value = said


class _Run:
    """One press of the button."""

    is_halted = False
    is_forgotten = False
