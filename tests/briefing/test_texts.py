"""The catalogue of what papers say: each text is used, each name exists, and both languages say the same."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator

from analysis.briefing.texts import FOLDER, known, table_text
from analysis.catalogue import texts
from analysis.quantities import Label
from analysis.study import ROOT

SOURCES = [*(ROOT / "analysis" / "briefing").rglob("*.py"), *(ROOT / "analysis" / "front").rglob("*.py")]
SLOT = re.compile(r"\{(\w+)(?::\w+)?\}")
CHINESE = re.compile("[\u4e00-\u9fff]{2}")
CITED = re.compile(r"(?:19|20)\d\d")  # the year of a method's source
NAMED_IN_CHINESE = {"finding.full", "statistics.members_share_unstated", "statistics.new_members_share_unstated"}


def _catalogue() -> Iterator[tuple[str, Label]]:
    for path in FOLDER.glob("*.toml"):
        groups = tomllib.loads(path.read_text(encoding="utf-8"))
        for id in groups.pop("table", {}):
            said = table_text(id)
            heads = {str(place): column.head for place, column in enumerate(said.columns)}
            parts = {"title": said.title, **({"note": said.note} if said.note else {}), **heads}
            yield from ((f"table.{id}.{name}", one) for name, one in parts.items())
        yield from texts(groups).items()


CATALOGUE = dict(_catalogue())


def _strings(node: ast.AST) -> Iterator[str]:
    """What a name may be: its constants, each slot of an f-string as `*`."""
    match node:
        case ast.Constant(value=str(name)):
            yield name
        case ast.JoinedStr(values=values):
            yield "".join(one.value if isinstance(one, ast.Constant) else "*" for one in values)
        case ast.IfExp(body=first, orelse=second):
            yield from (*_strings(first), *_strings(second))


def _calls() -> Iterator[tuple[str, str]]:
    """Every call that takes a text by its name: what is called, and the name."""
    for path in SOURCES:
        written = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(written)):
            match node:
                case ast.Call(func=ast.Attribute(attr=called), args=[first, *_]):
                    yield from ((called, name) for name in _strings(first))
                case ast.Call(func=ast.Name(id=called), args=[first, *_]) if "briefing.texts import" in written:
                    yield from ((called, name) for name in _strings(first))


CALLS = list(_calls())
ASKED = {
    *(f"{name}.head" for called, name in CALLS if called == "head"),
    *(f"{called}.{name}" for called, name in CALLS if called in ("table", "chart")),
    *(name for called, name in CALLS if called in ("say", "words", "text", "label", "_quantity") and "." in name),
}


def test_every_name_that_is_asked_for_is_in_the_catalogue() -> None:
    plain = {name for name in ASKED if "*" not in name}
    there = {".".join(name.split(".")[:2]) for name in CATALOGUE}
    assert len(plain) > 200
    assert {name for name in plain if not known(name) and name not in there} == set()


def test_every_text_is_used() -> None:
    written = {name for path in SOURCES for node in ast.walk(ast.parse(path.read_text())) for name in _strings(node)}
    patterns = [re.compile(re.escape(name).replace(r"\*", r"\w+")) for name in written if "*" in name and "." in name]
    unused = [
        name
        for name in CATALOGUE
        if name not in written
        and not (name.startswith(("table.", "chart.")) and name.split(".")[1] in written)
        and not (name.endswith(".head") and name.removesuffix(".head") in written)
        and not any(pattern.fullmatch(name) for pattern in patterns)
    ]
    assert unused == []


def test_both_languages_have_the_same_slots() -> None:
    slots = {name: (set(SLOT.findall(both.zh)), set(SLOT.findall(both.en))) for name, both in CATALOGUE.items()}
    differing = {name: zh ^ en for name, (zh, en) in slots.items() if zh != en}
    assert differing == {name: {"name"} for name in NAMED_IN_CHINESE}


def test_no_number_is_typed_into_a_text_but_the_year_of_a_source() -> None:
    plain = {name: CITED.sub("", SLOT.sub("", both.zh + both.en)) for name, both in CATALOGUE.items()}
    assert [name for name, text in plain.items() if re.search(r"\d", text)] == []


def test_the_english_of_a_text_is_english_and_no_file_of_sections_types_a_sentence() -> None:
    assert [name for name, both in CATALOGUE.items() if CHINESE.search(both.en)] == []
    for path in (ROOT / "analysis" / "briefing" / "sections").glob("*.py"):
        code = re.sub(r'""".*?"""', "", path.read_text(encoding="utf-8"), flags=re.S)
        assert not CHINESE.search(code), path.name
