"""One run: a notebook executed by papermill with checked parameters, and the documents made from what it shows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

from analysis.briefing.assumption_dependence import with_resting, without_resting
from analysis.briefing.context import Context
from analysis.briefing.documents.write import depth_of, write_documents
from analysis.briefing.engine import Progress, execute, in_cell, stopped
from analysis.briefing.executed import SECTION, is_printed, number_of, section_of, sections_in, shown_in
from analysis.briefing.folder import whole_folder
from analysis.briefing.joint_disclosure_audit import refuse_beside, report
from analysis.briefing.manifest import Inputs, id_of, inputs_of, manifest_of, surroundings
from analysis.briefing.number_provenance import Names, accounted
from analysis.briefing.paper import OWN
from analysis.briefing.parameters import SourcesParameters, file_of, to_toml
from analysis.briefing.run_pages import MANIFEST_PAGE, manifest_page
from analysis.briefing.run_store import FORMATS, PAPER, default_folder
from analysis.briefing.suppression_plan import signing
from analysis.briefing.verification import doubt_of, resolver
from analysis.errors import ParameterError, UntracedError, WorkbookError, one_of
from analysis.ledger import Ledger
from analysis.messages import lines_of, said
from analysis.quantities import Language
from analysis.sources.audit import audit
from analysis.study import Study, open_study
from analysis.style_file import wearing
from analysis.views.blocks import LEDGER, MIME, Block, Section, Table
from analysis.views.page import fragment
from analysis.views.tables import ledger_table

_AUDITED_BY = ("study", "other_study", "series", "disclosure_threshold")  # parameters that tell one audit from another


def run(
    parameters: SourcesParameters,
    *,
    notebook: str = "4_briefing",
    formats: Sequence[str] = PAPER,
    folder: Path | None = None,
    progress: Progress | None = None,
    inputs: Inputs | None = None,
    at_once: int = 2,
    style: Path | None = None,
    beside: Iterable[Path] = (),
) -> Path:
    """Execute a notebook and write its documents; the run's folder appears whole or not at all.

    Parameters
    ----------
    parameters, formats
        Checked parameters of the notebook, and any of `run_store.FORMATS`.
    folder
        Where to; by default a folder under reports/ named by the parameters. An earlier run there is replaced.
    progress
        Called with what is being done, how much is done and how much there is.
    inputs
        What the run is made from, where the caller knows it already.
    at_once
        How many documents are made side by side.
    style
        A style.toml in the place of the study's own.
    beside
        Finished runs that a reader may hold too.

    Returns
    -------
    pathlib.Path
        The folder: documents, `notebook.ipynb`, `parameters.toml`, `ledger.json`, `inputs.zip`, `manifest.json`, and that
        to be read, `manifest.html`.

    Raises
    ------
    OutputError
        When the folder cannot be written or holds something that is not a run.
    WorkbookError
        When the notebook stopped; the message is the notebook's own.
    """
    tell = progress or (lambda _what, _done, _whole: None)
    target = folder or default_folder(parameters, notebook=notebook)
    study = open_study(parameters.study)
    inputs = inputs or inputs_of(
        parameters, notebook=notebook, formats=formats, study=study, around=surroundings(), style=style
    )
    name = file_of(parameters, notebook).name
    with whole_folder(target) as work, signing(partial(_choosing, tell)), wearing(inputs.style):
        executed = settled(execute(parameters, notebook=notebook, progress=tell), name=name)
        _refuse_others(executed, study, name=name)
        sections = sections_in(executed)
        ledger = ledger_of(sections)
        disclosure = report(parameters, ledger)
        if disclosure.get("beyond"):
            refuse_beside(parameters, ledger, (one for one in beside if one.resolve() != target.resolve()))
        tell("documents", 0, 1)
        write_documents(
            sections,
            work,
            formats=formats,
            at_once=at_once,
            style=inputs.style,
            run=id_of(inputs.made_of),
            **depth_of(parameters.model_dump()),
        )
        _write_lines(work / "notebook.ipynb", executed)
        (work / "parameters.toml").write_text(to_toml(parameters), encoding="utf-8")
        _write_lines(work / "ledger.json", ledger.to_json())
        (work / "inputs.zip").write_bytes(inputs.snapshot)
        _write_manifest(
            work, partial(manifest_of, inputs, folder=work, audit=audit(study), disclosure=disclosure), parameters
        )
        tell("documents", 1, 1)
    return target


def _write_manifest(work: Path, made: Callable[[], dict[str, Any]], parameters: SourcesParameters) -> None:
    """The manifest as a page, of what is there by then; and as JSON, of the page too."""
    (work / MANIFEST_PAGE).write_text(manifest_page(made(), parameters.language), encoding="utf-8")
    (work / "manifest.json").write_text(json.dumps(made(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


@contextmanager
def _choosing(tell: Progress) -> Iterator[None]:
    """Say that the small counts of a study are being chosen: the first paper after a change waits for it."""
    tell("small counts", 0, 1)
    yield
    tell("small counts", 1, 1)


def formats_of(text: str) -> tuple[str, ...]:
    """Formats named with commas between them.

    Raises
    ------
    ParameterError
        For an unknown format.

    Examples
    --------
    >>> formats_of("docx, pdf")
    ('docx', 'pdf')
    """
    names = tuple(dict.fromkeys(name.strip().lower() for name in text.split(",") if name.strip()))
    unknown = [name for name in names if name not in FORMATS]
    if unknown or not names:
        seen = unknown[0] if unknown else ""
        what = '--to: "{value}" is not a format; allowed: {allowed}'
        raise ParameterError(said(what, value=seen or text, allowed=one_of(FORMATS, seen=seen)))
    return names


def settled(notebook: dict[str, Any], *, name: str) -> dict[str, Any]:
    """An executed notebook with what only the whole paper tells: its cells know nothing of one another.

    What is shown, in the order in which it is shown, gives the annex its lines, tables and figures their numbers, and
    each conclusion what rests on the assumption that overturns it. A notebook that is settled stays as it is.

    Parameters
    ----------
    name
        The notebook's, for messages.

    Raises
    ------
    WorkbookError
        When a cell failed; when one shows a number that has no source, or another one than its source gives; or when the
        study that the paper is about cannot be opened.
    """
    _refuse_failed(notebook["cells"], name=name)
    notebook = _with_markdown(notebook, name=name)
    shown = shown_in(notebook)
    made_with = next((section.made_with for _, section in shown if section.made_with), {})

    @cache
    def context() -> Context:
        return Context.made_with(made_with)

    if brought := next((section.made_with for _, section in shown if section.made_with.get("brought")), None):
        Context.made_with(brought)  # says why nothing of it is printed
    faults, sections = [], []
    for position, section in shown:
        try:
            _refuse_unprotected(section)
            sections.append(_accounted(without_resting(section), lambda: context().names if made_with else {}))
            if made_with and (not section.made_with or section.name == OWN):
                _refuse_untraced(
                    sections[-1], context, beside=[one for _, one in shown if one.made_with and one.name != OWN]
                )
        except UntracedError as error:
            faults.append(in_cell(name, number_of(notebook["cells"], position), error))
    if faults:
        raise WorkbookError(lines_of(*faults))
    told = with_resting(sections, context)
    ledger = ledger_of(told)
    after = iter(replace(section, blocks=_with_annex(section, ledger)) for section in told)
    before = iter(section for _, section in shown)

    def output(plain: dict[str, Any]) -> dict[str, Any]:
        if MIME not in plain.get("data", {}) or (section := next(after)) == next(before):
            return plain
        return plain | {"data": plain["data"] | {MIME: section.to_json(), "text/html": fragment(section)}}

    def settled_cell(cell: dict[str, Any]) -> dict[str, Any]:
        if is_printed(cell):
            next(before)
            return cell | {"metadata": cell["metadata"] | {SECTION: next(after).to_json()}}
        return cell | {"outputs": [output(plain) for plain in cell["outputs"]]} if "outputs" in cell else cell

    return notebook | {"cells": [settled_cell(cell) for cell in notebook["cells"]]}


def _with_markdown(notebook: dict[str, Any], *, name: str) -> dict[str, Any]:
    """A notebook whose markdown cells for the paper are sections, in the language of the paper."""
    made = (section for _, section in shown_in(notebook) if section.made_with)
    first = next(made, None)
    language: Language = first.language if first is not None else "en"
    cells = []
    for position, cell in enumerate(notebook["cells"]):
        if is_printed(cell) and SECTION not in cell["metadata"]:
            try:
                section = section_of("".join(cell["source"]), language)
            except WorkbookError as error:
                raise WorkbookError(in_cell(name, number_of(notebook["cells"], position), error)) from None
            cell = cell | {"metadata": cell["metadata"] | {SECTION: section.to_json()}}
        cells.append(cell)
    return notebook | {"cells": cells}


def _refuse_unprotected(section: Section) -> None:
    """Refuse what a notebook says of its own once it has taken raw counts of a register."""
    if section.made_with.get("unprotected"):
        raise UntracedError(
            "stands after study.cells(unprotected=True): what is made from raw counts cannot be printed; "
            "allowed: answers of the study, or the same without the raw counts"
        )


def _refuse_others(notebook: dict[str, Any], study: Study, *, name: str) -> None:
    """Refuse what a notebook shows of a study that its paper is not of: nobody could compute its numbers again."""
    opened = {str(study.folder): study.folder}
    for position, section in shown_in(notebook):
        other = str(section.made_with.get("study", study.folder))
        if opened.setdefault(other, open_study(other).folder) != study.folder:
            what = "shows {other}, and the paper is of {study}; allowed: a parameter other_study, or a paper of its own"
            error = WorkbookError(said(what, other=Path(other).name, study=study.id))
            raise WorkbookError(in_cell(name, number_of(notebook["cells"], position), error))


def refuse_leaks(sections: Sequence[Section]) -> None:
    """The audit of what an executed notebook prints of registers, before it leaves: of each study all of it as one.

    Raises
    ------
    DisclosureError
        When something small can be worked out from it.
    """
    first = next((one.made_with for one in sections if one.made_with.get("notebook")), None)
    if first is None:
        return
    made = [section.made_with or first for section in sections]
    apart = {tuple(map(one.get, _AUDITED_BY)): one for one in made}
    for made_with in apart.values():
        beside = (one for one, by in zip(sections, made, strict=True) if by.get("study") == made_with.get("study"))
        report(Context.made_with(made_with).parameters, ledger_of(beside))


def ledger_of(sections: Iterable[Section]) -> Ledger:
    """The ledger of a paper: the claims of its sections, numbered as in its annex."""
    return Ledger.of(one for section in sections for one in section.claims())


def _accounted(section: Section, names: Callable[[], Names]) -> Section:
    """The section with an account of every number; the study is opened where one is no claim yet, and may be a name's."""
    try:
        return accounted(section, {})
    except UntracedError:
        return accounted(section, names())


