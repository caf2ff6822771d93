"""The rows of two live charts: the ladder of bases, and the steps of the cascade."""

from __future__ import annotations

from analysis.coverage.answers import Answer
from analysis.coverage.disclosure.tables import Flags, Whole
from analysis.coverage.indicators import base_selection, step_label
from analysis.coverage.selection import base_label
from analysis.quantities import Label
from analysis.study_models import Base
from analysis.views.live_screen import Row, Screen, named
from analysis.views.live_shares import shares_rows
from analysis.views.wording import capital

_FIRST = (Label("工商注册", "registered"),)
_STEPS = (
    Label("实际开业投产", "operating"),
    Label("有党员", "with a member"),
    Label("党组织覆盖", "covered by an organisation"),
    Label("党组织达到“五个好”", "with a five-good organisation"),
)


def ladder_rows(screen: Screen, found: Answer) -> list[Row]:
    """Coverage over every base; at most, where those covered need not lie inside it."""
    language, ladder, within = screen.language, found.ladder, found.state.within
    bases: dict[str, Base] = {base.id: base for base in screen.study.settings.bases}
    at_most = Label("至多", "at most ").of(language)
    shown = zip(
        ladder.bases,
        shares_rows(ladder.shares, language),
        shares_rows(ladder.counted, language),
        ladder.is_upper_bound.tolist(),
        _lengths(ladder.counted.part, ladder.counted.part_hidden),
        _lengths(ladder.counted.whole, ladder.counted.whole_hidden),
        strict=True,
    )
    rows = []
    for order, (name, share, counted, is_bound, part, whole) in enumerate(shown):
        lead = at_most if is_bound else ""
        inner, base = counted if is_bound else share, bases[name]
        called = base.label if base.figure is not None else base_label(screen.study, base_selection(base, within))
        words = f"{inner['rate_text']}　{inner['part_text']} / {share['whole_text']}"
        rows.append(
            share
            | {
                "id": name,
                "order": order,
                "name": capital(base.short_label.of(language)),
                "base": called.of(language),
                "whole": whole,
                "part": part,
                "words": words,
                "rate_text": lead + share["rate_text"],
                "inside": f"{counted['part_text']} ({counted['rate_text']})",
            }
        )
    return rows


def _lengths(values: Whole, hidden: Flags) -> list[int | None]:
    return [None if flag else value for value, flag in zip(values.tolist(), hidden.tolist(), strict=True)]


def cascade_rows(screen: Screen, found: Answer) -> list[Row]:
    """How many reach each step, of those at the first."""
    language = screen.language
    names = [
        *(_FIRST if found.from_registered else ()),
        *_STEPS[:2],
        step_label(found.state.full_members_from),
        *_STEPS[2:],
    ]
    settings, within = screen.study.settings, found.state.within
    called = settings.bases[0].label if found.from_registered else base_label(screen.study, within)
    base = called.of(language)
    known = [
        (label, share)
        for label, share, is_known in zip(
            names, shares_rows(found.cascade, language), found.cascade.is_known.tolist(), strict=True
        )
        if is_known
    ]
    rows = []
    for order, (label, share) in enumerate(known):
        name = named(label, language)
        words = f"{share['part_text']}　{share['rate_text']}"
        end = share["rate"] or 0  # words stand at the end of a bar, or where it would begin
        rows.append(share | {"id": order, "order": order, "name": name, "words": words, "end": end, "base": base})
    return rows
