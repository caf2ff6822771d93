"""The words of the live page: the finding, what is chosen, and each chart's title, hint and text alternative."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from analysis.coverage.answers import COVERED, Answer
from analysis.coverage.lookup import Board, Shares
from analysis.coverage.selection import Selection, kind_label, place_label
from analysis.quantities import Label, Language, Quantity, Rate, Status
from analysis.views.blocks import Inlines
from analysis.views.live_screen import Row, Screen
from analysis.views.live_shares import upper_in
from analysis.views.wording import WITHHELD, Slot, capital, fill, not_in_data, number, plain

TITLES: Mapping[str, Label] = {
    "map": Label("在哪里：各区域的覆盖率", "Where: coverage by district"),
    "bars": Label("哪里高、哪里低", "Which districts lead and which trail"),
    "townships": Label("区域之内：各乡镇街道", "Inside the district: its townships"),
    "bands": Label("哪类、多大：类别与职工人数", "Which kind, what size: category by number of staff"),
    "ladder": Label("占多少家：不同的基数", "Out of how many: the ladder of bases"),
    "cascade": Label("在哪一级减少：逐级覆盖", "Where they are lost: step by step"),
    "gaps": Label("离目标多远", "How far from the targets"),
}
HINTS: Mapping[str, Label] = {
    "map": Label(
        "颜色越深覆盖率越高，由浅至深为0至{upper}；位置大致按方位",
        "the darker, the higher, from 0 to {upper}; each roughly where it lies",
    ),
    "bars": Label("虚线为{place}全部区域，{rate}", "dashed line: all of {place}, {rate}"),
    "townships": Label("虚线为{place}全部区域，{rate}", "dashed line: all of {place}, {rate}"),
    "bands": Label(
        "由浅至深为0至{upper}；点选一格，从该规模起往上筛选",
        "from 0 to {upper}; click a cell to select its category, from that size up",
    ),
    "ladder": Label("深色为党组织覆盖的企业{whole}", "dark: covered by an organisation{whole}"),
    "cascade": Label("各占第一级的比例；各级并不层层包含", "each as a share of the first; the steps do not nest"),
    "gaps": Label("圆点为现状，菱形为各种读法所要求", "dot: today; diamonds: what each reading asks for"),
}
_OF_ORGANISATIONS = ("map", "bars", "townships", "bands", "ladder")
NOTHING_CHOSEN = Label(
    "点选图中的区域、类别或规模即可筛选，按住 Shift 加选。",
    "Click a district, a category or a size to select it; Shift-click adds.",
)
ABSENT = Label("边界文件中没有：", "not in the boundaries: ")
NAMES_JOINED = Label("、", ", ")
CUT = Label("；列出首尾共{shown}个，全部{all}个", "; {shown} of {all} shown, from both ends")
ONLY_WHOLE = Label("；工商注册数只有全部区域的", "; those registered are known for the whole place alone")
WITHHOLDING = Label(
    "“{sign}”代替本研究的简报不予公布、或不清点的数：此处所示的数，都与简报的数一并经过审核；滑块停在简报清点的各档。",
    "{sign} stands for what papers on this study withhold, or do not count: what is shown here was audited with their counts. "
    "The sliders stop where papers count.",
)
SYNTHETIC = Label(
    "{mark} 合成：与公布的总数一致，但不是事实，不能引用。无标记的数字为已公布或由公布数推算。",
    "{mark} synthetic: agrees with the published totals but is no fact, not to be quoted. No mark: published, or follows from "
    "it.",
)
RAW = Label(
    "未经保护的清点数：只供可以查阅登记簿的人使用，不得外传。",
    "Counts without protection: for those who may read the register, and not to be passed on.",
)
ONE_DISTRICT = Label("选一个区域，即可看到其中各乡镇街道。", "Choose one district to see its townships.")
UNAUDITED = Label(
    "简报不公布乡镇街道的数，未经审核；可以查阅登记簿的人请用 study.explore(every_step=True)。",
    "No paper prints counts of townships, so they were not audited; who may read the register asks for "
    "study.explore(every_step=True).",
)
NO_TARGETS = Label("这项研究没有可以衡量的目标。", "This study has no targets that are measured.")
EMPTY = Label("所选范围内没有企业。", "No enterprise is in this selection.")


def finding(screen: Screen, found: Answer) -> str:
    """The finding in one or two sentences, with every base spoken."""
    place, kind = _meant(screen, found)
    if not found.selected.whole[0]:
        return plain(
            _say(
                screen,
                "{place}没有符合所选条件的企业。",
                "No enterprise of {place} meets the conditions chosen.",
                place=place,
            )
        )
    organisation, instructor = _rates(found.selected, found.state.within, kind)
    slots: dict[str, Slot] = {
        "place": place,
        "kind": kind,
        "base": organisation.base,
        "part": organisation.numerator,
        "share": organisation.share,
        "instructed": instructor.numerator,
        "instructed_share": instructor.share,
    }
    covered, instructed = found.selected.is_known.tolist()
    zh, en = "{place}{kind}{base}家", "Of {base} {kind} in {place}, "
    if covered:
        zh += "中，{part}家有党组织覆盖，占{share}；{instructed}家有指导员，占{instructed_share}。"
        en += "{part} ({share}) are covered by a party organisation and {instructed} ({instructed_share}) have an instructor."
        if not instructed:
            zh, en = zh.partition("；")[0] + "。", en.partition(" and ")[0] + "."
    elif instructed:
        zh += "中，{instructed}家有指导员，占{instructed_share}。"
        en += "{instructed} ({instructed_share}) have an instructor."
    else:
        zh, en = zh + "。", "There are {base} {kind} in {place}."
    said = _say(screen, zh, en, **slots)
    return plain(said + _beside(screen, found, kind))


def _beside(screen: Screen, found: Answer, kind: Label) -> Inlines:
    """The whole place on the same base, where only some districts are chosen."""
    if not found.state.districts or not found.everywhere.whole[0] or not found.everywhere.is_known[0]:
        return ()
    (everywhere,) = _rates(found.everywhere, found.state.within.but(districts=()), kind)
    return _say(
        screen,
        "同一口径{city}为{share}（{base}家中的{part}家）。",
        " In all of {city} it is {share} ({part} of {base}).",
        city=screen.study.settings.place.label,
        share=everywhere.share,
        base=everywhere.base,
        part=everywhere.numerator,
    )


def note(screen: Screen, data: Mapping[str, Sequence[Row]], found: Answer) -> str:
    """What the marks on the page mean, and what is not in the data."""
    lacking = not_in_data(found.lookup.board.cube.cells.unknown, screen.language)
    return (
        Label("", " ")
        .of(screen.language)
        .join(filter(None, [marks_told(found.lookup.board, screen.language), lacking]))
    )


def marks_told(board: Board, language: Language) -> str:
    """What the marks of a board's counts mean."""
    if board.status is Status.SYNTHETIC:
        return SYNTHETIC.of(language).format(mark=Status.SYNTHETIC.mark)
    if board.status is not Status.COUNTED:
        return ""
    return (RAW if board.printed is None else WITHHOLDING).of(language).format(sign=WITHHELD.of(language))


