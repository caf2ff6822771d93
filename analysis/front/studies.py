"""The studies that there are, and what each can answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.errors import WorkbookError
from analysis.messages import prefer, speaking
from analysis.quantities import Label, Language
from analysis.scenarios.scenario import scenario_names
from analysis.study import Study, open_study, study_names

if TYPE_CHECKING:
    import pandas as pd

_HEADS = {
    "study": Label("研究", "study"),
    "title": Label("标题", "title"),
    "as_of": Label("时点", "as of"),
    "counted_from": Label("数据来自", "counted from"),
    "figures": Label("已公布数字", "published figures"),
    "districts": Label("区域", "districts"),
    "targets": Label("目标", "targets"),
    "scenarios": Label("情景", "scenarios"),
    "answers": Label("可用的笔记本", "notebooks that answer"),
}
_INPUTS = {
    "register": Label("登记簿", "a register"),
    "returns": Label("各区域报表", "the districts' returns"),
    "synthetic": Label("合成登记簿†", "a synthetic register †"),
    "none": Label("仅已公布数字", "published figures only"),
}


def studies(language: str = "") -> pd.DataFrame:
    """The studies in data/, a row each: what it is of, what it is counted from, and which notebooks have an answer.

    Parameters
    ----------
    language
        zh or en; without it, that of this session.

    Examples
    --------
    >>> found = studies("en")
    >>> found.set_index("study").loc["national", "counted from"]
    'published figures only'
    """
    import pandas as pd

    prefer(language or speaking())
    told: Language = "zh" if (language or speaking()) == "zh" else "en"
    rows = [_row(name, told) for name in study_names()]
    return pd.DataFrame(rows, columns=list(_HEADS)).rename(
        columns={name: head.of(told) for name, head in _HEADS.items()}
    )


def _row(name: str, language: Language) -> dict[str, Any]:
    try:
        study = open_study(name)
    except WorkbookError as error:
        return {"study": name, "title": error.told(language).splitlines()[0]}
    settings = study.settings
    return {
        "study": name,
        "title": settings.title.label.of(language),
        "as_of": "" if settings.as_of is None else str(settings.as_of),
        "counted_from": _INPUTS[settings.input].of(language),
        "figures": len(study.figures),
        "districts": len(study.districts),
        "targets": len(study.targets),
        "scenarios": ", ".join(scenario_names(study)),
        "answers": ", ".join(_answering(study)),
    }


def _answering(study: Study) -> list[str]:
    """The numbers of the notebooks that have an answer from this study."""
    is_counted = study.settings.input != "none"
    found = {"1": True, "2": is_counted, "3": is_counted and bool(study.targets and scenario_names(study))}
    found |= {"4": True, "5": is_counted, "6": bool(study.duties or study.decisions), "7": bool(study.departments)}
    return [number for number, has in found.items() if has]
