"""A notebook executed inside this process, without starting a kernel, by an engine of papermill.

Starting a kernel and importing pandas and altair in it is most of a small run's time. `papermill … --engine warm`, and
the command line, run the cells in an IPython shell of the present process instead. Outputs are those a kernel gives.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from contextvars import copy_context
from typing import Any

import nbformat
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from analysis.briefing.executed import number_of, read_executed
from analysis.briefing.own_notebooks import OwnParameters
from analysis.briefing.parameters import SourcesParameters, file_of
from analysis.errors import WorkbookError
from analysis.messages import Said, message_of, said

_KERNEL = "python3"  # as papermill is told; the cells run in this process, whatever the notebook names
_WIDGET = "application/vnd.jupyter.widget-view+json"  # its model, named at random, lives as long as the kernel

Progress = Callable[[str, int, int], None]


def execute(parameters: SourcesParameters, *, notebook: str, progress: Progress) -> dict[str, Any]:
    """The executed notebook as plain values, without clock times, paths or process ids.

    Raises
    ------
    WorkbookError
        When a cell stopped; the message is the cell's own.
    """
    from papermill.engines import papermill_engines
    from papermill.exceptions import PapermillExecutionError
    from papermill.iorw import load_notebook_node
    from papermill.parameterize import parameterize_notebook

    papermill_engines.register("warm", WarmEngine)
    source = file_of(parameters, notebook)
    if not any("parameters" in cell["metadata"].get("tags", []) for cell in read_executed(source)["cells"]):
        what = "{file}: no cell is tagged parameters, so the parameters would not arrive"
        raise WorkbookError(said(what, file=source.name))
    # papermill.execute_notebook takes the same steps, and writes the whole notebook before and after every cell
    given = parameterize_notebook(
        load_notebook_node(str(source)),
        parameters.model_dump(),
        kernel_name=_KERNEL,
        language="python",
        engine_name="warm",
    )
    try:
        executed = papermill_engines.execute_notebook_with_engine(
            "warm",
            given,
            kernel_name=_KERNEL,
            output_path=None,
            progress_bar=False,
            on_cell=lambda done, whole: progress("notebook", done, whole),
        )
    except PapermillExecutionError as error:
        number = number_of(given["cells"], error.cell_index)
        if isinstance(fault := error.__cause__, WorkbookError):
            if not isinstance(parameters, OwnParameters):
                raise fault from None
            raise WorkbookError(in_cell(source.name, number, fault)) from None
        raise WorkbookError(stopped(source.name, number, error.ename, error.evalue)) from error
    return cleaned(executed)


def cleaned(notebook: Any) -> dict[str, Any]:
    """A notebook as plain values, without what differs from run to run: ids, times, and views of widgets that are gone."""
    plain: dict[str, Any] = json.loads(json.dumps(notebook))
    plain["metadata"] = {name: plain["metadata"][name] for name in ("kernelspec",) if name in plain["metadata"]}
    for position, cell in enumerate(plain["cells"]):
        tags = cell["metadata"].get("tags", [])
        cell["metadata"] = {"tags": tags} if tags else {}
        cell["id"] = f"cell-{position}"
        for output in cell.get("outputs", ()):
            output.get("data", {}).pop(_WIDGET, None)
    return plain


def in_cell(name: str, number: int, error: WorkbookError) -> Said:
    """An error, by the cell that it comes from."""
    return said("{name}, cell {number}: {error}", name=name, number=number, error=error)


def stopped(file: str, number: int, ename: str | None, evalue: str | None) -> Said:
    """An error that is none of ours, by the cell that it comes from."""
    return said("{file}, cell {number}: {ename}: {evalue}", file=file, number=number, ename=ename, evalue=evalue)


class WarmEngine:
    """Runs notebooks in the present process; entry point `warm` of `papermill.engine`.

    Not a subclass of papermill's `Engine`: papermill loads its engines while it is itself being imported, so this module
    must not need it.
    """

    @classmethod
    def execute_notebook(
        cls,
        nb: Any,
        kernel_name: str,
        output_path: str | None = None,
        progress_bar: bool = True,
        log_output: bool = False,
        autosave_cell_every: int = 30,
        *,
        on_cell: Callable[[int, int], None] | None = None,
        **options: Any,
    ) -> Any:
        """Run every code cell in turn and keep its outputs in the notebook.

        Parameters
        ----------
        kernel_name, options
            Not used: there is no kernel.
        on_cell
            Called after each cell with how many are done and how many there are.
        """
        from papermill.engines import NotebookExecutionManager

        manager = NotebookExecutionManager(
            nb,
            output_path=output_path,
            progress_bar=progress_bar,
            log_output=log_output,
            autosave_cell_every=autosave_cell_every,
        )
        manager.notebook_start()
        try:
            _run_all(manager, on_cell)
        finally:
            manager.cleanup_pbar()
            manager.notebook_complete()
        return manager.nb

    @classmethod
    def nb_kernel_name(cls, nb: Any, name: str | None = None) -> str:
        """The kernel named by the caller or by the notebook."""
        return name or str(nb.metadata.kernelspec.name)

    @classmethod
    def nb_language(cls, nb: Any, language: str | None = None) -> str:
        """Python, whatever the notebook says: nothing else runs here."""
        return language or "python"


def _run_all(manager: Any, on_cell: Callable[[int, int], None] | None) -> None:
    cells = manager.nb.cells
    own = copy_context()  # the language that a notebook speaks is not that of who runs it
    with _shell() as (shell, outputs):
        for position, cell in enumerate(cells):
            manager.cell_start(cell, position)
            try:
                if cell.cell_type == "code":
                    own.run(_run, shell, outputs, cell, position)
            finally:
                manager.cell_complete(cell, cell_index=position)
            if on_cell is not None:
                on_cell(position + 1, len(cells))


def _run(shell: InteractiveShell, outputs: list[Any], cell: Any, position: int) -> None:
    outputs.clear()
    with redirect_stdout(_Stream("stdout", outputs)), redirect_stderr(_Stream("stderr", outputs)):
        result = shell.run_cell(cell.source, store_history=True)
    cell.execution_count = shell.execution_count - 1
    cell.outputs = list(outputs)
    fault = result.error_before_exec or result.error_in_exec
    if fault is not None:
        if isinstance(fault, KeyboardInterrupt):
            raise fault
        from papermill.exceptions import PapermillExecutionError

        error = PapermillExecutionError(
            cell_index=position,
            exec_count=cell.execution_count,
            source=cell.source,
            ename=type(fault).__name__,
            evalue=message_of(fault),
            traceback=[],
        )
        raise error from fault


@contextmanager
def _shell() -> Iterator[tuple[InteractiveShell, list[Any]]]:
    """A fresh shell whose results go to a list of notebook outputs; the process's own state comes back afterwards."""
    outputs = _Outputs()
    config = Config()
    config.HistoryManager.enabled = False
    main, excepthook = sys.modules.get("__main__"), sys.excepthook
    InteractiveShell.clear_instance()
    shell: Any = InteractiveShell.instance(config=config, colors="nocolor")
    shell.displayhook.write_output_prompt = shell.displayhook.finish_displayhook = lambda: (
        None
    )  # a notebook numbers itself
    shell.displayhook.write_format_data = lambda data, metadata=None: outputs.add(
        "execute_result", data, metadata, execution_count=shell.displayhook.prompt_count
    )
    shell.display_pub.publish = lambda data, metadata=None, **_: outputs.add("display_data", data, metadata)
    shell.display_pub.clear_output = lambda wait=False: outputs.clear()
    shell.showtraceback = lambda *_args, **_options: None
    try:
        yield shell, outputs
    finally:
        InteractiveShell.clear_instance()
        sys.excepthook = excepthook
        if main is not None:
            sys.modules["__main__"] = main


class _Outputs(list[Any]):
    """What a cell shows and prints, in that order."""

    def add(self, kind: str, data: Any, metadata: Any, **more: Any) -> None:
        """Add an output with its data as it is: a node would copy every value of a section into nodes of its own."""
        output = nbformat.v4.new_output(kind, metadata=dict(metadata or {}), **more)
        dict.__setitem__(output, "data", dict(data))
        self.append(output)


class _Stream:
    """Collects what cells print, as stream outputs in the order of printing."""

    encoding = "utf-8"

    def __init__(self, name: str, outputs: list[Any]) -> None:
        self.name, self.outputs = name, outputs

    def write(self, text: str) -> int:
        last = self.outputs[-1] if self.outputs else None
        if last is not None and last.output_type == "stream" and last.name == self.name:
            last.text += text
        elif text:
            self.outputs.append(nbformat.v4.new_output("stream", name=self.name, text=text))
        return len(text)

    def flush(self) -> None:
        """Nothing is held back."""

    def isatty(self) -> bool:
        return False
