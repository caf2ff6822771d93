"""HTML of sections: alone in a cell, together in one file."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.quantities import Language
from analysis.views.blocks import Column, Figure, Heading, Paragraph, Section, Table, Title
from analysis.views.page import fragment, page
from tests.briefing.sample import HOSTILE, paper

VOID = {"meta", "col", "br", "rect", "path", "line"}


class Outline(HTMLParser):
    """Collects ids, references and text, and sees that every element is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.references: list[str] = []
        self.tags: list[str] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.ids += [value or "" for name, value in attrs if name == "id"]
        self.references += [value or "" for name, value in attrs if name in ("href", "src", "xlink:href")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in ("style", "script"):
            self.words.append(data)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_document_fetches_nothing_and_its_links_lead_somewhere(language: Language) -> None:
    text = page(paper(language))
    outline = Outline(text)
    assert outline.open == []
    assert len(outline.ids) == len(set(outline.ids))
    assert {reference.removeprefix("#") for reference in outline.references} <= set(outline.ids)
    assert re.search(r"@import|url\(\s*['\"]?(?!#)|<link|<img|<iframe", text) is None
    assert f'<html lang="{language}' in text


@pytest.mark.parametrize("hostile", HOSTILE)
def test_data_is_text_in_every_place_of_a_cell_and_of_the_document(hostile: str) -> None:
    table = Table("t", hostile, (Column(hostile),), (((hostile,),),), note=(hostile,))
    figure = Figure("f", hostile, '<svg viewBox="0 0 1 1"></svg>', hostile, (), note=(hostile,))
    blocks = (Title(hostile, hostile, ((hostile, hostile),)), Heading(hostile), Paragraph((hostile,)), table, figure)
    section = Section("hostile", "en", blocks)
    assert "".join(Outline(fragment(section)).words).count(hostile) >= 11
    assert Outline(page([section])).tags.count("script") == 1


def test_a_cell_runs_no_script_and_leaves_the_notebooks_styles_alone() -> None:
    text = fragment(paper("en")[1])
    assert "script" not in Outline(text).tags
    style = text[text.index("<style>") + 7 : text.index("</style>")]
    selectors = re.findall(r"([^{}]+)\{", re.sub(r"/\*.*?\*/", "", style))
    rules = [selector.strip() for selector in selectors]
    assert {rule.split()[0] for rule in rules if rule.startswith("@")} == {"@media", "@supports"}
    parts = [part for rule in rules if not rule.startswith("@") for part in re.split(r",(?![^(]*\))", rule)]
    assert len(parts) > 50
    assert [part for part in parts if ".cw" not in part] == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_number_is_reached_by_keyboard_and_tells_its_status_and_derivation(language: Language) -> None:
    text = page(paper(language))
    claims = re.findall(r'<span class="cw-claim">(.*?)<span class="cw-card" role="tooltip">(.*?)</span></span>', text)
    assert len(claims) > 100
    assert all(re.match(r'<a href="#c\d+">|<span tabindex="0">', reached) for reached, _ in claims)
    shares = [card for _, card in claims if "16.56%" in card]
    assert shares
    words = {"zh": ("推算", "基数：", "10,547 ÷"), "en": ("derived", "Base: ", "10,547 ÷")}[language]
    assert all(word in card for card in shares for word in words)


def test_figures_are_named_and_their_inner_ids_do_not_clash() -> None:
    svg = '<svg viewBox="0 0 9 9"><clipPath id="clip0"></clipPath><g clip-path="url(#clip0)"></g></svg>'
    figures = tuple(Figure(name, name, svg, f'what "{name}" shows', ()) for name in ("a", "b"))
    text = page([Section("figures", "en", figures)])
    ids = Outline(text).ids
    assert len(set(ids)) == len(ids) == 4
    assert set(re.findall(r"url\(#([^)]*)\)", text)) <= set(ids)
    assert text.count('role="img" aria-label="what &quot;') == 2


@given(st.text())
def test_any_text_stays_inside_its_paragraph(text: str) -> None:
    outline = Outline(fragment(Section("any", "zh", (Paragraph((text,)),))))
    assert outline.open == []
    assert outline.tags == ["style", "div", "p"]


def test_a_paper_without_headings_has_no_column_for_its_contents() -> None:
    alone = page([Section("a", "en", (Paragraph(("A word.",)),))])
    assert '<div class="cw-columns">' not in alone
    assert '<div class="cw-columns"><nav' in page([Section("a", "en", (Heading("H"), Paragraph(("A word.",))))])


def test_a_cell_that_shows_no_html_has_the_headings_of_its_section() -> None:
    blocks = (Title("Coverage", "2003"), Heading("Of how many"), Paragraph(("12 of 40",)), Heading("Rates", 2))
    section = Section("bases", "en", blocks)
    assert section._repr_mimebundle_()["text/plain"] == "Coverage\nOf how many\nRates"
    assert Section("bases", "en", ())._repr_mimebundle_()["text/plain"] == "bases"


def test_in_a_notebook_the_annex_is_folded_and_numbers_of_tables_are_no_stops_of_the_tab_key() -> None:
    *body, annex = paper("en")
    stops = [text.count('tabindex="0"') for text in map(fragment, body)]
    told = sum(isinstance(block, Paragraph) for section in body for block in section.blocks)
    assert sum(stops) < 10 * told
    assert sum(fragment(section).count('tabindex="-1"') for section in body) > 50
    folded = fragment(annex)
    assert folded.count("<details") == 1
    assert folded.index("<details") < folded.index("<table")
    rows = next(block for block in annex.blocks if isinstance(block, Table)).rows
    assert f"<summary>{len(rows)} numbers" in folded


@pytest.mark.parametrize(("language", "word"), [("zh", "没有可说的"), ("en", "nothing to say here")])
def test_a_section_with_nothing_to_say_says_so_in_its_cell_and_prints_nothing(language: Language, word: str) -> None:
    empty = Section("reconciliation", language, ())
    assert word in fragment(empty)
    assert word not in page([*paper(language), empty])
