"""Every message that reaches a reader can be said in Chinese, and the catalogue holds nothing else."""

from __future__ import annotations

import ast
import errno
import os
import pickle
import re
import shutil
import string
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis.briefing.parameters import MODELS, checked
from analysis.briefing.runner import run as write
from analysis.errors import DataError, Problem, WorkbookError, one_of
from analysis.messages import catalogue, in_language, said
from tests.commands import command, refusal

ROOT = Path(__file__).parent.parent / "analysis"
SAYING = {"said", "message", "constant"}
PLACES = {  # of texts among what a call is given; what was seen is the reader's own
    "Problem": {"where": 0, "what": 1, "allowed": 3},
    "tell": {"what": 2, "allowed": 4},
    "remark": {"what": 2},
    "Edit": {"rule": 2, "because": 3},
    "_part": {"rule": 1, "because": 2},
}
OF_PROGRAMMERS = {
    "AttributeError",
    "TypeError",
    "KeyError",
    "AssertionError",
    "NotImplementedError",
    "FileNotFoundError",
}
_WORDS = re.compile(r"[a-z]{2,} [a-z]{2,}")
_HOLES = re.compile(r"\{[^{}]*\}")


def _name(call: ast.Call) -> str:
    function = call.func
    return (
        function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else ""
    )


def _given(call: ast.Call) -> Iterator[ast.expr]:
    """What a call shows to a reader: places of a Problem or of what becomes one, the message of an error, what fills one in."""
    name = _name(call)
    if name in PLACES:
        yield from (call.args[place] for place in PLACES[name].values() if place < len(call.args))
        yield from (one.value for one in call.keywords if one.arg in PLACES[name])
    elif name in SAYING:
        yield from (one.value for one in call.keywords)
    elif name.endswith("Error") and name not in OF_PROGRAMMERS:
        yield from call.args[:1]


def _ends(
    node: ast.expr, assigned: dict[str, list[ast.expr]], seen: frozenset[str] = frozenset()
) -> Iterator[ast.expr]:
    """What an expression can come to, through choices and names that the module gives texts to."""
    if isinstance(node, ast.IfExp):
        yield from _ends(node.body, assigned, seen)
        yield from _ends(node.orelse, assigned, seen)
    elif isinstance(node, ast.BoolOp):
        for one in node.values:
            yield from _ends(one, assigned, seen)
    elif isinstance(node, ast.Name) and node.id in assigned and node.id not in seen:
        for one in assigned[node.id]:
            yield from _ends(one, assigned, seen | {node.id})
    else:
        yield node


def _assigned(tree: ast.AST) -> dict[str, list[ast.expr]]:
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                values = [(target, node.value)]
                if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    values = list(zip(target.elts, node.value.elts, strict=False))
                for one, value in values:
                    if isinstance(one, ast.Name):
                        found.setdefault(one.id, []).append(value)
    return found