def chosen(screen: Screen, found: Answer) -> str:
    """What is chosen, in words; empty where nothing is."""
    state = found.state
    parts = []
    if state.districts:
        parts.append(place_label(screen.study, state.within).of(screen.language))
    if state.categories or state.staff_from or state.directly_managed != "any":
        parts.append(capital(kind_label(screen.study, state.within.but(districts=())).of(screen.language)))
    return " · ".join(parts)


def charts(
    screen: Screen, data: Mapping[str, Sequence[Row]], found: Answer, *, missing: Sequence[str] = ()
) -> dict[str, dict[str, Any]]:
    """Title, hint, text alternative, signals and the word for emptiness of each chart."""
    uppers = {
        "bars": upper_in(data["districts"]),
        "townships": upper_in(data["townships"], data["rule"]),
        "ladder": max([row["whole"] or 1 for row in data["ladder"]], default=1),
        "cascade": upper_in(data["cascade"]),
    }
    place = screen.study.settings.place.label.of(screen.language)
    rate = next((row["rate_text"] for row in data["rule"]), "")
    ends = {
        name: number(upper_in(data[rows]), "share", screen.language)
        for name, rows in (("map", "districts"), ("bands", "bands"))
    }
    bases = screen.study.settings.bases
    lost = bool(bases) and bases[0].figure is not None and bases[0].id not in found.ladder.bases
    whole = ONLY_WHOLE.of(screen.language) if lost else ""
    words: dict[str, dict[str, Any]] = {}
    has_townships = found.lookup.board.townships is not None
    cells = found.lookup.board.cube.cells
    lacking = "" if found.selected.is_known[0] else not_in_data(cells.lacking(*COVERED), screen.language)
    for name, title in TITLES.items():
        if name == "townships" and not has_townships:
            continue
        rows = data[{"map": "districts"}.get(name, name)]
        is_empty = all(row["rate"] is None and row["whole_text"][:1] == "0" for row in rows)
        words[name] = {
            "title": title.of(screen.language),
            "hint": HINTS[name]
            .of(screen.language)
            .format(place=place, rate=rate, upper=ends.get(name, ""), whole=whole),
            "alt": _alternative(title.of(screen.language), rows),
            "empty": EMPTY.of(screen.language) if is_empty else lacking if name in _OF_ORGANISATIONS else "",
            "signals": {"upper": uppers[name]} if name in uppers else {},
        }
    if has_townships and (not found.townships[0] or found.lookup.board.printed is not None):
        why = ONE_DISTRICT if found.lookup.board.printed is None else UNAUDITED
        words["townships"]["empty"] = words["townships"]["alt"] = why.of(screen.language)
    if not data["gaps"]:
        words["gaps"]["empty"] = words["gaps"]["alt"] = NO_TARGETS.of(screen.language)
    if not rate:  # no line to speak of
        words["bars"]["hint"] = ""
    for name, all_ in (("bars", len(data["districts"])), ("townships", len(found.townships[0]))):
        if all_ > len(data[name]):
            words[name]["hint"] += CUT.of(screen.language).format(shown=len(data[name]), all=all_)
    if missing:
        absent = [row.label.of(screen.language) for row in screen.study.districts if row.id in missing]
        words["map"]["hint"] = ABSENT.of(screen.language) + NAMES_JOINED.of(screen.language).join(absent)
    return words


