"""What a register calls districts and categories, and what words mean in it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from analysis.cell_text import plain
from analysis.file_values import Named
from analysis.sources.registers.words import headers, known_names, words_of
from analysis.study import Study
from analysis.study_models import Category


def understood(study: Study, column: str, word: str) -> str | None:
    return known_names(study, {})[column].get(plain(word))


def with_districts(study: Study, place: str, *names: tuple[str, str]) -> Study:
    first = study.districts[0]
    rows = tuple(first.model_copy(update={"id": f"d{code}", "code": code, "name_zh": name}) for code, name in names)
    settings = study.settings.model_copy(update={"place": Named(zh=place, en=place)})
    return replace(study, districts=rows, settings=settings)


def with_categories(study: Study, **names: str) -> Study:
    rows = tuple(Category(id=ours, zh=name, en=ours) for ours, name in names.items())
    return replace(study, settings=study.settings.model_copy(update={"categories": rows}))


@pytest.mark.parametrize(
    ("word", "district"),
    [
        ("昆山市", "320583"),
        ("昆山\u00a0", "320583"),
        ("\ufeff昆山市\t", "320583"),
        ("苏州市吴中区", "320506"),
        ("江苏省苏州市吴中区", "320506"),
        ("苏州吴中", "320506"),
        ("工业园区", "SIP"),
        ("高新区", "320505"),
        ("３２０５８３", "320583"),
        ("320583.0", "320583"),
        ("320583100", "320583"),
        ("320583100002", "320583"),
        ("32058", None),
        ("3205831", None),
        ("南京市吴中区", None),
        ("苏州市", None),
        ("320511", None),
    ],
)
def test_a_district_is_known_by_its_names_and_by_its_codes(suzhou: Study, word: str, district: str | None) -> None:
    assert understood(suzhou, "district", word) == district


def test_two_districts_of_one_name_are_told_apart_by_code_alone(suzhou: Study) -> None:
    study = with_districts(suzhou, "江苏省", ("320106", "鼓楼区"), ("320302", "鼓楼区"), ("320303", "云龙区"))
    assert understood(study, "district", "云龙") == "d320303"
    assert understood(study, "district", "江苏省云龙区") == "d320303"
    for word in ("鼓楼区", "鼓楼", "江苏省鼓楼区"):
        assert understood(study, "district", word) is None
        told = "could be two: give the code", "the code of one of them: 320106 (鼓楼区), 320302 (鼓楼区)"
        assert known_names(study, {})["district"].fault(word) == told
    assert understood(study, "district", "320302") == "d320302"
    own = known_names(study, {"district": {"鼓楼区": "d320302"}})
    assert own["district"].get("鼓楼区") == "d320302"


def test_a_city_is_no_county_of_its_name_and_its_code_holds_its_counties(suzhou: Study) -> None:
    city = with_districts(suzhou, "长沙市", ("430121", "长沙县"), ("430102", "芙蓉区"))
    assert understood(city, "district", "长沙") is None
    assert understood(city, "district", "长沙县") == "d430121"
    province = with_districts(suzhou, "江苏省", ("320500", "苏州市"), ("320100", "南京市"))
    assert understood(province, "district", "320583100") == "d320500"
    mixed = with_districts(suzhou, "江苏省", ("320500", "苏州市本级"), ("320583", "昆山市"))
    assert understood(mixed, "district", "320583100") == "d320583"
    assert understood(mixed, "district", "320581") is None
    alone = with_districts(suzhou, "昆山市", ("320583", "昆山市"))
    assert understood(alone, "district", "昆山") == "d320583"


@pytest.mark.parametrize(
    ("word", "category"),
    [
        ("私企", "private"),
        ("民营", "private"),
        ("有限责任公司", "private"),
        ("有限责任公司（自然人投资或控股）", "private"),
        ("股份有限公司", "private"),
        ("外企", "foreign"),
        ("外资 企业", "foreign"),
        ("三资", "foreign"),
        ("港澳台", "foreign"),
        ("有限责任公司(台港澳法人独资)", "foreign"),
        ("个体", "individual"),
        ("个体户", "individual"),
        ("ＰＲＩＶＡＴＥ", "private"),
        ("国有企业", None),
    ],
)
def test_the_usual_words_for_kinds_of_enterprise_are_known(suzhou: Study, word: str, category: str | None) -> None:
    assert understood(suzhou, "category", word) == category


def test_a_usual_word_that_could_be_two_categories_is_neither(suzhou: Study) -> None:
    apart = with_categories(suzhou, a="外商投资企业", b="港澳台商投资企业", c="私营企业", d="民营科技企业")
    assert [understood(apart, "category", word) for word in ("外资", "台资", "三资", "有限公司")] == [
        "a",
        "b",
        None,
        None,
    ]
    assert known_names(apart, {})["category"].fault("三资")[0] == "could be two: give the id"
    by_id = with_categories(suzhou, private="内资", limited="有限责任公司")
    assert [understood(by_id, "category", word) for word in ("私企", "有限责任公司")] == ["private", "limited"]
    together = with_categories(suzhou, x="私营和外商投资企业", y="个体工商户")
    assert [understood(together, "category", word) for word in ("私企", "外资", "个体")] == ["x", "x", "y"]


def test_a_guess_is_made_where_one_name_is_nearest_and_never_between_two(suzhou: Study) -> None:
    assert known_names(suzhou, {})["district"].guessed("昆山市开发区") == "320583"
    assert known_names(suzhou, {})["category"].guessed("私营企业主") == "private"
    assert known_names(suzhou, {})["district"].guessed("月球") == ""
    twins = with_districts(suzhou, "江苏省", ("320106", "鼓楼区"), ("320302", "鼓楼区"))
    assert known_names(twins, {})["district"].guessed("鼓楼新区") == ""


@pytest.mark.parametrize(
    ("column", "meaning", "words"),
    [
        ("instructor", "1", "✓ √ ☑ ✔ Y y T 是 有 已建 已选派 TRUE １ 1.0"),
        ("instructor", "0", "N F 无 否 未建 未选派 ＮＯ 0.0 ×"),
        ("organised", "1", "是 有 已建"),
        ("organisation", "none", "无 无\t \ufeff无 无\u200b 未建立 否"),
        ("organisation", "joint", "联合党支部 联合"),
    ],
)
def test_words_mean_the_same_in_any_width_case_and_with_any_blanks(column: str, meaning: str, words: str) -> None:
    assert {words_of(column).get(plain(word)) for word in words.split(" ")} == {meaning}


@pytest.mark.parametrize("word", ["-1", "0.1", "10", "-", "—", "/", "", "未知"])
def test_a_word_that_says_neither_is_neither(word: str) -> None:
    assert plain(word) not in words_of("instructor")


UNSEEN = some.text(some.sampled_from(" \t\r\n\u00a0\u3000\u200b\ufeff\u2009"), max_size=3)


def wide(text: str) -> str:
    """A text in full width, as input methods for Chinese leave it."""
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


@given(
    some.sampled_from(sorted(words_of("instructor")) + sorted(words_of("organisation")) + sorted(headers())),
    some.data(),
)
def test_no_blank_invisible_sign_width_or_case_makes_a_word_another(word: str, data: some.DataObject) -> None:
    pieces = [piece for char in word for piece in (data.draw(UNSEEN), char)]
    spelt = "".join([*pieces, data.draw(UNSEEN)])
    assert plain(spelt) == plain(spelt.upper()) == plain(wide(spelt)) == plain(word) == plain(plain(spelt))
