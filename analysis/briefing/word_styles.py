"""The reference document for Word: page, type and rules in the manner of GB/T 9704-2012, or of a plain English report.

Sizes and margins are those of the standard: A4, margins 37, 35, 28 and 26 mm, title in size 2 (22 pt), body in
size 3 (16 pt) with a two-character indent, headings in 黑体 and 楷体, page number between dashes on the outer side.
A sheet has to have one page, whatever fonts a machine has: narrower margins, a smaller head.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from xml.sax.saxutils import quoteattr

from analysis.briefing.archive import packed, unpacked
from analysis.quantities import Language
from analysis.views.blocks import Page

_SIDES = ("top", "right", "bottom", "left")
MARGINS_MM: Mapping[Page, tuple[int, int, int, int]] = {"paper": (37, 26, 35, 28), "sheet": (18, 20, 22, 20)}
_FROM_EDGE: Mapping[Page, int] = {"paper": 1418, "sheet": 624}  # twentieths of a point from the edge
_SMALLER = {"Title": 16.0, "Subtitle": 12.0, "Footer": 9.0}  # on a sheet

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer"
_FOOTER = "application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"
_LATIN = "Times New Roman"
# A face that a machine lacks is replaced by the next: Word reads this from the font table.
_FALLBACKS = {
    "方正小标宋简体": "宋体",
    "仿宋_GB2312": "仿宋,FangSong",
    "楷体_GB2312": "楷体,KaiTi",
    "黑体": "SimHei",
    "宋体": "SimSun",
}


@dataclass(frozen=True)
class Style:
    """A paragraph style. Sizes and spaces in points; `indent` in characters of its own size, first line only."""

    id: str
    name: str
    face: str = ""
    size: float = 0
    based_on: str = "Normal"
    bold: bool = False
    align: str = ""
    before: float = 0
    after: float = 0
    line: float = 0  # exact; 0 for single
    indent: int = 0
    level: int = 0  # of the outline, for headings
    keep: bool = False  # with the next paragraph
    rule: str = ""  # sides with a rule


def styles(language: Language, page: Page = "paper") -> tuple[Style, ...]:
    """The paragraph styles of one language's paper, under the names that pandoc gives its paragraphs."""
    made = _styles(language)
    return made if page == "paper" else tuple(replace(one, size=_SMALLER.get(one.id, one.size)) for one in made)


def _styles(language: Language) -> tuple[Style, ...]:
    zh = language == "zh"
    title, body, black, kai, small = (
        ("方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体") if zh else (_LATIN,) * 5
    )
    size, line = (16.0, 29.0) if zh else (11.5, 16.0)
    indent, bold, table = (2, False, 10.5) if zh else (0, True, 10.0)
    space = 0.0 if zh else 7.0
    return (
        Style("BodyText", "Body Text", body, size, align="both", after=space, line=line, indent=indent),
        Style("FirstParagraph", "First Paragraph", based_on="BodyText", after=space, line=line, indent=indent),
        Style("Compact", "Compact", body, size, align="both", after=space / 2, line=line),
        # an abstract, a size below the text: it has to leave page one room for the ladder of bases
        Style("Lead", "Lead", kai, 14 if zh else size, align="both", after=2 if zh else 6,
              line=22 if zh else line, indent=indent),
        Style("Note", "Note", small, 9, align="left", before=4, after=8),
        Style("Gap", "Gap", line=9),
        Style("Title", "Title", title, 22 if zh else 20, bold=bold, align="center", after=6 if zh else 10, keep=True),
        Style("Subtitle", "Subtitle", kai, size, align="center", after=6 if zh else 10),
        Style("Details", "Details", small, table, align="left", after=1, rule="top bottom"),
        Style("Heading1", "heading 1", black, 16 if zh else 14, "Normal", bold, "left",
              8 if zh else 14, 4 if zh else 6, line if zh else 0, indent, 1, True),
        Style("Heading2", "heading 2", kai, 16 if zh else 12, "Normal", bold, "left", 8, 4, line if zh else 0,
              indent, 2, True),
        Style("Caption", "caption", black, table, bold=bold, align="center", before=10, after=4),
        Style("TableCaption", "Table Caption", based_on="Caption", before=10, after=4, keep=True),
        Style("ImageCaption", "Image Caption", based_on="Caption", before=4, after=2, keep=True),
        Style("ImageCaptionAlone", "Image Caption Alone", based_on="Caption", before=4, after=8),
        Style("Picture", "Picture", align="center", before=10, keep=True),
        Style("TableText", "Table Text", small, table, before=2, after=2),
        Style("TableTextSmall", "Table Text Small", small, 9 if zh else 8.5, before=2, after=2),
        Style("Footer", "footer", small, 14 if zh else 10),
    )  # fmt: skip


