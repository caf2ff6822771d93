"""A run's manifest to be read: `assets/pages/manifest.html.jinja2` filled with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from analysis.briefing.documents.templates import filled
from analysis.briefing.manifest import OTHER_STUDIES, REGISTER, STYLE
from analysis.quantities import Label, Language
from analysis.views.page import shell

NAME = "manifest.html"
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
