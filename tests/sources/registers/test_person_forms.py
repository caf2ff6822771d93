"""What belongs to a person is told however it is written, what only looks like it is not, and every engine agrees."""

from __future__ import annotations

from datetime import date
from functools import cache
from itertools import pairwise

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.sources.persons.forms import OLD, SOUGHT, name_pattern
from analysis.sources.persons.screen import is_about_persons, is_identity, is_name, is_of_numbers, kind_of, shown
from analysis.sources.registers.words import dictionary
from tests.sources.registers.test_persons import registration

TELEPHONES = """13800138000|138 0013 8000|138-0013-8000|138.0013.8000|138·0013·8000|138‐0013‐8000|138－0013－8000|13800138000.0
１３８００１３８０００|13８00138000|１３８　００１３　８０００|+86 138 0013 8000|8613800138000|0086-13800138000
（+86）13800138000|(86)13800138000|手机：13800138000，下午联系|tel13800138000|联系人张13800138000
1 3 8 0 0 1 3 8 0 0 0|138-001-38000|1380-0138-000|0512-65212345|(0512)65212345|（0512）6521 2345|0512 6521 2345
0512.6521.2345|051265212345|+86-512-65212345|+86 (0)512 65212345|86-512-65212345|(86)512-65212345|010-62345678
021 6234 5678|0512-65212345-801|0512-65212345转801|0512—65212345|0512/65212345|400-820-8820|4008208820
4008-820-820|800-820-8820|电话65212345|电话：6521 2345|Tel: 6521-2345|联系电话（值班）：65212345"""
IDENTITIES = """11010519491231002X|11010519491231002x|110105 19491231 002X|110105-19491231-002X|1101 0519 4912 3100 2X
１１０１０５１９４９１２３１００２Ｘ|身份证号11010519491231002X号|SFZ11010519491231002X|11010519491231002X00
110105194912310000|1.1010519491231E+17|1.10105194912310E+17|1.1010519491231002e+17|320503780209120
320503 780209 120|身份证320503720314123"""
OTHERS = """a.b@example.com|ａ＠ｂ．ｃｏｍ|wang(at)163.com|联系wang@163.com。|微信号：zhang_wei88|微信号zhangwei88
QQ: 12345678|QQ12345678"""
HARMLESS = """无|1,380,013|13,800,138,000|13800138000.50|2003年5月1日|20030501|2003.05.01 至 2003.12.31|17 2003.05.01 3
19 2023-05-012|320583|32058300012|3205001234567|0000001234|0012345678|00000012345|E00001|123456789012345678
12345678901234567890|72345678-9|91320500MA1MXXXX0T|92320583MAQQ549940|913205007222222222|110108000000016
440301135677918|3.20583E+17|1.5E+17|0.13800138000|120.5852913|131.41234567|138.00138000|0.151234567891
注册资本5000万元|产值12345678.50元|苏州工业园区星湖街328号|65212345|5000000|GB/T 2260-2003|ISO 9001:2015
苏发〔2003〕12号|8:30-17:30|0830-2130|10.1.138.2|2003 1231 001|1998-1231-001|第13800号|hotel 65212345|微信群已建
QQ群|微信公众号推广|@党建|关注@昆山发布|电话登记20230501|电话会议2003年|12.5%|（一）|A-101-2003"""
NAMES = """张伟|張偉|张 伟|张　伟|欧阳　修|歐陽修|司馬光|诸葛孔明|王小明|王 小 明|李娜（书记）|张伟先生|王总|李书记
陳總經理|联系人：张伟|李娜、张伟|李娜/张伟|古丽·艾力|买买提•吐尔逊|Li Xiaoming|LI XIAOMING|Xiaoming Li
Zhang, Wei|zhang wei|赵敏\u200b|赵𠮷明"""
NOT_NAMES = """无|有|是|否|吴江市|吴江区|私营企业|Wujiang|玉山镇|张庄|王集|李家|赵屯|化工|纺织业|机械制造|金融业|江苏金陵
吴江高新|2003年|张江高科技园区|正常|停业|筹建中|Suzhou City|He said|Fan Club|Long Term|New York|石化行业
方案已报|任务完成|党员3名|Textiles"""
ABOUT = """法人|企业法人|法定代表人|联络员|老板|企业老板|老闆|微信号|地址|企业地址|注册地址|住所|电邮|聯繫人|聯絡人|電話
手機|手机号|姓名|负责人|負責人|CEO|董事|董事长|監事|出纳|会计|主办會計|党支部书记|书记（现任）|书记1|股东名称
經營者|业主|投资人|身份證號碼|QQ号|邮箱|E-mail|e_mail|mobile|Tel.|phone no|contact|contactName|legal_person
owner|general manager|Home address|出生日期|性别|户籍所在地|联系方式|填表人|dianhua|lxdh|名单|实际控制人
工会主席|值班热线|负责单位（联系人）|Full name|联系电话（手机）|党组织负责人|廠長"""
NOT_ABOUT = """企业名称|统一社会信用代码|注册号|注册资本|成立日期|经营范围|行业代码|登记机关|法人单位|法人单位数|法人类型
法人企业数|企业法人类型|是否法人单位|营业收入|资产总计|备注|股东人数|党员人数|上级党组织|党组织名称|换届时间
活动场所面积|党建工作联系点|联系单位|主管部门|企业网址|邮政编码|联系人数|是否有专职书记|有无专职党务工作者
负责人是否党员|党组织负责人兼任工会主席|has union|number of directors|company name|full members|remark|township
非法人企业|微信公众号|经度|企业法人营业执照注册号|unified social credit code|women|社区|商会"""


def listed(corpus: str) -> list[str]:
    return [one for line in corpus.splitlines() for one in line.split("|")]


