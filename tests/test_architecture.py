"""The house as the README describes it: imports go one way, notebooks stay thin and stripped, settings agree."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from analysis.briefing.parameters import MODELS, cell
from analysis.study import ROOT

ORDER = [
    ("analysis.cell_text", "analysis.messages", "analysis.arithmetic"),
    ("analysis.errors",),
    ("analysis.delimited",),
    ("analysis.quantities",),
    ("analysis.catalogue",),
    ("analysis.style",),
    ("analysis.ledger",),
    ("analysis.reading", "analysis.file_values", "analysis.database_urls"),
    ("analysis.input_models", "analysis.study_models", "analysis.style_file"),
    ("analysis.conference",),
    ("analysis.study_checks",),
    ("analysis.study",),
    ("analysis.sources",),
    ("analysis.coverage",),
    ("analysis.scenarios",),
    ("analysis.views",),
    ("analysis.briefing",),
    ("analysis.front",),
    ("analysis.commands",),
    ("analysis.cli",),
]
MODULES = sorted((ROOT / "analysis").rglob("*.py"))
NOTEBOOKS = ("0_start", *MODELS)  # a researcher's own stand beside them


def _layer(module: str) -> int:
    for position, names in enumerate(ORDER):
        if any(module == name or module.startswith(name + ".") for name in names):
            return position
    return -1


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return {name for name in found if name.startswith("analysis.")}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_imports_only_what_stands_to_its_left(path: Path) -> None:
    own = _layer(".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))
    if own < 0:
        return  # the package's own __init__
    against = {name for name in _imports(path) if _layer(name) > own}
    assert not against, f"{path.relative_to(ROOT)} imports {sorted(against)}"


def test_every_module_belongs_to_a_layer() -> None:
    homeless = [
        path
        for path in MODULES
        if _layer(".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")) < 0
        and path != ROOT / "analysis" / "__init__.py"
    ]
    assert not homeless


@pytest.mark.parametrize("name", ["ARCHITECTURE.md", "ARCHITECTURE.zh-CN.md"])
def test_the_page_of_the_architecture_names_what_is_there_in_the_order_of_imports(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    paths = re.findall(r"`((?:analysis|tests|briefing|coverage|views|sources|scenarios)/[\w./]*)`", text)
    assert len(paths) > 20
    assert [path for path in paths if not ((ROOT / path).exists() or (ROOT / "analysis" / path).exists())] == []
    rows = [re.findall(r"`(\w+)`", row) for row in re.findall(r"^\| (`.*?) \|", text, flags=re.M)]
    layers = [_layer(f"analysis.{one}") for row in rows for one in row[:1]]
    assert layers == sorted(layers)
    packages = {path.parent.name for path in MODULES if path.name == "__init__.py"} - {"analysis", "readers"}
    assert packages <= set(re.findall(r"`(\w+)`", text))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_in_the_package_knows_the_study_that_ships(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    code = re.sub(r'""".*?"""', "", text, flags=re.S)
    allowed = {"parameter_models.py"}  # the default study's name
    assert path.name in allowed or not re.search(r"suzhou|苏州|3205\d\d", code, flags=re.I)


def _shipped(notebook: str) -> dict[str, Any]:
    """A notebook as it would be committed: one that was used in JupyterLab holds what it showed, and is no fault."""
    name = f"notebooks/{notebook}.ipynb"
    kept = subprocess.run(["git", "show", f":{name}"], cwd=ROOT, capture_output=True, check=False)
    text = kept.stdout if kept.returncode == 0 else (ROOT / name).read_bytes()
    found: dict[str, Any] = json.loads(text)
    return found


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_is_thin_and_stripped(name: str) -> None:
    notebook = _shipped(name)
    cells = notebook["cells"]
    assert len(cells) <= 30
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    assert cells[0]["cell_type"] == "markdown"
    assert "".join(cells[0]["source"]).startswith("# ")
    assert cells[1]["metadata"]["tags"] == ["parameters"]
    for one in cells:
        if one["cell_type"] != "code":
            continue
        assert not one["outputs"]
        assert one["execution_count"] is None
        source = "".join(one["source"])
        if "parameters" not in one["metadata"].get("tags", []):
            assert len(source.splitlines()) <= 8
        banned = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.Try)
        assert not [node for node in ast.walk(ast.parse(source)) if isinstance(node, banned)]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_first_cell_after_the_parameters_checks_them(name: str) -> None:
    codes = ["".join(one["source"]) for one in _shipped(name)["cells"] if one["cell_type"] == "code"]
    assert "study = open_study(**parameters(globals()))" in codes[1].splitlines()


@pytest.mark.parametrize("notebook", MODELS)
def test_a_notebook_s_parameters_cell_is_its_model(notebook: str) -> None:
    cells = _shipped(notebook)["cells"]
    assert "".join(cells[1]["source"]) == cell(notebook)


def test_conda_and_pip_ask_for_the_same_packages() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {_requirement(text) for text in project["dependencies"]}
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    python = [text for text in environment["dependencies"] if re.match(r"python[<>=]", str(text))]
    assert python == [f"python{project['requires-python']}"]
    conda = {_requirement(text) for text in environment["dependencies"] if isinstance(text, str)} - {
        _requirement(python[0])
    }
    pip = {_requirement(text) for part in environment["dependencies"] if isinstance(part, dict) for text in part["pip"]}
    assert (conda | pip) - {("-e .", ""), ("pip", "")} == wanted


def test_what_the_bench_compares_with_is_locked_apart_and_no_dependency() -> None:
    lock = (ROOT / "requirements-peers.lock").read_text(encoding="utf-8")
    asked = (ROOT / "tests/scenarios/peers/requirements.in").read_text(encoding="utf-8")
    names = set(re.findall(r"^([\w-]+)[><=]", asked, flags=re.M))
    assert names == {"mesa", "openfisca-core"}
    assert names <= set(re.findall(r"^([\w.-]+)==", lock, flags=re.M))
    assert len(re.findall(r"^[\w.-]+==", lock, flags=re.M)) <= lock.count("--hash=sha256:")
    assert "://" not in lock
    assert not any(name in (ROOT / "requirements.lock").read_text(encoding="utf-8") for name in names)


def test_every_direct_dependency_is_locked_by_hash() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    locked = {name.lower().replace("_", "-") for name in re.findall(r"^([\w.-]+)==", lock, flags=re.M)}
    direct = {_requirement(text)[0] for text in [*project["dependencies"], *project["optional-dependencies"]["dev"]]}
    assert direct <= locked
    assert len(re.findall(r"^[\w.-]+==", lock, flags=re.M)) <= lock.count("--hash=sha256:")
    assert "://" not in lock


def _requirement(text: str) -> tuple[str, str]:
    if text == "-e .":
        return text, ""
    name, sign, rest = re.fullmatch(r"([\w.-]+)\s*([<>=~!]*)(.*)", text).groups()  # type: ignore[union-attr]
    return name.lower().replace("_", "-"), sign + rest
