"""How large the house is: `python -m tests.size`, or `make size`."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 10


def sizes(folder: Path) -> tuple[Counter[str], Counter[str]]:
    """Lines and modules by package, two levels deep."""
    lines, modules = Counter[str](), Counter[str]()
    for path in sorted(folder.rglob("*.py")):
        package = "/".join(path.relative_to(folder.parent).parent.parts[:2])
        lines[package] += len(path.read_text(encoding="utf-8").splitlines())
        modules[package] += 1
    return lines, modules


def functions(folder: Path) -> Iterator[tuple[int, str]]:
    """Every function with its lines, docstring and blank lines included."""
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                code = [one for one in node.body if not _is_docstring(one)]
                told = sum((one.end_lineno or 0) - one.lineno + 1 for one in node.body if _is_docstring(one))
                if code:
                    yield (
                        (node.end_lineno or 0) - node.lineno + 1 - told,
                        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}",
                    )


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def main() -> None:
    """Print lines and modules by package, the longest functions and the longest modules."""
    for folder in ("analysis", "tests"):
        lines, modules = sizes(ROOT / folder)
        for package in sorted(lines):
            print(f"{package:32}{lines[package]:8,} lines{modules[package]:6} modules")
        print(f"{folder + ' in all':32}{lines.total():8,} lines{modules.total():6} modules\n")
    print("longest functions, without their docstrings")
    for length, name in sorted(functions(ROOT / "analysis"), reverse=True)[:LONGEST]:
        print(f"{length:6} {name}")
    print("\nlongest modules")
    found = ((len(path.read_text(encoding="utf-8").splitlines()), path) for path in (ROOT / "analysis").rglob("*.py"))
    for length, path in sorted(found, reverse=True)[:LONGEST]:
        print(f"{length:6} {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
