"""A papermill engine that runs a notebook inside this process, without starting a kernel.

Starting a kernel and importing pandas and altair in it is most of a small run's time. `papermill … --engine warm`, and
the command line, run the cells in an IPython shell of the present process instead. Outputs are those a kernel gives.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from typing import Any

import nbformat
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from analysis.messages import message_of


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
    streams = _Streams(outputs)
    with streams:
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
    outputs: list[Any] = []
    config = Config()
    config.HistoryManager.enabled = False
    main, excepthook = sys.modules.get("__main__"), sys.excepthook
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance(
        config=config, displayhook_class=_hook(outputs), display_pub_class=_publisher(outputs), colors="nocolor"
    )
    shell.showtraceback = lambda *_args, **_options: None  # type: ignore[method-assign]
    try:
        yield shell, outputs
    finally:
        InteractiveShell.clear_instance()
        sys.excepthook = excepthook
        if main is not None:
            sys.modules["__main__"] = main


def _hook(outputs: list[Any]) -> type[DisplayHook]:
    class Hook(DisplayHook):
        def write_output_prompt(self) -> None:
            """Nothing: a notebook numbers its outputs itself."""

        def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
            output = nbformat.v4.new_output(
                "execute_result", metadata=dict(md_dict or {}), execution_count=self.prompt_count
            )
            outputs.append(_with_data(output, format_dict))

        def finish_displayhook(self) -> None:
            """Nothing to flush."""

    return Hook


def _with_data(output: Any, data: Any) -> Any:
    """The output with its data as it is: a node would copy every value of a section into nodes of its own."""
    dict.__setitem__(output, "data", dict(data))
    return output


def _publisher(outputs: list[Any]) -> type[DisplayPublisher]:
    class Publisher(DisplayPublisher):
        def publish(self, data: Any, metadata: Any = None, source: Any = None, **_options: Any) -> None:
            output = nbformat.v4.new_output("display_data", metadata=dict(metadata or {}))
            outputs.append(_with_data(output, data))

        def clear_output(self, wait: bool = False) -> None:
            outputs.clear()

    return Publisher


class _Streams:
    """Collects what cells print, as stream outputs in the order of printing."""

    def __init__(self, outputs: list[Any]) -> None:
        self.outputs = outputs

    def __enter__(self) -> None:
        self.saved = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = _Stream("stdout", self.outputs), _Stream("stderr", self.outputs)

    def __exit__(self, *_fault: object) -> None:
        sys.stdout, sys.stderr = self.saved


class _Stream:
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
