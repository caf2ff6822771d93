"""A paper to try the writers on: every kind of block, both languages, numbers of every status."""

from __future__ import annotations

from functools import cache

from analysis.ledger import Claim, Ledger
from analysis.quantities import Label, Language, Quantity, Rate, Status
from analysis.views.blocks import LEDGER, Column, Figure, Heading, Inlines, Paragraph, Section, Table, Title
from analysis.views.wording import claim, derivation, fill, status_word

HOSTILE = (
    "<script>alert(1)</script>",
    "#set page(width: 1cm)",
    "[x](y)",
    "*b* _c_ $x$ `d` @e",
    "=1+1",
    "</w:t><w:br/>",
    '</style> & "q" \\n',
)

_UNITS = {
    "张家港市": "Zhangjiagang", "常熟市": "Changshu", "太仓市": "Taicang", "昆山市": "Kunshan", "吴江市": "Wujiang",
    "吴中区": "Wuzhong", "相城区": "Xiangcheng", "沧浪区": "Canglang", "平江区": "Pingjiang", "金阊区": "Jinchang",
    "工业园区": "Industrial Park", "高新区": "New District",
}  # fmt: skip
_COLUMNS = {
    "开业": "Operating", "私营": "Private", "外资": "Foreign", "个体": "Individual", "有党员": "With members",
    "建组织": "Covered", "指导员": "Instructed",
}  # fmt: skip


def quantity(value: float, name: Label, status: Status = Status.PUBLISHED, *, unit: str = "enterprises") -> Quantity:
    """A leaf that stands somewhere."""
    return Quantity(value, unit, status, name, address=f"figure:{name.en.lower()}", locator="minutes, paragraph 3")


COVERED = quantity(10547, Label("已建组织覆盖企业", "covered by an organisation"))
OPERATING = quantity(252963, Label("实际开业企业", "operating"))
ASSUMED = quantity(0.3333, Label("三分之一的读法", "reading of one third"), Status.ASSUMED, unit="organisations")
SIMULATED = quantity(1345, Label("五好组织", "five-good organisations"), Status.SIMULATED, unit="organisations")
RATE = Rate(COVERED, OPERATING, Label("实际开业企业", "operating enterprises"))


@cache
def paper(language: Language, *, name: str = "") -> tuple[Section, ...]:
    """The sample; `name` takes the place of the first district's name."""
    body = (
        Section("title", language, _head(language)),
        Section("coverage", language, _coverage(language)),
        Section("districts", language, (_districts(language, name), _figure(language))),
    )
    return (*body, annex(body, language))


def annex(body: tuple[Section, ...], language: Language) -> Section:
    """The table that explains each number."""
    label = Label
    columns = tuple(
        Column(text.of(language), align, width)
        for text, align, width in (
            (label("编号", "No."), "left", 1.0),
            (label("所印数字", "As printed"), "right", 1.6),
            (label("状态", "Status"), "left", 1.2),
            (label("推导", "Derivation"), "left", 6.0),
        )
    )
    ledger = Ledger.of(found for section in body for found in section.claims())
    rows = tuple(
        (
            (number,),
            (found,),
            (status_word(found.status, language),),
            (f"{found.quantity.label.of(language)}: {derivation(found.quantity, language)}",),
        )
        for number, found in ledger.numbered().items()
    )
    title = Label("本文数字的来源", "Where each number comes from").of(language)
    table = Table(LEDGER, title, columns, rows, size="small")
    heading = Heading(Label("附件：数字清单", "Annex: the numbers").of(language), numbered=False)
    return Section("annex", language, (heading, table))


def _head(language: Language) -> tuple[Title | Paragraph | Heading, ...]:
    text = Label(
        "实际开业的{operating}家企业中，党组织覆盖{covered}家，即{rate}。",
        "Of {operating} operating enterprises, organisations cover {covered}, that is {rate}. ",
    )
    lead = fill(text, {"operating": OPERATING, "covered": COVERED, "rate": RATE}, language)
    if language == "zh":
        title = Title(
            "苏州市非公有制企业党的组织覆盖情况简报",
            "二〇〇三年末",
            (("地区", "苏州市"), ("时点", "2003年末"), ("数据", "已公布数字与合成名册")),
        )
    else:
        title = Title(
            "Coverage by party organisations of Suzhou's non-public enterprises",
            "End of 2003",
            (("Place", "Suzhou"), ("As of", "end of 2003"), ("Data", "published figures and a synthetic register")),
        )
    return (
        title,
        Paragraph(lead, "lead"),
        Heading(Label("谁被覆盖，占多少", "Who is covered, of how many").of(language)),
    )