def text_width_mm(page: Page) -> int:
    """The width of the text on a page of A4.

    Examples
    --------
    >>> text_width_mm("paper"), text_width_mm("sheet")
    (156, 170)
    """
    _, right, _, left = MARGINS_MM[page]
    return 210 - left - right


@cache
def reference(language: Language, page: Page) -> bytes:
    """The reference document: pandoc's own, with page, styles, fonts and footers of this house."""
    parts = unpacked(_pandocs_own())
    sides = [("default", "right"), ("even", "left")] if language == "zh" else [("default", "center")]
    footers = {f"footer{number}.xml": side for number, side in enumerate(sides, start=1)}
    parts |= {f"word/{name}": _footer(align, language).encode() for name, (_, align) in footers.items()}
    parts["word/styles.xml"] = _styles_part(language, page).encode()
    parts["word/fontTable.xml"] = _font_table().encode()
    parts["word/document.xml"] = _document_part([kind for kind, _ in sides], page).encode()
    for part, before, added in (
        ("[Content_Types].xml", "</Types>", _overrides(footers)),
        ("word/_rels/document.xml.rels", "</Relationships>", _relations(footers)),
        ("word/settings.xml", "<w:characterSpacingControl", "<w:evenAndOddHeaders/>" if len(sides) > 1 else ""),
    ):
        parts[part] = parts[part].decode().replace(before, added + before, 1).encode()
    return packed(parts)


@cache
def environment() -> dict[str, str]:
    """In which pandoc runs: at the first moment that a zip can hold, whatever the clock says."""
    return os.environ | {"SOURCE_DATE_EPOCH": "315532800"}


def _pandocs_own() -> bytes:
    import pypandoc

    command = [pypandoc.get_pandoc_path(), "--print-default-data-file", "reference.docx"]
    return subprocess.run(command, env=environment(), capture_output=True, check=True).stdout


def _styles_part(language: Language, page: Page) -> str:
    # Latin text is English in both papers: as Chinese, its numbers would break between any two digits
    default = "仿宋_GB2312" if language == "zh" else "宋体"
    defaults = (
        f"<w:docDefaults><w:rPrDefault><w:rPr>{_faces(default)}<w:sz w:val='24'/><w:szCs w:val='24'/>"
        "<w:lang w:val='en-GB' w:eastAsia='zh-CN' w:bidi='ar-SA'/></w:rPr></w:rPrDefault>"
        "<w:pPrDefault><w:pPr><w:spacing w:after='0'/></w:pPr></w:pPrDefault></w:docDefaults>"
    )
    normal = (
        "<w:style w:type='paragraph' w:default='1' w:styleId='Normal'><w:name w:val='Normal'/><w:qFormat/></w:style>"
    )
    made = "".join(_style(style) for style in styles(language, page))
    return f"<?xml version='1.0' encoding='UTF-8' standalone='yes'?><w:styles {_W}>{defaults}{normal}{made}{_OTHERS}</w:styles>"


# Numbers are links to the annex: quiet, in the colour of the text.
_OTHERS = (
    "<w:style w:type='character' w:default='1' w:styleId='DefaultParagraphFont'>"
    "<w:name w:val='Default Paragraph Font'/></w:style>"
    "<w:style w:type='character' w:styleId='Hyperlink'><w:name w:val='Hyperlink'/>"
    "<w:rPr><w:color w:val='auto'/><w:u w:val='none'/></w:rPr></w:style>"
    "<w:style w:type='table' w:default='1' w:styleId='TableNormal'><w:name w:val='Normal Table'/><w:tblPr>"
    "<w:tblInd w:w='0' w:type='dxa'/><w:tblCellMar><w:left w:w='60' w:type='dxa'/><w:right w:w='60' w:type='dxa'/>"
    "</w:tblCellMar></w:tblPr></w:style>"
    "<w:style w:type='table' w:styleId='Table'><w:name w:val='Table'/><w:basedOn w:val='TableNormal'/><w:qFormat/>"
    "<w:tblPr><w:jc w:val='center'/><w:tblBorders><w:top w:val='single' w:sz='12' w:space='0' w:color='auto'/>"
    "<w:bottom w:val='single' w:sz='12' w:space='0' w:color='auto'/></w:tblBorders></w:tblPr>"
    "<w:tblStylePr w:type='firstRow'><w:rPr><w:b/></w:rPr><w:tcPr><w:tcBorders>"
    "<w:bottom w:val='single' w:sz='6' w:space='0' w:color='auto'/></w:tcBorders></w:tcPr></w:tblStylePr></w:style>"
)


