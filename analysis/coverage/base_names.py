"""What a selection of enterprises is called: the names of bases, of what is summed over them, and of where they are."""

from __future__ import annotations

import tomllib
from functools import cache, lru_cache
from pathlib import Path

from analysis.coverage.selection import Selection, known_ids
from analysis.quantities import Label, enumerated, joined
from analysis.study import Study

_CATALOGUE = Path(__file__).parent / "assets" / "names.toml"


@lru_cache(maxsize=4096)
def place_label(study: Study, selection: Selection) -> Label:
    """Where the selected enterprises are: the study's place, or the districts; a ParameterError where it has no such."""
    if not selection.districts:
        return study.settings.place.label
    known_ids(study, selection)
    rows = {row.id: row for row in study.districts}
    chosen = [rows[name].label if name in rows else Label(name, name) for name in selection.districts]
    return Label("、".join(name.zh for name in chosen), ", ".join(name.en for name in chosen))


@lru_cache(maxsize=4096)  # a live view asks for the same ones at every move
def base_label(study: Study, selection: Selection, *, of: str = "enterprises", place: Label | None = None) -> Label:
    """The name of a base: what it is a number of, and where, if not in the whole place of the study.

    Every rate of enterprises takes the name of its base from here. A base that the study names is called as it is there.

    Parameters
    ----------
    of
        The measure that is summed over the selection, one of `cells.MEASURES`.
    place
        To be named whether or not it is the whole.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> study, chosen = open_study("suzhou-2003"), Selection(districts=("320583",), categories=("private",), staff_from=50)
    >>> base_label(study, chosen)
    Label(zh='昆山市职工50人以上的私营企业', en='private enterprises with 50 or more staff in Kunshan')
    >>> base_label(study, Selection()).en
    'operating non-public enterprises'
    """
    kind = kind_label(study, selection, named=True)
    if selection.districts:
        kind = placed(kind, _districts(study, selection))
    elif place is not None:
        kind = placed(kind, place)
    else:
        part = part_label(study)
        kind = Label(kind.zh + part.zh, kind.en + part.en)
    return summed(kind, of)


def placed(kind: Label, place: Label) -> Label:
    """Enterprises of a kind in a place."""
    return Label(joined(place.zh, kind.zh), f"{kind.en} in {place.en}")


def _districts(study: Study, selection: Selection) -> Label:
    """The districts; where they are most of a place, the place without the others."""
    if 2 * len(selection.districts) <= len(study.districts):
        return place_label(study, selection)
    left = [row for row in study.districts if row.id not in selection.districts]
    if not left or len(study.districts) < 3:
        return place_label(study, selection)
    whole = study.settings.place.label
    without = Label("、".join(row.name_zh for row in left), enumerated([row.name_en for row in left]))
    return Label(f"{whole.zh}（不含{without.zh}）", f"{whole.en} without {without.en}")


def summed(enterprises: Label, of: str) -> Label:
    """The name of a measure summed over enterprises of that name.

    Examples
    --------
    >>> summed(Label("私营企业", "private enterprises"), "members_total").en
    'members in private enterprises'
    """
    name = _words("sums").get(of)
    return enterprises if name is None else Label(f"{enterprises.zh}的{name[0]}", f"{name[1]} {enterprises.en}")


def part_label(study: Study) -> Label:
    """What stands behind the name of a place, or of a base, of which some districts are missing; empty for the whole."""
    here, every = len(study.districts), len(study.districts) + len(study.absent)
    if here == every:
        return Label("", "")
    return Label(f"（{every}个区域中的{here}个）", f" ({here} of {every} districts)")


@lru_cache(maxsize=4096)
def kind_label(study: Study, selection: Selection, *, named: bool = False) -> Label:
    """Which enterprises are selected, in words, without the place.

    Parameters
    ----------
    named
        Whether a base of the study is called by its own name.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> chosen = Selection(categories=("private",), staff_from=25, organisation="any")
    >>> kind_label(open_study("suzhou-2003"), chosen).en
    'private enterprises with 25 or more staff and a party organisation'
    """
    known_ids(study, selection)
    kind = (_own_name(study, selection) if named else None) or _described(study, selection)
    match selection.directly_managed:
        case "yes":
            return Label(f"市区行业系统直管的{kind.zh}", f"directly managed {kind.en}")
        case "no":
            return Label(f"{kind.zh}（市区行业系统直管的除外）", f"{kind.en} (without the directly managed)")
    return kind


def _own_name(study: Study, selection: Selection) -> Label | None:
    """What the study calls these enterprises, wherever they are, where they are one of its bases."""
    if selection.staff_to or selection.attributes - {"staff", "full_members", "directly_managed"}:
        return None
    meant = set(selection.categories) or {row.id for row in study.settings.categories}
    drawn = (selection.staff_from, selection.full_members_from, meant)
    for base in study.settings.bases:
        if base.figure is None and (base.staff_from, base.full_members_from, set(base.categories)) == drawn:
            part = part_label(study)
            return Label(base.zh.removesuffix(part.zh), base.en.removesuffix(part.en))
    return None


def _described(study: Study, selection: Selection) -> Label:
    rows = {row.id: row for row in study.settings.categories}
    chosen = [rows[name].label for name in selection.categories if len(selection.categories) < len(rows)]
    noun_zh, noun_en = "和".join(name.zh for name in chosen), " and ".join(name.en for name in chosen)
    return conditioned(selection, Label(noun_zh, noun_en) if chosen else _ENTERPRISES, study=study)


_OWN_VALUES = {"yes": "是", "no": "否", "": "空白"}


def own_label(study: Study, name: str) -> Label:
    """What a column of the register's own is called."""
    settings = study.settings.register_input
    found = settings.own.get(name) if settings is not None else None
    return found.label if found is not None else Label(name, name)


_ENTERPRISES = Label("企业", "enterprises")


def conditioned(selection: Selection, noun: Label = _ENTERPRISES, *, study: Study | None = None) -> Label:
    """Enterprises with all that a selection asks of them, but for place, category and management.

    Parameters
    ----------
    study
        What knows how columns of the register's own are called.

    Examples
    --------
    >>> conditioned(Selection(staff_from=50, organisation="any")).en
    'enterprises with 50 or more staff and a party organisation'
    """
    had_zh, had_en = _conditions(selection)
    for name, value in selection.own:
        label = own_label(study, name) if study is not None else Label(name, name)
        had_zh.append(f"{label.zh}（{_OWN_VALUES.get(value, value)}）")
        had_en.append({"yes": label.en, "no": f"no {label.en}"}.get(value, f"{label.en} {value}".strip()))
    zh = "、".join(had_zh) + ("的" if had_zh else "") + noun.zh
    return Label(zh, noun.en + (" with " + enumerated(had_en) if had_en else ""))


def _conditions(selection: Selection) -> tuple[list[str], list[str]]:
    zh, en = [], []
    if selection.staff_to:
        zh.append(f"职工{selection.staff_from}至{selection.staff_to}人")
        en.append(f"{selection.staff_from} to {selection.staff_to} staff")
    for name, (word, one, many) in _words("thresholds").items():
        least = getattr(selection, name)
        if least and not (name == "staff_from" and selection.staff_to):
            zh.append(word.format(least))
            en.append(f"{least} or more {one if least == 1 else many}")
    for name in ("organisation", "instructor", "five_good", "union", "secretary_chairs_union"):
        if value := getattr(selection, name):
            zh.append(_words(name)[value][0])
            en.append(_words(name)[value][1])
    return zh, en


@cache
def _words(table: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = tomllib.loads(_CATALOGUE.read_text(encoding="utf-8"))[table]
    return found
