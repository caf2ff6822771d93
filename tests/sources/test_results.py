"""A result is found again by what it rests on; a bad cache costs only time."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.quantities import Label, Status
from analysis.sources import results
from analysis.sources.results import key_of, result


def refused() -> Any:
    pytest.fail("computed a second time")


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(computed=PLAIN)
def test_a_result_comes_back_as_it_was_computed(computed: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("results")
    assert result(folder, "any", {}, lambda: computed) == computed
    assert result(folder, "any", {}, refused) == computed


def test_arrays_come_back_bit_for_bit(tmp_path: Path) -> None:
    values = np.array([[0.1, np.nan, -0.0], [np.inf, 1e-300, 2**53 + 0.0]])
    for compute in (lambda: {"values": values}, refused):
        found = result(tmp_path, "array", {}, compute)["values"]
        assert found.tobytes() == values.tobytes()
        assert found.shape == values.shape
        found += 1  # it is the reader's own


def test_the_first_time_gives_the_same_types_as_the_second(tmp_path: Path) -> None:
    first = result(tmp_path, "pairs", {}, lambda: [(1, 2.0)])
    assert first == result(tmp_path, "pairs", {}, refused) == [[1, 2.0]]


def test_without_a_folder_nothing_is_read_or_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "FOLDER", tmp_path)
    assert result(None, "sum", {}, lambda: 1) == 1
    assert result(None, "sum", {}, lambda: 2) == 2
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: raw[: len(raw) // 2],
        lambda raw: raw.replace(b"12345", b"12346"),  # a whole JSON text still
        lambda _: b"",
        lambda _: b"\xff\xfe",
        lambda _: b"[12345]",
    ],
)
def test_a_damaged_file_is_computed_again(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    result(tmp_path, "sum", {}, lambda: [12345])
    (place,) = tmp_path.iterdir()
    place.write_bytes(damage(place.read_bytes()))
    assert result(tmp_path, "sum", {}, lambda: [12345]) == [12345]
    assert result(tmp_path, "sum", {}, refused) == [12345]


def test_a_folder_that_cannot_be_written_does_not_matter(tmp_path: Path) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("in the way")
    assert result(blocked / "results", "sum", {}, lambda: 1) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["a file"]


def test_what_cannot_be_computed_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        result(tmp_path, "share", {}, lambda: 1 / 0)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 2),
        (0.1, 0.1 + 2**-56),
        ("a", "b"),
        (Fraction(1, 3), Fraction(1, 2)),
        (date(2003, 1, 1), date(2004, 1, 1)),
        (Label("一", "one"), Label("一", "two")),
        ([1, 2], [2, 1]),
        ({"a": Label("一", "one")}, {"a": Label("二", "one")}),
        (np.array([1.0, 2.0]), np.array([1.0, 2.5])),
        (np.array([[1.0, 2.0]]), np.array([[1.0], [2.0]])),
        (Status.COUNTED, Status.SYNTHETIC),
    ],
)
def test_results_that_rest_on_other_things_are_kept_apart(one: Any, other: Any) -> None:
    assert key_of("sum", {"of": one}) == key_of("sum", {"of": one})
    assert key_of("sum", {"of": one}) != key_of("sum", {"of": other})
    assert key_of("sum", {"of": one}) != key_of("product", {"of": one})


def test_a_result_cannot_rest_on_what_nothing_tells_apart() -> None:
    with pytest.raises(TypeError, match="cannot rest on"):
        key_of("sum", {"of": object()})


def test_other_code_or_another_package_is_another_result(monkeypatch: pytest.MonkeyPatch) -> None:
    before = key_of("sum", {})
    read = Path.read_bytes
    for name in ("scenarios/goals.py", "sources/synthetic_draws.py", "coverage/counting.py", "arithmetic.py"):

        def changed(path: Path, name: str = name) -> bytes:
            return read(path) + (b"# edited" if str(path).endswith(name) else b"")

        with monkeypatch.context() as patched:
            patched.setattr(Path, "read_bytes", changed)
            patched.setattr(results, "code", results.code.__wrapped__)
            assert key_of("sum", {}) != before, name
    with monkeypatch.context() as patched:
        patched.setattr(results, "version", lambda name: "0")
        patched.setattr(results, "code", results.code.__wrapped__)
        assert key_of("sum", {}) != before


def test_keys_are_the_same_whatever_python_hashes_with() -> None:
    asked = (
        "from analysis.sources.results import key_of\n"
        "from analysis.scenarios.switching_values import rests_on\n"
        "from analysis.study import open_study\n"
        "print(key_of('turning', rests_on(open_study('suzhou-2003'))))"
    )
    keys = {
        subprocess.run(
            [sys.executable, "-c", asked], env={"PYTHONHASHSEED": seed}, check=True, capture_output=True, text=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(keys) == 1


def test_the_oldest_results_make_room_for_the_newest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "MOST", 3000)
    for number in range(12):
        result(tmp_path, f"text{number}", {}, lambda number=number: f"{number}" * 400)  # type: ignore[misc]
        place = next(tmp_path.glob(f"text{number}-*"))
        os.utime(place, (number, number))
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 3000
    assert result(tmp_path, "text11", {}, refused) == "11" * 400
    assert result(tmp_path, "text0", {}, lambda: "computed again") == "computed again"
