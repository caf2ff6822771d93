"""Documents from templates in `assets/`: values are escaped, and a template says its words in both languages."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from analysis.briefing.documents.archive import xml_text
from analysis.quantities import Label, Language

ASSETS = Path(__file__).parent.parent / "assets"


def filled(template: str, *, language: Language = "en", **values: Any) -> str:
    """A template filled with values, as HTML or XML; texts are escaped, and what XML cannot hold is left out.

    Parameters
    ----------
    template
        Its file in `assets/`, without the ending `.jinja2`.
    language
        Of the words that it says by `t("中文", "English")`.
    """
    text: str = _templates().get_template(f"{template}.jinja2").render(t=_Words(language), language=language, **values)
    return text


class _Words:
    def __init__(self, language: Language) -> None:
        self.language = language

    def __call__(self, zh: str, en: str, **values: object) -> str:
        """Words in the language, filled with values."""
        return Label(zh, en).of(self.language).format(**values)


@cache
def _templates() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(ASSETS),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: xml_text(value) if type(value) is str else value,
        cache_size=-1,
        auto_reload=False,
    )
    made.filters["path"] = quote
    made.tests["digest"] = re.compile("[0-9a-f]{64}").fullmatch
    return made