@cache
def connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def sought_by_duckdb(text: str, pattern: str) -> bool:
    return bool(connection().execute("SELECT regexp_matches(?, ?)", [text, pattern]).fetchall()[0][0])


@pytest.mark.parametrize(
    ("corpus", "kind"),
    [(TELEPHONES, "a telephone number"), (IDENTITIES, "an identity number"), (OTHERS, "")],
    ids=["telephones", "identity numbers", "others"],
)
def test_whatever_form_it_has_it_is_found_by_every_engine_and_not_shown(corpus: str, kind: str) -> None:
    for text in listed(corpus):
        assert kind_of(text) == kind or (not kind and kind_of(text)), text
        assert sought_by_duckdb(text, f"{SOUGHT}|{OLD}"), text
        assert shown(f"无，{text}") == f"({kind_of(text)}, not shown)"


@pytest.mark.parametrize("text", listed(HARMLESS))
def test_what_only_looks_like_it_is_let_in(text: str) -> None:
    assert kind_of(text) == ""
    assert shown(text) == text


def test_names_are_told_from_words_and_places_by_every_engine() -> None:
    for text in (*listed(NAMES), *listed(NOT_NAMES)):
        assert is_name(text) == (text in listed(NAMES)), text
        assert sought_by_duckdb(text, name_pattern()) == is_name(text), text


def test_headers_about_persons_are_told_from_those_about_enterprises() -> None:
    for header in (*listed(ABOUT), *listed(NOT_ABOUT)):
        assert is_about_persons(header) == (header in listed(ABOUT)), header


def test_no_header_of_ours_is_about_persons_and_none_of_numbers_hides_telephones() -> None:
    known = [header for names in dictionary()["columns"].values() for header in names]
    assert not [header for header in known if is_about_persons(header) or is_about_persons(f"{header}（人）")]
    assert not any(map(is_of_numbers, ("备注", "其他", "说明", "remark", "column 7", "值班")))


@given(
    st.sampled_from(["110105", "320583", "540102", "659001", "820000"]),
    st.dates(min_value=date(1920, 1, 1), max_value=date(2020, 1, 1)),
    st.integers(0, 999),
    st.lists(st.sampled_from(["", "", "", " ", "-", "\u3000"]), min_size=17, max_size=17),
)
def test_every_identity_number_is_found_with_blanks_and_dashes_anywhere(
    area: str, born: date, number: int, signs: list[str]
) -> None:
    body = f"{area}{born:%Y%m%d}{number:03d}"
    (whole,) = (body + digit for digit in "0123456789X" if is_identity(body + digit))
    written = "".join(char + sign for char, sign in zip(whole, [*signs, ""], strict=True))
    for text in (written, f"备注{written}。", written.lower()):
        assert kind_of(text) == "an identity number"
        assert sought_by_duckdb(text, SOUGHT)
    others = [kind_of(body + digit) for digit in "123456789X" if body + digit != whole]
    assert others == [""] * len(others)


@given(
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    st.sampled_from([(3, 7), (3,), (7,), (3, 6), ()]),
    st.sampled_from([" ", "-", "—", "\u3000", "/", "－", "\u2011"]),
    st.sampled_from(["", "+86", "0086", "86-", "+86 ", "（+86）", "手机"]),
    st.sampled_from(["", "。", "转1", " 张"]),
)
def test_every_mobile_number_is_found_whatever_stands_between_its_digits(
    digits: str, places: tuple[int, ...], sign: str, before: str, after: str
) -> None:
    ends = [0, *places, 11]
    text = before + sign.join(digits[low:high] for low, high in pairwise(ends)) + after
    assert kind_of(text) == "a telephone number"
    assert sought_by_duckdb(text, SOUGHT)
    assert digits[-4:] not in shown(text)


@given(st.sampled_from(["10", "21", "512", "991"]), st.from_regex(r"[2-8][0-9]{6,7}", fullmatch=True), st.data())
def test_every_telephone_with_its_area_s_code_is_found(area: str, local: str, data: st.DataObject) -> None:
    between = data.draw(st.sampled_from(["", "-", " ", ".", "－", "—", " - "]))
    written = data.draw(st.sampled_from([f"0{area}", f"(0{area})", f"（0{area}）", f"+86-{area}", f"0086 {area}"]))
    text = f"{written}{between}{local}{data.draw(st.sampled_from(['', '-801', '转801', '（传真）']))}"
    assert kind_of(text) == "a telephone number"
    assert sought_by_duckdb(text, SOUGHT)


@given(st.text(alphabet="0123456789０１３８ -.+()（）@x张伟先生、·abz微信电话：\n", max_size=30))
def test_what_python_finds_in_any_text_duckdb_seeks_too(text: str) -> None:
    assert not kind_of(text) or sought_by_duckdb(text, f"{SOUGHT}|{OLD}")
    assert is_name(text) <= sought_by_duckdb(text, name_pattern())


def test_codes_of_enterprises_are_nobody_s() -> None:
    bodies = [(f"{110101 + 37 * n % 709899}", n * 76_543_217 % 10**9) for n in range(20_000)]
    for kind in ("91{area}{number:09d}", "92{area}MA{number:07X}", "93{area}{number:09d}"):
        codes = [credit_code(kind.format(area=area, number=number)[:17]) for area, number in bodies]
        assert not [code for code in codes if kind_of(code)]
    registrations = [registration(f"{area}{number % 10**8:08d}") for area, number in bodies]
    assert not [number for number in registrations if kind_of(number)]


def credit_code(body: str) -> str:
    """A unified social credit code with its check digit, by GB 32100-2015."""
    signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    total = sum(
        3**place % 31 * signs.index(sign) for place, sign in enumerate(body.translate(str.maketrans("IOSVZ", "12345")))
    )
    return body + signs[-total % 31]
