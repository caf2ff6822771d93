"""Pages about runs: the index of a batch, in both languages, and a run's manifest to be read.

The index has every paper by its selection, what failed, and the joint audit; the templates are in `assets/pages/`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.briefing.documents.templates import filled
from analysis.briefing.folder import write_whole
from analysis.briefing.manifest import OTHER_STUDIES, REGISTER, STYLE
from analysis.briefing.parameters import SourcesParameters
from analysis.coverage.base_names import place_label
from analysis.coverage.selection import Selection
from analysis.messages import in_language
from analysis.quantities import Label, Language
from analysis.study import Study, open_study
from analysis.views.page import shell

if TYPE_CHECKING:
    from analysis.briefing.joint_disclosure_audit import Together

MANIFEST_PAGE = "manifest.html"
_TITLE = Label("本文从何而来", "What this paper was made from")
_OUTSIDE = Label("不随结果保存", "not kept with the run")
_COUNTS = {
    "threshold": Label("低于此数的不公布", "Counts below this are not published"),
    "published": Label("公布的计数", "Counts published"),
    "primary": Label("因数目小而不公布", "Withheld because small"),
    "secondary": Label("为免推算而不公布", "Withheld so that none can be worked out"),
    "narrowest": Label("不公布的数可推知的最窄范围", "Narrowest range a withheld count can be pinned to"),
}
_SCREEN = {
    "counts": Label("本研究各份文稿一并保护的计数", "Counts that papers of the study are protected in together"),
    "withheld": Label("其中不公布的", "Of these, withheld"),
    "narrowest": Label("其中不公布的数可推知的范围不窄于", "None of these can be pinned to a range narrower than"),
}


def manifest_page(manifest: Mapping[str, Any], language: Language) -> str:
    """The manifest as an HTML page; the same manifest gives the same bytes.

    Parameters
    ----------
    manifest
        Of `manifest.manifest_of`; the page itself, which is an output too, is not among those it names.

    Examples
    --------
    >>> made = {"key": "ab", "parameters": {"district": "<b>"}, "inputs": {}, "seeds": {}, "versions": {}, "audit": [],
    ...         "disclosure": {"applies": False}, "outputs": {}, "notebook": "4_briefing", "formats": ["pdf"], "study": "a"}
    >>> "&lt;b&gt;" in manifest_page(made, "en")
    True
    """
    title = _TITLE.of(language)
    inputs, withheld = [*_inputs(manifest["inputs"], language)], [*_withheld(manifest["disclosure"], language)]
    body = filled(
        "pages/manifest.html", language=language, title=title, made=manifest, inputs=inputs, withheld=withheld
    )
    return shell(body, title=title, language=language)


def _inputs(inputs: Mapping[str, Any], language: Language) -> Iterator[tuple[str, str]]:
    """Every file by the place it has in inputs.zip, and what lies outside."""
    for name, seen in inputs.items():
        if name in ("study", STYLE, *OTHER_STUDIES):
            yield from ((f"{name}/{file}", digest) for file, digest in seen.items())
        elif name.startswith(REGISTER):
            yield f"{name} ({_OUTSIDE.of(language)})", seen
        else:
            yield name, seen


def _withheld(found: Mapping[str, Any], language: Language) -> Iterator[tuple[str, int]]:
    for name, label in _COUNTS.items():
        if found.get(name) is not None:
            yield label.of(language), found[name]
    for one in found.get("screens", ()):
        for name, label in _SCREEN.items():
            if one[name]:
                yield f"{label.of(language)} ({one['study']})", one[name]


FILES: dict[Language, str] = {"zh": "index.html", "en": "index.en.html"}
_FORMATS = {"docx": "Word", "pdf": "PDF", "html": "HTML", "xlsx": "Excel", "pptx": "PowerPoint"}
_NOTEBOOKS = {
    "1_sources": Label("资料来源", "Sources"),
    "2_coverage": Label("覆盖情况", "Coverage"),
    "3_scenarios": Label("情景推算", "Scenarios"),
    "4_briefing": Label("简报", "Briefings"),
    "5_comparison": Label("比较", "Comparisons"),
    "6_conference": Label("联系会议工作文件", "Working papers of the conference"),
    "7_department": Label("成员单位工作单", "Department sheets"),
}
_TITLE = Label("全部简报", "All papers")


@dataclass(frozen=True)
class Entry:
    """A paper on the page; `cause` and `command` say why it failed and how to repeat it."""

    name: str
    parameters: SourcesParameters
    notebook: str
    formats: tuple[str, ...]
    cause: str
    command: str


def write_index(
    folder: Path, entries: Sequence[Entry], *, title: Label | None = None, audit: Sequence[Together] = ()
) -> None:
    """Write the page into the batch's folder, once in each language; the same papers give the same bytes.

    Parameters
    ----------
    title
        By default the study's own, where the papers are about one.
    audit
        What the papers of each counted study say together.

    Raises
    ------
    OutputError
        When it cannot be written.
    """
    studies = {name: open_study(name) for name in {entry.parameters.study for entry in entries}}
    titles = [study.settings.title.label for study in studies.values()]
    named = title or (titles[0] if len(titles) == 1 else _TITLE)
    by_id = {study.id: study.settings.title.label for study in studies.values()}
    for language, name in FILES.items():
        other: Language = "en" if language == "zh" else "zh"
        body = filled(
            "pages/index.html",
            language=language,
            title=named.of(language),
            other={"language": other, "file": FILES[other]},
            parts=[
                _part(Label(*head), list(group), studies, language)
                for head, group in groupby(entries, key=lambda entry: _heading(entry, studies))
            ],
            formats=_FORMATS,
            manifest=MANIFEST_PAGE,
            audit=[(by_id[one.study].of(language) if one.study in by_id else one.study, one) for one in audit],
            failed=[(entry, in_language(entry.cause, language)) for entry in entries if entry.cause],
        )
        write_whole(folder / name, shell(body, title=named.of(language), language=language).encode())


def _heading(entry: Entry, studies: dict[str, Study]) -> tuple[str, str]:
    """The kind of paper, with the study's title where there are several."""
    title = studies[entry.parameters.study].settings.title
    kind = _NOTEBOOKS.get(entry.notebook, Label(entry.notebook, entry.notebook))
    return (kind.zh, kind.en) if len(studies) == 1 else (f"{kind.zh}：{title.zh}", f"{kind.en}: {title.en}")


