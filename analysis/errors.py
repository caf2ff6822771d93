"""What can go wrong, in the reader's words: what is wrong, where, the value seen, what is allowed."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analysis.cell_text import in_codes
from analysis.messages import Said, in_language, speaking


class WorkbookError(ValueError):
    """A fault the user can mend. Its text is the whole message; the command line prints it and exits with 2.

    A notebook shows the message too, and not the code that it came through.
    """

    def told(self, language: str) -> str:
        """The message in a language; its text is in English."""
        return in_language(self.args[0] if self.args else "", language)

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
        return self.told("en")

    def told(self, language: str) -> str:
        """The fault in a language.

        Examples
        --------
        >>> print(Problem("a.csv", "is not a number", "x", "whole numbers from 0").told("zh"))
        a.csv：不是数字；所见“x”；允许：从0起的整数
        """
        where, what, allowed = (in_language(text, language) for text in (self.where, self.what, self.allowed))
        told = in_language(self.seen, language) if isinstance(self.seen, Said) else self.seen
        seen = None if told is None else _shortened(str(told))
        if language == "zh":
            return f"{where}：{what}" + ("" if seen is None else f"；所见“{seen}”") + (allowed and f"；允许：{allowed}")
        return f"{where}: {what}" + ("" if seen is None else f'; seen "{seen}"') + (allowed and f"; allowed: {allowed}")


class DataError(WorkbookError):
    """An input cannot be used. All its problems are told at once, in `problems`; then what can be done without it."""

    def __init__(self, problems: Problem | Iterable[Problem], *, instead: str = "") -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        self.instead = instead
        super().__init__("\n".join([*map(str, self.problems), *filter(None, [instead])]))

    def told(self, language: str) -> str:
        """All its problems in a language, a line each."""
        lines = [problem.told(language) for problem in self.problems]
        return "\n".join([*lines, *filter(None, [in_language(self.instead, language)])])


def one_of(names: Sequence[str], *, seen: str = "", most: int = 12) -> str:
    """What is allowed, as words: the nearest name first where there is one.

    Examples
    --------
    >>> one_of(["docx", "html", "pdf"], seen="dox")
    'docx, html, pdf (did you mean docx?)'
    """
    near = difflib.get_close_matches(seen, names, n=1)
    listed = ", ".join(names[:most]) + (f" … ({len(names)} in all)" if len(names) > most else "")
    return listed + (f" (did you mean {near[0]}?)" if near else "")


def among(value: str, names: Iterable[str], *, what: str) -> str:
    """A word, if it is one of those allowed.

    Raises
    ------
    ParameterError
        When it is not, with those that are.

    Examples
    --------
    >>> among("yes", ("yes", "no"), what="union")
    'yes'
    """
    known = list(names)
    if value not in known:
        raise ParameterError(f'{what}: "{value}"; allowed: {one_of(known, seen=str(value), most=30)}')
    return value


def reason_of(error: Exception) -> str:
    """Why the system or a reader of a format refused, without what only a programmer reads.

    Examples
    --------
    >>> reason_of(FileNotFoundError(2, "No such file or directory"))
    'No such file or directory'
    """
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def _shortened(text: str, most: int = 80) -> str:
    flat = in_codes(" ".join(text.split()))
    return flat if len(flat) <= most else flat[: most - 1] + "…"
