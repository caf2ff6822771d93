"""Word and Excel files are zip archives; these make one whose bytes depend on its content alone."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

Content = bytes | Path  # itself, or the file that holds it

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_DENSE = (".png", ".zip")  # compressed already
_MOMENT = (1980, 1, 1, 0, 0, 0)  # the first a zip can hold; says: no time


class Timeless(zipfile.ZipFile):
    """A zip archive for libraries that stamp the hour of writing, which a zip cannot hold before 1980 or after 2107."""

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__(stream, "w", strict_timestamps=False)

    def writestr(self, zinfo_or_arcname: str | zipfile.ZipInfo, *content: Any, **how: Any) -> None:
        """Write a part, as of no time.

        Examples
        --------
        >>> with Timeless(io.BytesIO()) as archive:
        ...     archive.writestr("a", b"1")
        ...     archive.getinfo("a").date_time
        (1980, 1, 1, 0, 0, 0)
        """
        if isinstance(zinfo_or_arcname, str):
            zinfo_or_arcname = zipfile.ZipInfo(zinfo_or_arcname, _MOMENT)
        super().writestr(zinfo_or_arcname, *content, **how)


def unpacked(archive: bytes) -> dict[str, bytes]:
    """The parts of a zip archive by name, in its order."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {entry.filename: opened.read(entry) for entry in opened.infolist()}


def packed(parts: Mapping[str, bytes]) -> bytes:
    """A zip archive of these parts, all of the same moment.

    Examples
    --------
    >>> packed({"a": b"1"}) == packed({"a": b"1"})
    True
    >>> unpacked(packed({"a": b"1"}))
    {'a': b'1'}
    """
    written = io.BytesIO()
    write_archive(written, parts)
    return written.getvalue()


def write_archive(stream: IO[bytes], parts: Mapping[str, Content]) -> None:
    """Write a zip archive of these parts, all of the same moment; files are copied without being read as a whole."""
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(_DENSE) else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            if isinstance(content, bytes):
                archive.writestr(entry, content)
            else:
                with content.open("rb") as source, archive.open(entry, "w", force_zip64=True) as copied:
                    shutil.copyfileobj(source, copied)


def core_properties(title: str, language: str, run: str = "") -> bytes:
    """The part docProps/core.xml: title, language and the run's id, and neither author nor date."""
    from xml.sax.saxutils import escape

    packages = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
    found = f"<dc:identifier>{run}</dc:identifier>" if run else ""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<cp:coreProperties xmlns:cp="{packages}" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(xml_text(title))}</dc:title><dc:language>{language}</dc:language>{found}</cp:coreProperties>"
    ).encode()


def xml_text(text: str) -> str:
    """The text without the control characters that XML 1.0 cannot hold."""
    return _CONTROL.sub("", text)
