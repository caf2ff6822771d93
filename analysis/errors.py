"""What can go wrong, in the reader's words: what is wrong, where, the value seen, what is allowed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analysis.cell_text import in_codes
from analysis.messages import Said, constant, in_language, lines_of, message_of, said, speaking


class WorkbookError(ValueError):
    """A fault the user can mend. Its text is the whole message; the command line prints it and exits with 2.

    A notebook shows the message too, and not the code that it came through.
    """

    @property
    def message(self) -> str:
        """The whole message, of which others can be made."""
        return message_of(self)

    def told(self, language: str) -> str:
        """The message in a language; its text is in English."""
        return in_language(self.message, language)

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a traceback."""
        return [self.told(speaking())]


class ParameterError(WorkbookError):
    """A parameter of a run is unknown, of the wrong type or out of its range."""


class ConsistencyError(WorkbookError):
    """Figures contradict one another, so that what was asked for cannot exist."""


class WithheldError(WorkbookError):
    """A number that is needed may not be published, nor what is computed from it."""


class SolverError(WorkbookError):
    """A program that always has an answer was not solved: its numbers are too large, or too far apart, to compute with."""


class NotInDataError(WorkbookError):
    """A number that is needed was neither published nor counted, and nothing is computed from it.

    Parameters
    ----------
    attributes
        What the register does not say of its enterprises, by our names for columns; none where there is no register.
    """

    def __init__(self, message: str, attributes: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.attributes = tuple(attributes)


class UntracedError(WorkbookError):
    """A paper would print a number that nobody can trace."""


class OutputError(WorkbookError):
    """A result could not be written. Nothing of it was left behind."""


@dataclass(frozen=True)
class Problem:
    """One fault of an input, with its place.

    Examples
    --------
    >>> print(Problem("published.csv, line 3, value", "is not a number", "58,1x9", "digits, for example 58199"))
    published.csv, line 3, value: is not a number; seen "58,1x9"; allowed: digits, for example 58199
    """

    where: str
    what: str
    seen: object = None
    allowed: str = ""

    def __str__(self) -> str:
        return str(self.message)

    @property
    def message(self) -> Said:
        """The fault as one message, which other messages can be made of."""
        seen = self.seen if isinstance(self.seen, Said) or self.seen is None else _shortened(str(self.seen))
        template = _TEMPLATES[seen is not None, bool(self.allowed)]
        return said(
            template, where=_message(self.where), what=_message(self.what), seen=seen, allowed=_message(self.allowed)
        )

    def told(self, language: str) -> str:
        """The fault in a language.

        Examples
        --------
        >>> print(Problem("a.csv", "is not a number", "x", "whole numbers from 0").told("zh"))
        a.csv：不是数字；所见“x”；允许：从0起的整数
        """
        return in_language(self.message, language)


def inside(place: str, *fields: str) -> str:
    """A place within another: a key of a file, a field of a row."""
    for field in fields:
        place = said("{place}, {field}", place=place, field=field)
    return place


_TEMPLATES = {  # by whether a value was seen, and whether something is allowed
    (False, False): "{where}: {what}",
    (True, False): '{where}: {what}; seen "{seen}"',
    (False, True): "{where}: {what}; allowed: {allowed}",
    (True, True): '{where}: {what}; seen "{seen}"; allowed: {allowed}',
}


def _message(text: str) -> Said:
    """A text that is said as a whole, whether or not it is one word."""
    return text if isinstance(text, Said) else constant(text)


class DataError(WorkbookError):
    """An input cannot be used. All its problems are told at once, in `problems`; then what can be done without it."""

    def __init__(self, problems: Problem | Iterable[Problem], *, instead: str = "") -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        self.instead = instead
        super().__init__(lines_of(*(problem.message for problem in self.problems), *filter(None, [instead])))


def one_of(names: Sequence[str], *, seen: str = "", most: int = 12) -> str:
    """What is allowed, as words: the nearest name first where there is one.

    Examples
    --------
    >>> one_of(["docx", "html", "pdf"], seen="dox")
    'docx, html, pdf (did you mean docx?)'
    """
    near = difflib.get_close_matches(seen, names, n=1)
    shown = tuple(map(str, names[:most]))
    listed = said("{names}", names=shown)
    if len(names) > most:
        listed = said("{shown} … ({number} in all)", shown=shown, number=len(names))
    return said("{names} (did you mean {near}?)", names=listed, near=near[0]) if near else listed


def among(value: str, names: Iterable[str], *, what: str) -> str:
    """A word, if it is one of those allowed. Raises ParameterError when it is not, with those that are.
    Examples
    --------
    >>> among("yes", ("yes", "no"), what="union")
    'yes'
    """
    known = list(names)
    if value not in known:
        raise ParameterError(
            said(
                '{what}: "{value}"; allowed: {allowed}',
                what=what,
                value=value,
                allowed=one_of(known, seen=str(value), most=30),
            )
        )
    return value


def reason_of(error: Exception) -> str:
    """Why the system or a reader of a format refused, without what only a programmer reads.

    Examples
    --------
    >>> reason_of(FileNotFoundError(2, "No such file or directory"))
    'No such file or directory'
    >>> print(in_language(reason_of(ValueError("Invalid value (at line 3, column 1)")), "zh"))
    第3行第1列：值不合格式
    """
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if isinstance(error, UnicodeDecodeError):
        return constant("the text is not in UTF-8")
    told = message_of(error)
    for template, pattern in _PLACES.items():
        if (found := pattern.fullmatch(told)) is not None:
            return said(template, **found.groupdict())
    return told


_PLACES = {  # how readers of TOML and JSON say where a fault is
    "{fault} (at line {line}, column {column})": re.compile(
        r"(?P<fault>.+) \(at line (?P<line>\d+), column (?P<column>\d+)\)"
    ),
    "{fault} (at end of document)": re.compile(r"(?P<fault>.+) \(at end of document\)"),
    "{fault}: line {line} column {column} (char {position})": re.compile(
        r"(?P<fault>.+): line (?P<line>\d+) column (?P<column>\d+) \(char (?P<position>\d+)\)"
    ),
}


def _shortened(text: str, most: int = 80) -> str:
    flat = in_codes(" ".join(text.split()))
    return flat if len(flat) <= most else flat[: most - 1] + "…"