def _refuse_untraced(section: Section, context: Callable[[], Context], *, beside: Iterable[Section]) -> None:
    """Refuse a number of a section of one's own that its source does not give; what the paper says beside it is known."""
    if not (claims := dict.fromkeys(section.claims())):
        return
    leaves = (leaf for one in beside for claim in one.claims() for leaf in claim.quantity.leaves())
    known = {leaf.address: leaf.value for leaf in leaves}
    resolve = resolver(context().parameters)
    for claim in claims:
        doubt = doubt_of("", claim, lambda address: known[address] if address in known else resolve(address))
        if doubt is not None:
            gives = (
                said("it has no source: {reason}", reason=doubt.reason)
                if doubt.now is None
                else said("its source gives {now!r}", now=doubt.now)
            )
            what = "the number {marked} ({quantity}): {gives}"
            raise UntracedError(said(what, marked=claim.marked, quantity=claim.quantity.label, gives=gives))


def _with_annex(section: Section, ledger: Ledger) -> tuple[Block, ...]:
    return tuple(
        ledger_table(ledger, section.language) if isinstance(block, Table) and block.id == LEDGER else block
        for block in section.blocks
    )


def _refuse_failed(cells: Sequence[Any], *, name: str) -> None:
    """Refuse a notebook that stopped at a cell: what it shows is not all that it has to say."""
    for position, cell in enumerate(cells):
        errors = (output for output in cell.get("outputs", ()) if output.get("output_type") == "error")
        error = next(errors, {"ename": "error", "evalue": "it did not run to its end"})
        if error.get("output_type") or cell.get("metadata", {}).get("papermill", {}).get("exception"):
            told = stopped(name, number_of(cells, position), error.get("ename"), error.get("evalue"))
            raise WorkbookError(said("{told}\nthe notebook stopped there; execute it again", told=told))


def _write_lines(path: Path, plain: dict[str, Any] | list[Any]) -> None:
    """Write plain values as JSON, an entry a line, those of the top's own tables and lists too."""
    path.write_text(_lines(plain, levels=2 if isinstance(plain, dict) else 1) + "\n", encoding="utf-8")


def _lines(plain: object, *, levels: int) -> str:
    if levels and isinstance(plain, dict) and plain:
        entries = [f"{json.dumps(name)}: {_lines(part, levels=levels - 1)}" for name, part in plain.items()]
        return "{\n" + ",\n".join(entries) + "\n}"
    if levels and isinstance(plain, list) and plain:
        return "[\n" + ",\n".join(_lines(part, levels=levels - 1) for part in plain) + "\n]"
    return json.dumps(plain, ensure_ascii=False)
