"""Messages in the reader's language: written in English where they arise, said in another from `assets/messages.zh.toml`."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

_FILE = Path(__file__).parent / "assets" / "messages.zh.toml"
_COMMAS = {"zh": "、", "en": ", "}
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
    values
        Numbers and names; other messages, labels and errors, which are said in the language of the whole; a tuple of
        names, which are listed.

    Examples
    --------
    >>> told = said("has {seen} cells where the header has {wanted}", seen=3, wanted=11)
    >>> print(told)
    has 3 cells where the header has 11
    >>> print(in_language(told, "zh"))
    有3格，而表头有11格
    """
    english = dict(values)
    for name, one in values.items():
        if type(one) not in (str, int, float):  # which stand as they are; registers tell of many rows
            values[name] = message_of(one) if isinstance(one, BaseException) else one
            english[name] = _worded(values[name], "en")
    return _kept(template.format(**english), template, values)


def message_of(error: BaseException) -> str:
    """What an error says, still to be said in another language where it is ours."""
    first = error.args[0] if error.args else ""
    return first if isinstance(first, Said) else str(error)


def _kept(text: str, template: str, values: Mapping[str, object]) -> Said:
    found = Said(text)
    found.template, found.values = template, values
    return found


def _worded(value: object, language: str) -> object:
    """A value as it is filled in. A text of one word may be a name that the reader has to write: it stays as it is."""
    if isinstance(value, str):
        return in_language(value, language) if isinstance(value, Said) or " " in value else value
    in_both = getattr(value, "of", None)  # a label has its words in both languages
    if callable(in_both):
        return in_both(language)
    if isinstance(value, (list, tuple)):
        return _COMMAS[language].join(
            str(_worded(one, language) if isinstance(one, Said) or not isinstance(one, str) else one) for one in value
        )
    return value


def constant(text: str) -> Said:
    """A message with nothing to fill in, to be part of another even where it is one word."""
    return text if isinstance(text, Said) else _kept(text, text, {})


def in_language(text: str, language: str) -> str:
    """A message in a language; as it is where the catalogue does not have it, as names and numbers."""
    if language == "en" or not text:
        return str(text)
    if isinstance(text, Said) and text.values:
        values = {name: _worded(one, language) for name, one in text.values.items()}
        return catalogue().get(text.template, text.template).format(**values)
    return catalogue().get(text, str(text))


def joined(messages: Iterable[str], mark: str) -> Said:
    """Messages in one line with a mark between them, each of which can still be said in another language.

    Examples
    --------
    >>> in_language(joined(["is not a number", "whole numbers from 0"], "; "), "zh")
    '不是数字；从0起的整数'
    """
    values = {f"part_{number}": one for number, one in enumerate(messages)}
    marks = {"; ": "；", ", ": "，", "; or ": "；或"}
    return said("{mark}".join(f"{{{name}}}" for name in values), mark=_Mark(mark, marks[mark]), **values)


def any_of(names: Iterable[object]) -> Said:
    """Names of which one is to be chosen.

    Examples
    --------
    >>> told = any_of([25, 50, 100])
    >>> print(told, in_language(told, "zh"))
    25, 50 or 100 25、50或100
    """
    return said("{names}", names=_Choice(tuple(map(str, names))))


class _Choice(NamedTuple):
    names: tuple[str, ...]

    def of(self, language: str) -> str:
        comma, last = ("、", "或") if language == "zh" else (", ", " or ")
        return last.join([comma.join(self.names[:-1]), self.names[-1]] if len(self.names) > 1 else self.names)


class _Mark(NamedTuple):
    en: str
    zh: str

    def of(self, language: str) -> str:
        return self.zh if language == "zh" else self.en


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


def each_line(message: str) -> list[str]:
    """The messages that stand under one another in one.

    Examples
    --------
    >>> each_line(lines_of("is not a number", "whole numbers from 0"))
    ['is not a number', 'whole numbers from 0']
    """
    if isinstance(message, Said) and "line_0" in message.values:
        return [str(one) if not isinstance(one, str) else one for one in message.values.values()]
    return [message] if isinstance(message, Said) else message.splitlines()


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
    if isinstance(kept, str):
        return kept
    return said(kept[0], **kept[1]) if kept[1] else constant(kept[0])


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
    """Tell messages in this language where nobody asks for another: a study's own, or the machine's.

    A language that there is none of, which is refused in words, changes nothing.

    Examples
    --------
    >>> before = speaking()
    >>> prefer("fr")
    >>> speaking() == before
    True
    """
    if language in _COMMAS:
        _preferred.set(language)


def of_machine() -> str:
    """The language of the machine's locale, zh or en; en where it has another or none.

    Examples
    --------
    >>> import unittest.mock
    >>> with unittest.mock.patch.dict(os.environ, {"LC_ALL": "", "LC_MESSAGES": "", "LANG": "zh_CN.UTF-8"}):
    ...     of_machine()
    'zh'
    """
    named = next(filter(None, (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return "zh" if named.lower().startswith("zh") else "en"
