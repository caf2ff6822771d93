"""The index page of a batch, in Chinese and English: every paper by its selection, what failed, and the joint audit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from analysis.briefing.folder import write_whole
from analysis.briefing.manifest_page import NAME as PAGE
from analysis.briefing.parameters import SourcesParameters
from analysis.coverage.base_names import place_label
from analysis.coverage.selection import Selection
from analysis.messages import in_language
from analysis.quantities import Label, Language
from analysis.study import Study, open_study
from analysis.views.page import shell

if TYPE_CHECKING:
    from analysis.briefing.joint_disclosure_audit import Together

FILES: dict[Language, str] = {"zh": "index.html", "en": "index.en.html"}
_FORMATS = {"docx": "Word", "pdf": "PDF", "html": "HTML", "xlsx": "Excel", "pptx": "PowerPoint"}
_LANGUAGES = {"zh": Label("中文", "Chinese"), "en": Label("英文", "English")}
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
_OTHER = Label("English", "中文")
_SELECTION = Label("范围", "Selection")
_FAILED = Label("未写成的简报", "Papers that could not be written")
_CAUSE = Label("原因", "Cause")
_AGAIN = Label("重试命令", "To try again")
_MADE_FROM = Label("来源清单", "made from")
_SEE = Label("未写成", "failed")
_TOGETHER = Label("合并核对", "Audited together")
_PRINTED = Label(
    "{study}：{papers}份文稿合在一起，公布清点数{published}个，不公布{withheld}个。",
    "{study}: {papers} papers print {published} counts together and withhold {withheld}. ",
)
_SAFE = Label(
    "作为一组表逐一核对，没有一个不公布的数能够推算出来。",
    "Audited as one set of tables: none that is withheld can be worked out.",
)


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
    for language, name in FILES.items():
        page = index(entries, title=title, audit=audit, language=language)
        write_whole(folder / name, page.encode())


def index(
    entries: Sequence[Entry], *, title: Label | None = None, audit: Sequence[Together] = (), language: Language
) -> str:
    """The page as HTML."""
    studies = {name: open_study(name) for name in {entry.parameters.study for entry in entries}}
    other: Language = "en" if language == "zh" else "zh"
    switch = f'<p class="cw-note"><a href="{FILES[other]}" lang="{other}">{_OTHER.of(language)}</a></p>'
    papers = "".join(
        _papers(Label(*head), list(group), studies, language)
        for head, group in groupby(entries, key=lambda entry: _heading(entry, studies))
    )
    named = (title or _title(list(studies.values()))).of(language)
    told = _told(audit, {study.id: study for study in studies.values()}, language)
    body = f"<header><h1>{escape(named)}</h1></header>{switch}{papers}{told}{_failures(entries, language)}"
    return shell(body, title=named, language=language)


def _title(studies: Sequence[Study]) -> Label:
    """The study's title, where all papers are about one."""
    return studies[0].settings.title.label if len(studies) == 1 else _TITLE


def _heading(entry: Entry, studies: dict[str, Study]) -> tuple[str, str]:
    """The kind of paper, with the study's title where there are several."""
    title, kind = (
        studies[entry.parameters.study].settings.title,
        _NOTEBOOKS.get(entry.notebook, Label(entry.notebook, entry.notebook)),
    )
    return (kind.zh, kind.en) if len(studies) == 1 else (f"{kind.zh}：{title.zh}", f"{kind.en}: {title.en}")


def _told(audit: Sequence[Together], studies: dict[str, Study], language: Language) -> str:
    """What the papers of counted studies print and withhold together."""
    lines = []
    for one in audit:
        name = studies[one.study].settings.title.label.of(language) if one.study in studies else one.study
        said = _PRINTED.of(language).format(
            study=name, papers=one.papers, published=one.published, withheld=one.withheld
        )
        lines.append(f"<p>{escape(said + _SAFE.of(language))}</p>")
    return f"<h2>{_TOGETHER.of(language)}</h2>{''.join(lines)}" if lines else ""


def _papers(title: Label, entries: Sequence[Entry], studies: dict[str, Study], language: Language) -> str:
    languages = [name for name in _LANGUAGES if any(entry.parameters.language == name for entry in entries)]
    rows: dict[str, dict[str, Entry]] = {}
    for entry in entries:
        named = selection(entry.parameters, studies[entry.parameters.study]).of(language)
        rows.setdefault(named, {})[entry.parameters.language] = entry
    heads = "".join(f'<th scope="col" class="cw-left">{_LANGUAGES[name].of(language)}</th>' for name in languages)
    body = "".join(
        f'<tr><th scope="row" class="cw-left">{escape(named)}</th>'
        + "".join(f'<td class="cw-left">{_links(found.get(name), language)}</td>' for name in languages)
        + "</tr>\n"
        for named, found in rows.items()
    )
    return (
        f'<div class="cw-table"><table><caption>{escape(title.of(language))}</caption><thead><tr>'
        f'<th scope="col" class="cw-left">{_SELECTION.of(language)}</th>{heads}</tr></thead>\n'
        f"<tbody>{body}</tbody></table></div>\n"
    )


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


def _links(entry: Entry | None, language: Language) -> str:
    if entry is None:
        return ""
    if entry.cause:
        return f'<a href="#{quote(entry.name)}">{_SEE.of(language)}</a>'
    documents = {f"briefing.{ending}": _FORMATS[ending] for ending in entry.formats}
    return " · ".join(
        f'<a href="{quote(entry.name)}/{file}">{named}</a>'
        for file, named in {**documents, PAGE: _MADE_FROM.of(language)}.items()
    )


def _failures(entries: Iterable[Entry], language: Language) -> str:
    failed = [entry for entry in entries if entry.cause]
    if not failed:
        return ""
    cause, again = _CAUSE.of(language), _AGAIN.of(language)
    told = "".join(
        f'<div><dt id="{quote(entry.name)}">{escape(entry.name)}</dt><dd>{cause}: {escape(in_language(entry.cause, language))}'
        f"<br>{again}: <code>{escape(entry.command)}</code></dd></div>"
        for entry in failed
    )
    return f"<h2>{_FAILED.of(language)}</h2><dl>{told}</dl>"