def _alternative(title: str, rows: Sequence[Row], *, most: int = 20) -> str:
    said = [
        f"{row['name'].replace(chr(10), ' ')}{' ' + row['band'] if 'band' in row else ''} {row['rate_text']}"
        for row in rows[:most]
    ]
    return f"{title}: {'; '.join(said)}"


def _meant(screen: Screen, found: Answer) -> tuple[Label, Label]:
    """Where, and which enterprises."""
    study, state = screen.study, found.state
    return place_label(study, state.within), kind_label(study, state.based(study), named=True)


def _rates(shares: Shares, within: Selection, kind: Label) -> list[Rate]:
    having = (within.but(organisation="any"), within.but(instructor="yes"))
    sides = (
        (shares.part, shares.part_status, shares.part_hidden),
        (shares.whole, shares.whole_status, shares.whole_hidden),
    )
    parts, wholes = (zip(*(column.tolist() for column in side), strict=True) for side in sides)
    return [
        Rate(_quantity(part, kind, chosen), _quantity(whole, kind, within), kind)
        for chosen, part, whole in zip(having, parts, wholes, strict=False)
    ]


def _quantity(counted: Sequence[Any], label: Label, chosen: Selection) -> Quantity:
    value, status, is_hidden = counted
    found = Quantity(value, "enterprises", Status(status), label, address=chosen.address("enterprises"))
    return found.hidden() if is_hidden else found


def _say(screen: Screen, zh: str, en: str, /, **values: Slot) -> Inlines:
    return fill(Label(zh, en), values, screen.language)
