"""Whoever waits for a large register sees how far it is; whoever reads a pipe or a notebook sees nothing of it."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pandas as pd
from rich.console import Console

from analysis.commands.telling import reading
from analysis.coverage.opening import count
from analysis.input_models import RegisterInput
from analysis.sources.registers.readers.raw import opened
from analysis.study import Study


def test_a_terminal_shows_the_share_that_was_read(register: pd.DataFrame, tmp_path: Path) -> None:
    register.to_parquet(tmp_path / "a.parquet", row_group_size=200)
    settings = RegisterInput(path=str(tmp_path / "a.parquet"))
    screen = StringIO()
    with (
        reading("counting", console=Console(file=screen, force_terminal=True, width=80)) as watch,
        opened(settings, tmp_path, watch=watch) as raw,
    ):
        slow = f"SELECT count(DISTINCT md5(concat(enterprise, number))) FROM {raw.table}, range(400) AS again (number)"
        raw.connection.execute(slow).fetchall()
    shares = [int(share) for share in re.findall(r"(\d+)%", screen.getvalue())]
    assert shares == sorted(shares)
    assert 0 < shares[-1] <= 100


def test_what_is_no_terminal_is_told_nothing(register: pd.DataFrame, suzhou: Study, tmp_path: Path) -> None:
    register.to_parquet(tmp_path / "a.parquet")
    pipe = StringIO()
    with reading("counting", console=Console(file=pipe)) as watch:
        _, report = count(RegisterInput(path=str(tmp_path / "a.parquet")), suzhou, watch=watch)
    assert report.read == len(register)
    assert pipe.getvalue() == ""
