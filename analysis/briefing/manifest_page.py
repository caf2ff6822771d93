"""A run's manifest to be read: what went in, the seeds, what the audit found, what was withheld, what came out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from analysis.briefing.manifest import OTHER_STUDIES, REGISTER, STYLE
from analysis.quantities import Label, Language
from analysis.views.page import shell

NAME = "manifest.html"
_TITLE = Label("本文从何而来", "What this paper was made from")
_KEY = Label(
    "同样的材料得出同样的文件。本次运行的键：",
    "The same inputs give the same files. The key of this run: ",
)
_PARAMETERS = Label("参数", "Parameters"), Label("参数", "Parameter"), Label("取值", "Value")
_SEEDS = Label("随机种子", "Seeds"), Label("用于", "For"), Label("种子", "Seed")
_INPUTS = Label("材料", "Inputs"), Label("文件", "File"), Label("SHA-256", "SHA-256")
_VERSIONS = Label("软件", "Software"), Label("软件包", "Package"), Label("版本", "Version")
_AUDIT = (
    Label("核对已公布数字的结果", "What the audit of the published figures found"),
    Label("程度", "Severity"),
    Label("规则", "Rule"),
    Label("对象", "About"),
    Label("所用数字", "Figures"),
)
_DISCLOSURE = Label("小数目的保护", "Protection of small counts")
_NOT_PROTECTED = Label(
    "本文没有实际名册或报表的计数，无须保护。", "The paper shows no real counts, so nothing is withheld."
)
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
_WHAT = Label("项目", "What"), Label("数目", "How many")
_OUTPUTS = Label("成果", "Outputs"), *_INPUTS[1:]
_OUTSIDE = Label("不随结果保存", "not kept with the run")
_SEVERITIES = {
    "contradiction": Label("矛盾", "contradiction"),
    "tension": Label("待解释", "tension"),
    "caution": Label("留意", "caution"),
    "note": Label("说明", "note"),
    "ok": Label("相符", "agrees"),
}
Rows = Sequence[Sequence[str]]


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
    title, said = _TITLE.of(language), dict(manifest["parameters"])
    given = [("notebook", manifest["notebook"]), ("formats", ", ".join(manifest["formats"])), *said.items()]
    audit = [
        (_severity(one["severity"], language), one["rule"], one["about"], ", ".join(one["figures"]))
        for one in manifest["audit"]
    ]
    parts = [
        f'<p class="cw-note">{escape(_KEY.of(language))}<code>{escape(str(manifest["key"]))}</code></p>',
        _table(_PARAMETERS, [(name, str(value)) for name, value in given], language),
        _table(_SEEDS, [(name, str(value)) for name, value in manifest["seeds"].items()], language),
        _table(_INPUTS, list(_inputs(manifest["inputs"], language)), language),
        _table(_VERSIONS, list(manifest["versions"].items()), language),
        _table(_AUDIT, audit, language),
        _disclosure(manifest["disclosure"], language),
        _table(_OUTPUTS, list(manifest["outputs"].items()), language),
    ]
    return shell(f"<header><h1>{title}</h1></header>{''.join(parts)}", title=title, language=language)


def _severity(name: str, language: Language) -> str:
    return _SEVERITIES[name].of(language) if name in _SEVERITIES else name


def _inputs(inputs: Mapping[str, Any], language: Language) -> Iterator[tuple[str, str]]:
    """Every file by the place it has in inputs.zip, and what lies outside."""
    for name, seen in inputs.items():
        if name in ("study", STYLE, *OTHER_STUDIES):
            yield from ((f"{name}/{file}", digest) for file, digest in seen.items())
        elif name.startswith(REGISTER):
            yield f"{name} ({_OUTSIDE.of(language)})", seen
        else:
            yield name, seen


def _disclosure(found: Mapping[str, Any], language: Language) -> str:
    if not found.get("applies"):
        return f"<h2>{_DISCLOSURE.of(language)}</h2><p>{_NOT_PROTECTED.of(language)}</p>"
    rows = [(label.of(language), str(found[name])) for name, label in _COUNTS.items() if found.get(name) is not None]
    for one in found.get("screens", ()):
        rows += [
            (f"{label.of(language)} ({one['study']})", str(one[name])) for name, label in _SCREEN.items() if one[name]
        ]
    return _table((_DISCLOSURE, *_WHAT), rows, language)


def _table(names: Sequence[Label], rows: Rows, language: Language) -> str:
    """A table under a heading: its name and those of its columns, all words to the left."""
    title, *heads = (escape(name.of(language)) for name in names)
    top = "".join(f'<th scope="col" class="cw-left">{head}</th>' for head in heads)
    body = "".join(
        "<tr>" + "".join(f'<td class="cw-left">{_cell(cell)}</td>' for cell in row) + "</tr>\n" for row in rows
    )
    return (
        f'<h2>{title}</h2><div class="cw-table cw-small"><table aria-label="{title}"><thead><tr>{top}</tr></thead>\n'
        f"<tbody>{body}</tbody></table></div>\n"
    )


def _cell(text: str) -> str:
    is_digest = len(text) == 64 and not set(text) - set("0123456789abcdef")
    return f"<code>{text[:32]}<wbr>{text[32:]}</code>" if is_digest else escape(text)
