"""Explore a study by hand: controls and linked charts, and what is on the screen frozen to a file and printed.

The controls are the one place where the selection is kept; a click in a chart moves them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from analysis.briefing.chart_selection import Click, clicked, state_of
from analysis.briefing.parameters import BriefingParameters, checked, disclosure_threshold, from_file
from analysis.briefing.save_and_print import freezer
from analysis.briefing.suppression_plan import guarded, stops_of
from analysis.coverage.answers import Answer, answer
from analysis.coverage.cells import STAFF_CAP
from analysis.coverage.counting import Counter
from analysis.coverage.lookup import FULL_MEMBERS_TOP, Board, board_of
from analysis.coverage.returned import limits_of
from analysis.coverage.sources import cells_of, reporting
from analysis.quantities import Label, Language
from analysis.study import open_study
from analysis.views.boundaries import Boundaries, read_boundaries
from analysis.views.controls import WRAPPED, Choice, Form, form_of
from analysis.views.explorer import capitalised, frame_of, page_of
from analysis.views.live import live_page

CONTROLS = ("district", "category", "base", "directly_managed", "staff_threshold", "member_threshold", "language")
ALL = Label("全部", "all")
ORDERS = {
    "rate": Label("按覆盖率", "by coverage"),
    "base": Label("按企业数", "by enterprises"),
    "study": Label("按行政次序", "in the study's order"),
}
ORDER = Label("区域排序", "Order of districts")
HELD = Label("固定色阶", "Hold the scale of colours")
MANAGED = {
    "any": Label("不限", "any"),
    "yes": Label("仅直管", "only these"),
    "no": Label("除直管", "without"),
}
NO_CELLS = Label(
    "{study}：只有已公布的数字，没有可以按选择清点的登记簿或报表。",
    "{study}: there are published figures only, and no register or return to count a selection from.",
)


def explore(
    study: str | Path,
    *,
    language: Language | None = None,
    parameters: str | Path | None = None,
    boundaries: str | Path | None = None,
    boundary_id: str = "id",
    given: Mapping[str, Any] | None = None,
    every_step: bool = False,
    changed: Callable[[BriefingParameters], None] | None = None,
) -> Any:
    """Controls and linked charts for one study, as a widget.

    Parameters
    ----------
    study
        A study's name in data/ or its folder; or a frozen parameters file, which is opened as it was.
    language
        That of the file, or Chinese, where none is given.
    parameters
        A frozen parameters file.
    boundaries
        A GeoJSON file of the user's own whose shapes take the place of the tiles.
    boundary_id
        The property of its features that holds a district's id.
    given
        What it begins with, by the names of parameters.
    every_step
        Of a register, thresholds stop where the study's papers count, and what is shown was audited with them; with this
        word of who may read the register, they stop everywhere, and nothing is withheld.
    changed
        Told of what is on the screen each time it changes.

    Raises
    ------
    ParameterError
        When the parameters file does not fit the study.
    DataError
        When the boundaries cannot be used.

    Examples
    --------
    >>> type(explore("national", language="en")).__name__  # published figures only: it says so
    'HTML'
    """
    import ipywidgets

    file = study if parameters is None and str(study).endswith(".toml") else parameters
    given = from_file(Path(file)) if file is not None else {"study": str(study), "staff_threshold": 0, **(given or {})}
    model = checked("4_briefing", given | ({"language": language} if language else {}))
    assert isinstance(model, BriefingParameters)
    opened = open_study(model.study)
    cells = cells_of(opened)
    if cells is None:
        return ipywidgets.HTML(NO_CELLS.of(model.language).format(study=opened.id))
    opened = reporting(opened, cells)
    ids = [row.id for row in opened.districts]
    shapes = read_boundaries(Path(boundaries), ids, id_property=boundary_id) if boundaries is not None else None
    board = board_of(opened, cells)
    threshold = 0 if every_step else disclosure_threshold(model, opened)
    return Explorer(guarded(board, threshold), model, shapes, changed).widget


class Explorer:
    """The controls, the page and the freezer, held together for the life of the view."""

    def __init__(
        self,
        board: Board,
        parameters: BriefingParameters,
        shapes: Boundaries | None,
        changed: Callable[[BriefingParameters], None] | None = None,
    ) -> None:
        import ipywidgets

        self.board, self.shapes, self.parameters, self.changed = board, shapes, parameters, changed
        self.form = _form(board, parameters, changed=self.moved)
        self.order = ipywidgets.Dropdown(
            options=[(label.of(parameters.language), name) for name, label in ORDERS.items()],
            value="rate",
            style={"description_width": "initial"},
            layout={"width": "max-content", "margin": "0"},
        )
        self.order.observe(lambda _change: self.show(), names="value")
        self.held = ipywidgets.Checkbox(value=False, indent=False, layout={"width": "max-content", "margin": "0"})
        self.held.observe(lambda change: self.hold(change["new"]), names="value")
        self.scale: dict[str, float] = {}
        layout = {**WRAPPED, "padding": "3px 0"}
        self.controls = ipywidgets.Box([*self.form.fields.values(), self.order, self.held], layout=layout)
        self.widget = ipywidgets.VBox(layout={"width": "100%"})
        self.widget.add_class("cw-explore")
        self.build()

    @property
    def language(self) -> Language:
        """The language of the view."""
        language: Language = self.form.fields["language"].value
        return language

    def current(self) -> BriefingParameters:
        """What is on the screen, as the parameters of a paper."""
        return self.parameters.model_copy(update=self.form.values())

    def build(self) -> None:
        """Draw everything in the view's language; done once, and again when the language changes."""
        language = self.language
        self.form.speak(language)
        self.order.description, self.held.description = ORDER.of(language), HELD.of(language)
        order = self.order.value
        self.order.options = [(label.of(language), name) for name, label in ORDERS.items()]
        self.order.value = order
        charts = page_of(self.board.study, self.answer(), language, boundaries=self.shapes)
        self.page = live_page(charts, self.frame(), language=language, heard=self.heard)
        self.widget.children = (self.controls, self.page, freezer(self.current, language=language))

    def frame(self) -> dict[str, Any]:
        """All that is on the screen now."""
        order = self.order.value or "rate"
        asked: dict[str, Any] = {"order": order, "boundaries": self.shapes, "scale": self.scale}
        return frame_of(self.board.study, self.answer(), self.language, **asked)

    def hold(self, is_held: bool) -> None:
        """Keep the scales of colours as they are, or let them follow the rates again."""
        charts = self.page.frame["charts"]
        held = {name: charts[name]["signals"]["upper"] for name in ("map", "bands") if name in charts}
        self.scale = held if is_held else {}
        self.show()

    def answer(self) -> Answer:
        """What is counted of what is chosen."""
        return answer(self.board, state_of(self.form.values()))

    def show(self) -> None:
        """Push what is on the screen now."""
        self.page.show(self.frame())
        if self.changed is not None:
            self.changed(self.current())

    def moved(self, name: str) -> None:
        """A control was moved."""
        if name == "language":
            self.build()
        self.show()

    def heard(self, content: Mapping[str, Any]) -> None:
        """The reader clicked in the page."""
        if content["kind"] == "clear":
            base, least = self.form.choices["base"][0][1], BriefingParameters().member_threshold
            chosen = {"district": "all", "category": "all", "directly_managed": "any", "staff_threshold": 0}
            self.form.set(**chosen, base=base, member_threshold=least)
        else:
            click = Click(str(content["chart"]), str(content["id"]), bool(content.get("add")))
            self.form.set(**clicked(self.form.values(), click))
        self.show()