def _coverage(language: Language) -> tuple[Paragraph | Heading | Table, ...]:
    uncovered = (OPERATING - COVERED).named(Label("未覆盖企业", "not covered"))
    values = {"uncovered": uncovered, "simulated": SIMULATED, "assumed": ASSUMED, "rate": RATE}
    text = Label(
        "尚未覆盖的有{uncovered}家。按{assumed:2}的读法，三年后五好党组织应达到{simulated}个。同一组织数对不同的基数给出不同的比例，因此每个比例都与它的基数一起说出：{rate}。",
        "Not yet covered are {uncovered}. Under the reading {assumed:2}, five-good organisations number {simulated} "
        "after three years. "
        "The same count gives different rates over different bases, so each rate is said with its base: {rate}.",
    )
    item = Label("对实际开业企业：{rate}；", "of operating enterprises: {rate};")
    note = Label("注：覆盖按企业计，不重复。", "Note: covered counts distinct enterprises.")
    return (
        Paragraph(fill(text, values, language)),
        Paragraph(fill(item, values, language), "item"),
        Paragraph(fill(item, values, language), "item"),
        Paragraph((note.of(language),), "note"),
        Heading(Label("各级基数", "The ladder of bases").of(language), level=2),
        Paragraph(fill(text, values, language)),
        _ladder(language),
        Heading(Label("分县级市、区", "By district").of(language)),
        Paragraph(fill(text, values, language)),
    )


def _ladder(language: Language) -> Table:
    names = Label("基数", "Base"), Label("企业数", "Enterprises"), Label("覆盖率", "Coverage")
    columns = (Column(names[0].of(language), "left", 2), *(Column(name.of(language)) for name in names[1:]))
    bases = {"登记企业": ("registered enterprises", 289513), "实际开业企业": ("operating enterprises", 252963)}
    bases |= {"私营和外资企业": ("private and foreign enterprises", 63690)}
    rows: list[tuple[Inlines, ...]] = []
    for zh, (en, value) in bases.items():
        base = quantity(value, Label(zh, en))
        rate = Rate(COVERED, base, Label(zh, en)).share
        rows.append(((Label(zh, en).of(language),), (claim(base, language),), (claim(rate, language),)))
    note = (
        Label("注：分子均为", "Note: the numerator is always ").of(language),
        claim(COVERED, language),
        "。" if language == "zh" else ".",
    )
    return Table(
        "ladder",
        Label("同一分子对不同基数的覆盖率", "One numerator over three bases").of(language),
        columns,
        tuple(rows),
        note,
    )


def _districts(language: Language, name: str) -> Table:
    columns = (
        Column(Label("县级市、区", "District").of(language), "left", 1.8),
        *(Column(Label(zh, en).of(language)) for zh, en in _COLUMNS.items()),
        Column(Label("覆盖率", "Coverage").of(language)),
    )
    rows = [_district(place, language, [1009 * (row + 2) // (column + 1) + 37 * row for column in range(len(_COLUMNS))])
            for row, place in enumerate(_UNITS)]  # fmt: skip
    if name:
        rows[0] = ((name,), *rows[0][1:])
    total = _district("合计", language, [1009 * 90 // (column + 1) for column in range(len(_COLUMNS))])
    title = Label("各县级市、区的企业与覆盖", "Enterprises and coverage by district").of(language)
    note = (Label("注：† 合成的名册，不是实际数。", "Note: † from a synthetic register, not a count.").of(language),)
    return Table("districts", title + name, columns, (*rows, total), note, total_rows=1, size="small")


def _district(place: str, language: Language, values: list[int]) -> tuple[Inlines, ...]:
    name = Label(place, _UNITS.get(place, "Total"))
    counts = [
        quantity(value, Label(f"{place}{zh}", f"{name.en} {en.lower()}"), Status.SYNTHETIC)
        for (zh, en), value in zip(_COLUMNS.items(), values, strict=True)
    ]
    rate = Rate(counts[5], counts[0], Label("实际开业企业", "operating enterprises")).share
    return ((name.of(language),), *((claim(count, language),) for count in (*counts, rate)))


@cache
def _figure(language: Language) -> Figure:
    import pylopdf_fonts_zh_cn as fonts
    import vl_convert as vlc

    vlc.register_font_directory(str(fonts.__path__[0]))
    places = [*(_UNITS if language == "zh" else _UNITS.values())]
    chart = {
        "width": 420,
        "height": 260,
        "config": {"font": "Noto Sans SC"},
        "data": {"values": [{"place": place, "share": 3 + row} for row, place in enumerate(places)]},
        "mark": {"type": "bar", "clip": True},
        "encoding": {
            "x": {"field": "share", "type": "quantitative"},
            "y": {"field": "place", "type": "nominal", "sort": None, "title": None},
        },
    }
    claims: tuple[Claim, ...] = (claim(RATE.share, language), claim(SIMULATED, language))
    title = Label("各县级市、区的覆盖率", "Coverage by district").of(language)
    text = Label("条形图：十二个县级市、区的覆盖率，自3%至14%。", "Bars: coverage of twelve districts, from 3% to 14%.")
    note = (Label("注：示意。", "Note: a sample.").of(language),)
    return Figure("bars", title, vlc.vegalite_to_svg(chart), text.of(language), claims, note, width=0.85)
