"""Every department's sheet in both languages, as PDF and printed from Word: `make soak`. Takes half a minute.

Each has one page with room to spare, for Word's own fonts are wider than those of one machine.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from analysis.study import open_study
from tests.briefing.sheets import crowded, written
from tests.office import has_office


def main(study: str = "suzhou-2003", least: float = 0.1) -> None:
    """Write all sheets, and say which are crowded."""
    departments = [row.id for row in open_study(study).departments]
    with tempfile.TemporaryDirectory() as folder:
        papers = written(Path(folder), study=study, departments=departments)
        found = crowded(papers, least=least)
    if found:
        sys.exit("\n".join(found))
    word = "and in Word" if has_office("writer") else "(LibreOffice is not installed: Word was not looked at)"
    print(f"{len(papers)} sheets of {len(departments)} departments have one page each as PDF {word}")


if __name__ == "__main__":
    main()
