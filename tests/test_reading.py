"""Small tables are read as they are, or it is told by line what is not: no line of a file is passed over in silence."""

from __future__ import annotations

import csv
import io
import os
import shutil
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from analysis.delimited import Broken, records, text_in
from analysis.errors import DataError
from analysis.reading import table_of
from analysis.study import DATA, Study, open_study
from tests.examples import examples

HEADER = ("id", "name_zh", "phrase")


class Row(BaseModel):
    """A row of three texts."""

    id: str
    name_zh: str
    phrase: str


flat_cells = st.text(alphabet='ab1中 ,;\t|"=', max_size=6)
cells = st.text(alphabet='ab1中 ,;\t|"\n\r=', max_size=6)
ways = st.tuples(st.sampled_from(",;\t|"), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), st.booleans())
scratches = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 30), st.sampled_from(['"', '",', "", ",", "x"])), min_size=1, max_size=3
)


def rows_of(cell: st.SearchStrategy[str]) -> st.SearchStrategy[list[tuple[str, str, str]]]:
    return st.lists(st.tuples(cell.map("k{}".format), cell, cell), min_size=1, max_size=6)


def written(rows: Sequence[Sequence[str]], delimiter: str, quoting: int) -> list[str]:
    """Each row as the library writes it."""
    texts = []
    for row in rows:
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=delimiter, quoting=quoting).writerow(row)  # type: ignore[arg-type]
        texts.append(text.getvalue())
    return texts