def _texts(path: Path) -> Iterator[tuple[str, str, int]]:
    """Templates, constants and f-strings of a module that reach a reader: the kind, the text, the line."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for scope in _scopes(tree):
        assigned = _assigned(scope)
        for call in _calls(scope):
            if _name(call) in SAYING and call.args:
                for template in _ends(call.args[0], assigned):
                    if isinstance(template, ast.Constant) and isinstance(template.value, str):
                        yield "template", template.value, call.lineno
            for argument in _given(call):
                for end in _ends(argument, assigned):
                    if isinstance(end, ast.JoinedStr) and (
                        _name(call) not in SAYING or _WORDS.search(ast.unparse(end))
                    ):
                        yield "f-string", ast.unparse(end), end.lineno
                    elif isinstance(end, ast.Constant) and isinstance(end.value, str):
                        yield "constant", end.value, end.lineno


def _scopes(tree: ast.Module) -> Iterator[ast.AST]:
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return iter([tree, *functions])


def _calls(scope: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(scope) if isinstance(node, ast.Call))


def _needs_a_line(text: str) -> bool:
    """Whether there are words in it: not so a name, a file, or places with commas between them."""
    return " " in text and re.search(r"[A-Za-z]{2}", _HOLES.sub("", text)) is not None


def _found() -> list[tuple[str, str, str]]:
    """The kind, the text and the place of everything that reaches a reader."""
    return [
        (kind, text, f"{path.relative_to(ROOT)}:{line}")
        for path in sorted(ROOT.rglob("*.py"))
        for kind, text, line in _texts(path)
    ]


FOUND = _found()
FILE = ROOT / "assets" / "messages.zh.toml"
OF_THE_SYSTEM = {os.strerror(number) for number in errno.errorcode}
_OF_READERS = FILE.read_text(encoding="utf-8").partition("# What readers of formats say.")[2]
OF_READERS = set(re.findall(r'^"([^"{}\n]+)" =', _OF_READERS, re.MULTILINE))
NOT_YET: tuple[str, ...] = ()  # where messages are still filled in as they arise


def test_every_message_that_reaches_a_reader_has_its_chinese_line() -> None:
    said_somewhere = {text: place for kind, text, place in FOUND if kind != "f-string"}
    assert {one: place for one, place in said_somewhere.items() if _needs_a_line(one) and one not in catalogue()} == {}


def test_every_parameter_is_described_in_both_languages() -> None:
    described = {field.description for model in MODELS.values() for field in model.model_fields.values()}
    assert described - set(catalogue()) == set()


def test_a_message_with_values_is_said_by_its_template() -> None:
    """Filled in where it arises, it could not be said in another language."""
    assert [(text, place) for kind, text, place in FOUND if kind == "f-string" and not place.startswith(NOT_YET)] == []


def test_a_message_is_filled_in_with_the_same_values_in_both_languages() -> None:
    for english, chinese in catalogue().items():
        assert _holes(chinese) <= _holes(english), english
        assert _holes(english) - _holes(chinese) <= {"position"}, english  # of Python, of which nobody asks


def test_the_catalogue_holds_nothing_that_is_never_said() -> None:
    written = {
        node.value
        for path in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    descriptions = {field.description for model in MODELS.values() for field in model.model_fields.values()}
    said_elsewhere = descriptions | OF_THE_SYSTEM | OF_READERS
    assert {one for one in catalogue() if one not in written and one not in said_elsewhere} == set()


def test_a_message_that_stands_twice_in_the_catalogue_is_refused() -> None:
    text = FILE.read_text(encoding="utf-8")
    with pytest.raises(tomllib.TOMLDecodeError):
        tomllib.loads(text + next(line for line in text.splitlines() if line.startswith('"')))


def test_names_that_a_reader_has_to_write_are_not_translated() -> None:
    told = said(
        '{name}: "{seen}"; allowed: {allowed}', name="district", seen="file", allowed=one_of(["column", "header"])
    )
    assert in_language(told, "zh").count("column") == in_language(told, "zh").count("district") == 1


def test_an_error_of_an_error_is_said_in_one_language() -> None:
    inner = WorkbookError(said("{path}: is not a notebook", path="a.ipynb"))
    outer = WorkbookError(said("papers {position}, {fault}", position=2, fault=inner))
    assert outer.told("zh") == "第2个papers，a.ipynb：不是笔记本"
    assert str(outer) == "papers 2, a.ipynb: is not a notebook"


def test_a_message_that_another_process_sends_can_still_be_said() -> None:
    error = DataError(Problem("a.csv", "is not a number", "x", one_of(["private", "foreign"], seen="privat")))
    sent = pickle.loads(pickle.dumps(error.message))
    assert in_language(sent, "zh") == "a.csv：不是数字；所见“x”；允许：private、foreign（是否指private？）"


def test_english_needs_no_catalogue() -> None:
    """What starts in English, or tells nothing, does not wait for it."""
    code = (
        "import analysis.messages as m; m.in_language(m.said('is not a number: {x}', x=1), 'en'); "
        "assert m.catalogue.cache_info().currsize == 0"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("asked", "own", "locale", "told"),
    [
        ([], "", "C", "no figure"),
        ([], "", "zh_CN.UTF-8", "没有"),
        ([], "zh", "C", "没有"),
        ([], "en", "zh_CN.UTF-8", "no figure"),
        (["-l", "en"], "zh", "zh_CN.UTF-8", "no figure"),
        (["-l", "zh"], "en", "C", "没有"),
    ],
)
def test_the_option_s_language_is_spoken_or_the_study_s_or_the_machine_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: list[str], own: str, locale: str, told: str
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    shutil.copytree(ROOT.parent / "tests" / "studies" / "place-a", tmp_path / "study")
    settings = tmp_path / "study" / "study.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text((f'language = "{own}"\n' if own else "") + text, encoding="utf-8")
    figures = tmp_path / "study" / "published.csv"
    figures.write_text(figures.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    assert told in refusal(command("audit", tmp_path / "study", *asked))


def test_a_checked_run_is_told_in_the_language_asked_for(tmp_path: Path) -> None:
    run = write(
        checked("1_sources", {"study": "national", "language": "en"}), folder=tmp_path / "run", formats=("html",)
    )
    assert "claims computed again" in command("verify", run, "-l", "en").stdout
    assert "claims" not in command("verify", run, "-l", "zh").stdout


def _holes(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}
