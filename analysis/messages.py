"""Messages in the reader's language: written in English where they arise, said in another from `assets/messages.zh.toml`."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parent / "assets" / "messages.zh.toml"
_language: ContextVar[str] = ContextVar("language", default="")
_preferred: ContextVar[str] = ContextVar("preferred", default="en")


class Said(str):
    """A message in English that keeps what it was filled from, so that it can be said in another language."""

    template: str
    values: Mapping[str, object]


def said(template: str, **values: object) -> Said:
    """A message with values filled in.

    Parameters
    ----------
    template
        In English, as it stands in the catalogue, with `{names}` for the values.

    Examples
    --------
    >>> told = said("has {seen} cells where the header has {wanted}", seen=3, wanted=11)
    >>> print(told)
    has 3 cells where the header has 11
    >>> print(in_language(told, "zh"))
    有3格，而表头有11格
    """
    found = Said(template.format(**values))
    found.template, found.values = template, values
    return found


def in_language(text: str, language: str) -> str:
    """A message in a language; as it is where the catalogue does not have it, as names and numbers."""
    if language == "en" or not text:
        return str(text)
    if isinstance(text, Said):
        values = {
            name: in_language(one, language) if isinstance(one, str) else one for name, one in text.values.items()
        }
        return catalogue().get(text.template, text.template).format(**values)
    return catalogue().get(text, text)


def lines_of(*messages: str) -> str:
    """Messages under one another, each of which can still be said in another language.

    Examples
    --------
    >>> print(in_language(lines_of("is not a number", 'organisation = "x"', "whole numbers from 0"), "zh"))
    不是数字
    organisation = "x"
    从0起的整数
    """
    names = [f"line_{number}" for number in range(len(messages))]
    return said("\n".join(f"{{{name}}}" for name in names), **dict(zip(names, messages, strict=True)))


def packed(text: str) -> str | list[Any]:
    """A message as JSON can keep it, so that it can still be said in another language."""
    return [text.template, dict(text.values)] if isinstance(text, Said) else text


def unpacked(kept: str | list[Any]) -> str:
    """A message that was packed.

    Examples
    --------
    >>> told = unpacked(packed(said("has {seen} cells where the header has {wanted}", seen=3, wanted=11)))
    >>> in_language(told, "zh")
    '有3格，而表头有11格'
    """
    return kept if isinstance(kept, str) else said(kept[0], **kept[1])


@cache
def catalogue() -> Mapping[str, str]:
    """From each message in English to the same in Chinese."""
    found: Mapping[str, str] = tomllib.loads(_FILE.read_text(encoding="utf-8"))["messages"]
    return found


def speaking() -> str:
    """The language in which messages are told."""
    return _language.get() or _preferred.get()


def speak(language: str) -> None:
    """Tell messages in this language from now on, as somebody asked for it; an empty text asks for none."""
    _language.set(language)


def prefer(language: str) -> None:
    """Tell messages in this language where nobody asks for another: a study's own, or the machine's."""
    _preferred.set(language)


def of_machine() -> str:
    """The language of this machine's messages: Chinese where its locale says so.

    Examples
    --------
    >>> of_machine() in ("zh", "en")
    True
    """
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    named = next((os.environ[name] for name in names if os.environ.get(name)), "")
    return "zh" if named.lower().startswith("zh") else "en"