def _part(title: Label, entries: Sequence[Entry], studies: dict[str, Study], language: Language) -> dict[str, Any]:
    """A table of papers: one line for what they are about, one column for each language."""
    rows: dict[str, dict[str, Entry]] = {}
    for entry in entries:
        named = selection(entry.parameters, studies[entry.parameters.study]).of(language)
        rows.setdefault(named, {})[entry.parameters.language] = entry
    languages = [name for name in FILES if any(entry.parameters.language == name for entry in entries)]
    return {"title": title.of(language), "languages": languages, "rows": rows}


def selection(parameters: SourcesParameters, study: Study) -> Label:
    """What a paper is about, in words: its districts, and every other parameter that is not the default."""
    defaults = type(parameters)()
    district = getattr(parameters, "district", "all")
    chosen = Selection() if district in ("all", "auto") else Selection(districts=tuple(district.split(",")))
    departments = {row.id: row.label for row in study.departments}
    department = getattr(parameters, "department", "")
    said = [departments[department] if department in departments else place_label(study, chosen)]
    for name, field in type(parameters).model_fields.items():
        value = getattr(parameters, name)
        if name in ("study", "language", "district", "department") or value == getattr(defaults, name):
            continue
        extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        said.append(Label(f"{extra.get('zh', name)}：{value}", f"{extra.get('en', name)}: {value}"))
    return Label("；".join(one.zh for one in said), "; ".join(one.en for one in said))