def _style(style: Style) -> str:
    keep = "<w:keepNext/>" if style.keep else ""
    edges = "".join(f"<w:{side} w:val='single' w:sz='6' w:space='4' w:color='auto'/>" for side in style.rule.split())
    exact = f" w:line='{style.line * 20:.0f}' w:lineRule='exact'" if style.line else " w:line='240' w:lineRule='auto'"
    spacing = f"<w:spacing w:before='{style.before * 20:.0f}' w:after='{style.after * 20:.0f}'{exact}/>"
    indent = f"<w:ind w:firstLineChars='{style.indent * 100}' w:firstLine='{style.indent * style.size * 20:.0f}'/>"
    indent = indent if style.size else ""
    align = f"<w:jc w:val='{style.align}'/>" if style.align else ""
    outline = f"<w:outlineLvl w:val='{style.level - 1}'/>" if style.level else ""
    face = _faces(style.face) if style.face else ""
    bold = "<w:b/>" if style.bold else ""
    size = f"<w:sz w:val='{style.size * 2:.0f}'/><w:szCs w:val='{style.size * 2:.0f}'/>" if style.size else ""
    border = f"<w:pBdr>{edges}</w:pBdr>" if edges else ""
    return (
        f"<w:style w:type='paragraph' w:styleId='{style.id}'><w:name w:val='{style.name}'/>"
        f"<w:basedOn w:val='{style.based_on}'/><w:qFormat/>"
        f"<w:pPr>{keep}{border}{spacing}{indent}{align}{outline}</w:pPr><w:rPr>{face}{bold}{size}</w:rPr></w:style>"
    )


def _faces(east: str) -> str:
    return f"<w:rFonts w:ascii='{_LATIN}' w:hAnsi='{_LATIN}' w:eastAsia='{east}' w:cs='{_LATIN}'/>"


def _font_table() -> str:
    fonts = "".join(
        f"<w:font w:name={quoteattr(name)}><w:altName w:val={quoteattr(others)}/></w:font>"
        for name, others in _FALLBACKS.items()
    )
    return f"<?xml version='1.0' encoding='UTF-8' standalone='yes'?><w:fonts {_W}>{fonts}</w:fonts>"


def _footer(align: str, language: Language) -> str:
    dash = "<w:r><w:t xml:space='preserve'>{}</w:t></w:r>" if language == "zh" else ""
    # one character off the edge of the text, as the standard has it
    indent = "<w:ind w:leftChars='100' w:rightChars='100' w:left='280' w:right='280'/>" if language == "zh" else ""
    field = "".join(
        f"<w:r>{inner}</w:r>"
        for inner in (
            "<w:fldChar w:fldCharType='begin'/>",
            "<w:instrText xml:space='preserve'> PAGE </w:instrText>",
            "<w:fldChar w:fldCharType='separate'/>",
            "<w:t>1</w:t>",
            "<w:fldChar w:fldCharType='end'/>",
        )
    )
    return (
        f"<?xml version='1.0' encoding='UTF-8' standalone='yes'?><w:ftr {_W}><w:p><w:pPr><w:pStyle w:val='Footer'/>"
        f"{indent}<w:jc w:val='{align}'/></w:pPr>{dash.format('— ')}{field}{dash.format(' —')}</w:p></w:ftr>"
    )


def _document_part(footers: list[str], page: Page) -> str:
    references = "".join(
        f"<w:footerReference w:type='{kind}' r:id='rIdFooter{number}'/>" for number, kind in enumerate(footers, start=1)
    )
    margin = {side: round(mm * 1440 / 25.4) for side, mm in zip(_SIDES, MARGINS_MM[page], strict=True)}
    margin |= {"header": 851, "footer": _FROM_EDGE[page], "gutter": 0}
    edges = " ".join(f"w:{side}='{twips}'" for side, twips in margin.items())
    return (
        f"<?xml version='1.0' encoding='UTF-8' standalone='yes'?><w:document {_W} {_R}><w:body><w:p/>"
        f"<w:sectPr>{references}<w:pgSz w:w='11906' w:h='16838'/>"
        f"<w:pgMar {edges}/></w:sectPr></w:body></w:document>"
    )


def _overrides(footers: dict[str, tuple[str, str]]) -> str:
    return "".join(f'<Override PartName="/word/{name}" ContentType="{_FOOTER}" />' for name in footers)


def _relations(footers: dict[str, tuple[str, str]]) -> str:
    return "".join(
        f'<Relationship Type="{_RELATION}" Id="rIdFooter{number}" Target="{name}" />'
        for number, name in enumerate(footers, start=1)
    )
