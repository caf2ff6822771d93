"""Typst with the fonts of this house: looked up once, whatever is set afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from typing import Any


def compiled(files: Mapping[str, bytes], **options: Any) -> Any:
    """What typst makes of files, `main.typ` among them, with no fonts but those of the packages.

    Raises
    ------
    typst.TypstError
        When they cannot be set.
    """
    import typst

    # typst's stubs know one file, typst itself a mapping of several
    given: Any = dict(files)
    return typst.compile(given, font_paths=fonts(), **options)


def picture_file(svg: str) -> str:
    """What a picture's file is called among those that are set: the same picture has the same name in every document.

    Examples
    --------
    >>> picture_file("<svg/>")
    'd4dc56669143034f.svg'
    """
    return f"{sha256(svg.encode()).hexdigest()[:16]}.svg"


@cache
def fonts() -> Any:
    """The fonts that come with the packages; the machine's own would make papers differ from one to the next."""
    import pylopdf_fonts_zh_cn
    import typst

    return typst.Fonts(include_system_fonts=False, font_paths=[str(path) for path in pylopdf_fonts_zh_cn.__path__])
