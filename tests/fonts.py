"""Fonts for the programs that tests start: those of the packages alone, so that nothing measured is the machine's."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from analysis.views.theme import font_folder

LATIN, CHINESE = "STIXGeneral", "Noto Sans SC"
_CONFIG = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<dir>{wheel}</dir><dir>{folder}</dir><cachedir>{folder}/cache</cachedir>
<match><test name="family"><string>Times New Roman</string></test>
<edit name="family" mode="assign" binding="strong"><string>{latin}</string></edit></match>
<match><edit name="family" mode="append" binding="weak"><string>{chinese}</string></edit></match>
</fontconfig>"""


def font_settings() -> Path:
    """A file for FONTCONFIG_FILE: Chinese faces from their wheel, a Latin one like Times New Roman, one for code."""
    return Path(_folder().name) / "fonts.conf"


@cache
def _folder() -> TemporaryDirectory[str]:
    import matplotlib
    from fontTools.ttLib import TTFont

    made = TemporaryDirectory(prefix="fonts-")
    shipped = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    for path in shipped.glob("DejaVuSansMono*.ttf"):
        shutil.copy(path, made.name)
    for path in shipped.glob(f"{LATIN}*.ttf"):
        font = TTFont(path)
        # its letters and digits are as wide as those of Times New Roman; its lines are a third higher, in thousandths
        for table, names in (("hhea", "ascent descent lineGap"), ("OS/2", "sTypoAscender sTypoDescender sTypoLineGap")):
            for name, value in zip(names.split(), (891, -216, 42), strict=True):
                setattr(font[table], name, value)
        font["OS/2"].usWinAscent, font["OS/2"].usWinDescent = 891, 216
        font.save(Path(made.name) / path.name)
    text = _CONFIG.format(wheel=font_folder(), folder=made.name, latin=LATIN, chinese=CHINESE)
    (Path(made.name) / "fonts.conf").write_text(text, encoding="utf-8")
    return made
