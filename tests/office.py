"""LibreOffice where a machine has it, with fonts, settings and a language of the tests' own."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.fonts import font_settings

OFFICE = shutil.which("soffice")


def has_office(part: str) -> bool:
    """Whether LibreOffice is here with a part of it, `writer` or `calc`: each may be installed without the other."""
    return OFFICE is not None and Path(OFFICE).resolve().with_name(f"s{part}").exists()


def needs_office(part: str) -> pytest.MarkDecorator:
    """Leave a test out where there is no LibreOffice with that part."""
    reason = f"no LibreOffice {part} on this machine (Debian: apt-get install libreoffice-{part})"
    return pytest.mark.skipif(not has_office(part), reason=reason)


def converted(paths: Iterable[Path], folder: Path, *, to: str) -> None:
    """Each file opened in LibreOffice and saved in a folder in another format, as its ending says."""
    assert OFFICE is not None
    own = {"FONTCONFIG_FILE": str(font_settings()), "LC_ALL": "C.UTF-8", "SAL_USE_VCLPLUGIN": "svp"}
    with TemporaryDirectory() as profile:
        asked = [OFFICE, f"-env:UserInstallation={Path(profile).as_uri()}", "--headless", "--convert-to", to]
        command = [*asked, "--outdir", str(folder), *map(str, paths)]
        subprocess.run(command, check=True, capture_output=True, timeout=300, env=os.environ | own)
