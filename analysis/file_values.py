"""Values as a study's files write them: numbers by the one grammar, names on one line, ids in any width."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from analysis.cell_text import (
    DECIMALS,
    GROUPS,
    WHOLE,
    NotANumberError,
    could_be_a_thousand,
    flat,
    number_in,
    one_line,
    text_of,
)
from analysis.quantities import Label

_SHARE = "a number such as 0.8, or a part of a whole such as 4/5"


class Strict(BaseModel):
    """What a file may hold: these fields, and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def number(value: object, allowed: str = DECIMALS) -> object:
    """The number that a text is; what is no text as it is, but for true and false, which are no numbers.

    Raises NotANumberError with what a text is instead.
    """
    if isinstance(value, bool):
        raise NotANumberError("is not a number", allowed)
    if not isinstance(value, str):
        return value
    try:
        return float(number_in(value))
    except NotANumberError as error:
        raise NotANumberError(error.what, allowed) from None


def certain(value: object, allowed: str = GROUPS) -> object:
    """The value, unless its decimal point may stand for a comma. Raises NotANumberError when it may."""
    if isinstance(value, str) and could_be_a_thousand(value):
        raise NotANumberError("could be a thousand or one", allowed)
    return value


def share(value: object) -> Fraction:
    """A share, exactly: a number, or one whole number over another. Raises NotANumberError when it is neither.
    Examples
    --------
    >>> share("4/5"), share(0.8), share("１／3")
    (Fraction(4, 5), Fraction(4, 5), Fraction(1, 3))
    """
    try:
        part, *whole = (Fraction(number_in(text)) for text in text_of(value).replace("／", "/").split("/"))
    except NotANumberError as error:
        raise NotANumberError(error.what, _SHARE) from None
    if isinstance(value, bool) or len(whole) > 1 or 0 in whole:
        raise NotANumberError("is not a number", _SHARE)
    return part / whole[0] if whole else part


def _whole(value: object) -> object:
    if isinstance(value, bool):
        raise NotANumberError("is not a whole number", WHOLE)
    found = number(certain(value), GROUPS)
    if isinstance(value, str) and isinstance(found, float):
        if not found.is_integer():
            raise NotANumberError("is not a whole number", "whole numbers")
        return int(found)
    return found


def _weight(value: object) -> object:
    return number(certain(value, "1,234 for a thousand, 1.2340 for one"))


def _text(change: Callable[[str], str]) -> BeforeValidator:
    return BeforeValidator(lambda value: change(value) if isinstance(value, str) else value)


TO_FILL_IN = ("〔地方〕", "[place]", "〔文件〕", "[document]", "〔区域〕", "[district]")  # what a new study leaves open


def _filled_in(text: str) -> str:
    """A name that somebody has written; a ValueError for one that a new study's files leave open."""
    if any(one in text for one in TO_FILL_IN):
        raise ValueError("is still to be filled in")
    return text


Number = Annotated[float, BeforeValidator(number)]
Whole = Annotated[int, BeforeValidator(_whole)]
Weight = Annotated[float, BeforeValidator(_weight)]  # of which neighbours may be counts
Key = Annotated[str, _text(flat)]  # names something by its id, in whatever width
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.\-]*$", max_length=60), _text(flat)]
OneLine = _text(one_line)  # as papers print it
FilledIn = AfterValidator(_filled_in)
Name = Annotated[str, Field(min_length=1), OneLine, FilledIn]
Word = _text(lambda text: flat(text).casefold())  # one of several words, in whatever width and case


class Named(Strict):
    """A name in both languages, as TOML files give it."""

    zh: Name
    en: Name

    @property
    def label(self) -> Label:
        """The name as a value."""
        return Label(self.zh, self.en)