def plainly(text: str, delimiter: str) -> list[list[str]]:
    """As the library reads it, whole; blanks are the reader's own."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    found = [[" ".join(cell.split()) for cell in row] for row in rows]
    return [row for row in found if any(row)][1:]


def read(path: Path, lines: Sequence[str]) -> list[list[str]] | None:
    """The rows that were read; none where it was told what is wrong."""
    path.write_text("".join(lines), encoding="utf-8", newline="")
    try:
        rows = table_of(path, Row)
    except DataError as error:
        if not all(problem.where.startswith(path.name) and problem.what for problem in error.problems):
            raise
        return None
    return [[" ".join(cell.split()) for cell in (row.id, row.name_zh, row.phrase)] for row in rows]


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tables") / "table.csv"


@given(rows_of(cells), ways)
@examples(300)
def test_a_table_is_read_as_the_library_reads_it(
    table: Path, rows: list[tuple[str, str, str]], way: tuple[str, int, bool]
) -> None:
    delimiter, quoting, says_so = way
    texts = written([HEADER, *rows], delimiter, quoting)
    found = read(table, [f"sep={delimiter}\n" * says_so, *texts])
    if found is None:  # lines of a cell that might be rows are told, and digits apart by lines or tabs
        assert any(sign in cell for row in rows for cell in row for sign in "\n\r\t")
    else:
        assert found == plainly("".join(texts), delimiter)


@given(rows_of(flat_cells), ways, scratches)
@examples(400)
def test_a_sign_too_many_or_too_few_costs_no_other_row(
    table: Path,
    rows: list[tuple[str, str, str]],
    way: tuple[str, int, bool],
    scratched: list[tuple[int, int, str]],
) -> None:
    delimiter, quoting, _ = way
    head, *texts = written([HEADER, *rows], delimiter, quoting)
    for row, place, sign in scratched:
        row %= len(texts)
        place %= max(len(texts[row]) - 2, 1)
        texts[row] = texts[row][:place] + sign + texts[row][place + 1 :]
    found = read(table, [head, *texts])
    if found is not None:
        whole = plainly("".join([head, *texts]), delimiter)
        touched = {row % len(texts) for row, _, _ in scratched}
        rest = iter(found)
        kept = [[" ".join(cell.split()) for cell in row] for number, row in enumerate(rows) if number not in touched]
        assert all(any(row == other for other in rest) for row in kept)
        assert found == whole


@given(st.lists(st.text(alphabet='a," ', max_size=8), max_size=12), st.integers(1, 3))
@examples(300)
def test_every_line_is_a_part_of_one_row_or_told(lines: list[str], width: int) -> None:
    following = 1
    for line, size, found in records(lines, above=0, width=width, delimiter=","):
        assert line == following
        following += size
        if isinstance(found, list):
            assert "".join(found).count("\n") == size - 1
            assert len(found) == width
        else:
            assert size == 1
            assert isinstance(found, Broken) or not lines[line - 1].strip()
    assert following == len(lines) + 1


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DATA / "suzhou-2003", tmp_path / "study"))


def rewritten(path: Path, **how: str) -> None:
    """The same table with other signs between cells."""
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
    text = io.StringIO()
    csv.writer(text, delimiter=how["delimiter"], lineterminator=how.get("end", "\n")).writerows(rows)
    path.write_text(how.get("above", "") + text.getvalue(), encoding=how.get("encoding", "utf-8"), newline="")


WAYS = {
    "semicolons": {"delimiter": ";"},
    "tabs": {"delimiter": "\t", "end": "\r\n"},
    "sep=": {"delimiter": ";", "above": "sep=;\r\n", "end": "\r\n"},
    "a title": {"delimiter": ",", "above": "已公布的数字,,,\n\n"},
    "a byte-order mark": {"delimiter": ",", "encoding": "utf-8-sig"},
    "GB18030 and old ends of lines": {"delimiter": ",", "encoding": "gb18030", "end": "\r"},
}


@pytest.mark.parametrize("way", WAYS)
def test_a_table_is_the_same_in_whatever_way_an_office_saved_it(copy: Path, suzhou: Study, way: str) -> None:
    for name in ("published.csv", "districts.csv"):
        rewritten(copy / name, **WAYS[way])
    study = open_study(copy)
    assert study.figures == suzhou.figures
    assert study.districts == suzhou.districts


def in_header(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new, 1)


@pytest.mark.parametrize("name", ['"label_\nzh"', "ｌａｂｅｌ＿ｚｈ", " Label zh ", "\ufefflabel_zh\u3000"])
def test_a_column_is_known_by_its_name_however_it_is_written(copy: Path, suzhou: Study, name: str) -> None:
    path = copy / "published.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("label_zh", name, 1), encoding="utf-8")
    assert open_study(copy).figures == suzhou.figures


# A cell of published.csv: what stands there, and the number that it is, or what is told of it.
VALUES = {
    "５８１９９": 58199,
    "５８，１９９": 58199,
    "58 199": 58199,
    "\ufeff58199\u00a0": 58199,
    "58199.0": 58199,
    "58,19,9": "comma that groups no three digits",
    "58199,5": "comma that groups no three digits",
    "58_199": "is not a number",
    "58.199": "could be a thousand or one",
    "5.8e4": "exponent",
    "58199①": "raised or circled digit",
    "58199²": "raised or circled digit",
    "5.8万": "ten thousands",
    "": "is empty",
}


@pytest.mark.parametrize("text", VALUES)
def test_a_number_is_read_by_one_grammar_or_told(copy: Path, text: str) -> None:
    path = copy / "published.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",58199,", f',"{text}",', 1), encoding="utf-8")
    expected = VALUES[text]
    if isinstance(expected, int):
        assert open_study(copy).figures["private"].value == expected
        return
    with pytest.raises(DataError) as caught:
        open_study(copy)
    (problem,) = caught.value.problems
    assert problem.where == "published.csv, line 4, value"
    assert expected in problem.what
    assert problem.allowed


@pytest.mark.parametrize("minus", ["-", "−", "－"])
def test_a_minus_is_a_minus_in_any_width(copy: Path, minus: str) -> None:
    path = copy / "published.csv"
    text = path.read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.startswith("private,"))
    grown = line.replace("private,enterprises_operating", "fell,members_growth", 1).replace(
        "58199,enterprises,0", f"{minus}3.2,percent,1"
    )
    path.write_text(text.rstrip("\n") + "\n" + grown + "\n", encoding="utf-8")
    assert open_study(copy).figures["fell"].value == -3.2


@pytest.mark.parametrize("name", ["PRIVATE", "private ", "ｐｒｉｖａｔｅ", "\ufeffprivate", "private\u00a0"])
def test_ids_that_differ_by_case_blanks_or_width_are_the_same(copy: Path, name: str) -> None:
    path = copy / "published.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("\nforeign,", f"\n{name},", 1), encoding="utf-8")
    with pytest.raises(DataError, match="line 5, id: repeats line 4"):
        open_study(copy)


def test_a_share_of_a_district_is_no_thousandth_of_its_neighbours(copy: Path) -> None:
    path = copy / "districts.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",1769,", ",1.769,", 1), encoding="utf-8")
    with pytest.raises(DataError, match=r'line 2, share_company: could be a thousand or one; seen "1\.769"'):
        open_study(copy)


def test_a_value_is_told_as_it_was_written(copy: Path) -> None:
    path = copy / "districts.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",1769,", ",－5,", 1), encoding="utf-8")
    with pytest.raises(DataError, match=r'share_company: is too small; seen "－5"; allowed: 0 or more$'):
        open_study(copy)


# What a TOML file has, what may stand there instead, and what is told of it.
SETTINGS = {
    ("targets.toml", "staff_from = 50", "staff_from = true"): 'meant.staff_from: is not a whole number; seen "true"',
    ("targets.toml", "staff_from = 50", 'staff_from = "5_0"'): 'meant.staff_from: is not a number; seen "5_0"',
    ("targets.toml", "staff_from = 50", 'staff_from = "5,0"'): "comma that groups no three digits",
    ("targets.toml", 'share = "4/5"', 'share = "4_0/50"'): "share: is not a number",
    ("targets.toml", 'share = "4/5"', 'share = "4/0"'): "share: is not a number",
    ("targets.toml", 'share = "4/5"', 'share = "8e-1"'): "share: is written with an exponent",
    ("assumptions.toml", "value = ", 'value = "1e1" # '): "value: is written with an exponent",
    ("study.toml", "period = 2003", 'period = "2_003"'): "period: is not a number",
    ("study.toml", 'zh = "苏州市"', 'zh = ""'): "place.zh: is empty",
    ("study.toml", 'zh = "苏州市"', 'zh = "\u3000\u200d"'): "place.zh: is empty",
    ("study.toml", "[place]", '[place]\n"a\\u001b[2J" = 1'): "place.a<U+001B>[2J: is not known here",
}


@pytest.mark.parametrize("change", SETTINGS)
def test_numbers_and_names_of_settings_are_read_by_the_same_rules(copy: Path, change: tuple[str, str, str]) -> None:
    file, old, new = change
    text = (copy / file).read_text(encoding="utf-8")
    assert old in text
    (copy / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        open_study(copy)
    (problem,) = caught.value.problems
    assert SETTINGS[change] in str(problem)
    assert problem.where.startswith(file)


@pytest.mark.parametrize("share", ['"８／10"', '"4/5"', "0.8", '"0.80"'])
def test_a_share_is_the_same_however_it_is_written(copy: Path, share: str) -> None:
    path = copy / "targets.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('"4/5"', share, 1), encoding="utf-8")
    assert open_study(copy).targets[0].readings[0].share == Fraction(4, 5)


FAULTS: dict[str, tuple[Callable[[str], str], list[str]]] = {
    "a quote that is never closed": (in_header("\nprivate,", '\nprivate,"'), ["line 4", "quote is not closed"]),
    "two stray quotes": (
        lambda text: text.replace("\nprivate,", '\nprivate,"', 1).replace("\ncovered,", '\ncovered,"', 1),
        ["line 4", "line 8", "quote is not closed"],
    ),
    "a column twice": (in_header(",locator,", ",locator,value,"), ["line 1", "stands twice", "value"]),
    "a column twice in another width": (in_header(",locator,", ",locator,Ｖalue,"), ["line 1", "stands twice"]),
    "a row above the header": (lambda text: text.splitlines()[1] + "\n" + text, ["above the names", "line 2"]),
    "no header": (lambda text: text.partition("\n")[2], ["no line with the names"]),
    "a cell under no name": (
        lambda text: text.replace("\n", ",\n").replace("¶5,", "¶5,,", 0).replace(",\nprivate", ",?\nprivate", 1)[:-1],
        ["line 3", "no name", "?"],
    ),
    "bytes of another encoding": (
        lambda text: text.replace("私营企业58199家", "\udcff", 1),
        ["line 4", "no text in UTF-8"],
    ),
    "two numbers under one another": (in_header(",58199,", ',"12\n345",'), ["line 4", "digits on several lines"]),
    "a name of nothing that can be seen": (
        in_header("私营企业", "\u200b\u200d"),
        ["line 4, label_zh", "is empty"],
    ),
    "UTF-16": (lambda text: text, ["UTF-16", "save it as CSV UTF-8"]),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_no_table_is_told_by_its_line(copy: Path, fault: str) -> None:
    spoil, words = FAULTS[fault]
    path = copy / "published.csv"
    text = spoil(path.read_text(encoding="utf-8"))
    path.write_bytes(text.encode("utf-16") if fault == "UTF-16" else text.encode("utf-8", "surrogateescape"))
    with pytest.raises(DataError) as caught:
        open_study(copy)
    for word in ["published.csv", *words]:
        assert word in str(caught.value)


@pytest.mark.parametrize(
    ("sign", "code"),
    [("\u0007", "U+0007"), ("\ufffe", "U+FFFE"), ("\u202e", "U+202E"), ("\ue000", "U+E000"), ("\u2028", "U+2028")],
)
def test_a_sign_that_no_document_can_hold_is_refused_by_its_place(copy: Path, sign: str, code: str) -> None:
    districts, settings = copy / "districts.csv", copy / "study.toml"
    districts.write_text(districts.read_text(encoding="utf-8").replace("昆山市", f"昆{sign}山市"), encoding="utf-8")
    kept = settings.read_text(encoding="utf-8")
    settings.write_text(kept.replace('zh = "苏州市"', f'zh = "苏\\u{ord(sign):04x}州市"', 1), encoding="utf-8")
    for place in ("study.toml, place.zh", "districts.csv, line 10, name_zh"):
        with pytest.raises(DataError) as caught:
            open_study(copy)
        assert place in str(caught.value)
        assert code in str(caught.value)
        assert sign not in str(caught.value)
        settings.write_text(kept, encoding="utf-8")


@pytest.mark.parametrize("kind", ["pipe", "folder", "device"])
def test_what_is_no_file_is_told_and_not_waited_for(copy: Path, kind: str) -> None:
    path = copy / "published.csv"
    path.unlink()
    {"pipe": os.mkfifo, "folder": os.mkdir, "device": lambda place: os.symlink("/dev/zero", place)}[kind](path)
    with pytest.raises(
        DataError, match=r"published\.csv: cannot be read: (is no file, but a pipe or a device|Is a directory)"
    ):
        open_study(copy)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_an_encoding_is_known_by_the_lines_however_they_end(end: str) -> None:
    lines = ["id,name", "1,昆山市", "2,太仓市", "3,常熟市"]
    assert text_in(end.join(lines).encode("gb18030"), "a.csv") == end.join(lines)
    damaged = end.join(lines).encode().replace("常熟市".encode(), b"\xff")
    with pytest.raises(DataError, match=r"a\.csv, line 4: holds bytes that are no text in UTF-8"):
        text_in(damaged, "a.csv")