def _form(board: Board, parameters: BriefingParameters, *, changed: Any) -> Form:
    study, unknown = board.study, board.cube.cells.unknown
    settings = study.settings
    choices: dict[str, list[Choice]] = {
        "district": [(ALL, "all"), *((row.label, row.id) for row in study.districts)],
        "category": [(ALL, "all"), *((capitalised(row.label), row.id) for row in settings.categories)],
        "base": [(capitalised(base.short_label), base.id) for base in board.bases] or [(ALL, "operating")],
        "directly_managed": [(label, name) for name, label in MANAGED.items()],
    }
    tops = {"staff_threshold": STAFF_CAP, "member_threshold": FULL_MEMBERS_TOP}
    limits = limits_of(study)
    steps: dict[str, tuple[int, ...]] = {}
    if limits is not None:
        full = tuple(least for least in limits.full_members if least <= FULL_MEMBERS_TOP)
        steps = {"staff_threshold": limits.staff, "member_threshold": full}
    elif board.printed is not None:
        stops = stops_of(Counter(study, board.cube.cells))
        steps = {name: tuple(sorted({*ends, getattr(parameters, name)})) for name, ends in stops.items()}
    if "directly_managed" in unknown or (limits is not None and not limits.directly_managed):
        del choices["directly_managed"][1:]
    form = form_of(
        BriefingParameters,
        names=CONTROLS,
        choices=choices,
        language=parameters.language,
        changed=changed,
        tops=tops,
        steps=steps,
    )
    form.set(**{name: getattr(parameters, name) for name in ("language", *CONTROLS)})
    return form
