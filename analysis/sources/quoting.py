"""What has to be said when a figure is quoted: that it is approximate, that its base is not given, that it is missing."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.errors import one_of
from analysis.quantities import Label
from analysis.sources.finding import Finding, called, measure, worded
from analysis.sources.relation_models import Relations
from analysis.sources.relations import unpublished
from analysis.study import Study

_ABOUT = {
    "at least": Label("至少", "at least "),
    "nearly": Label("近", "nearly "),
    "about": Label("约", "about "),
}


def approximations(study: Study, relations: Relations) -> Iterator[Finding]:
    """Figures that the source itself gives as approximations."""
    for figure in study.figures.values():
        if figure.approximate != "no":
            value = study.quantity(figure.id)
            yield Finding(
                "approximate", figure.id, "caution",
                worded(
                    "<name>，原文只给出约数：<about>{value}<m>。",
                    "<name>: the source gives an approximation, <about>{value}.",
                    name=called(study, figure.id, relations=relations), about=_ABOUT[figure.approximate],
                    m=measure(value),
                ),
                worded("原文：“<phrase>”", "The source says “<phrase>”", phrase=Label(figure.phrase, figure.phrase)),
                {"value": value},
                (figure.id,),
            )  # fmt: skip


def without_base(study: Study, relations: Relations) -> Iterator[Finding]:
    """Counts of covered enterprises that come without the number of enterprises they were covered of."""
    based = {row.numerator for row in relations.shares}
    numerators = {*based, *(row.numerator for row in relations.ladders)}
    indicators = {study.figures[name].indicator for name in numerators if study.has(name)}
    for figure in study.figures.values():
        covers = figure.indicator in indicators and figure.unit == "enterprises"
        if covers and not figure.base and figure.id not in based:
            value = study.quantity(figure.id)
            yield Finding(
                "no_base", figure.id, "caution",
                worded(
                    "<name>{value}<m>，原文没有给出基数；据以计算的任何比率都要说明所用的基数。",
                    "<name> ({value}): the source gives no base. Any rate formed with it has to name the base it uses.",
                    name=called(study, figure.id, relations=relations), m=measure(value),
                ),
                worded("原文：“<phrase>”", "The source says “<phrase>”", phrase=Label(figure.phrase, figure.phrase)),
                {"value": value},
                (figure.id,),
            )  # fmt: skip


def not_published(study: Study, relations: Relations) -> Iterator[Finding]:
    """Names that relations.toml uses and the study does not have, so that what hangs on them was not checked."""
    for name, where in unpublished(study, relations):
        near = one_of(sorted(study.figures), seen=name).partition("(did you mean ")[2].rstrip("?)")
        yield Finding(
            "not_published", name, "note",
            worded(
                "relations.toml（<where>）提到的“<name>”没有公布，有关规则未适用。",
                "“<name>”, named in relations.toml (<where>), is not published; what hangs on it was not checked.",
                name=Label(name, name), where=Label(where, where),
            ),
            worded("<near>", "<near>", near=Label(f"是否指{near}？", f"Is {near} meant?") if near else Label("—", "—")),
            {},
            (),
        )  # fmt: skip
