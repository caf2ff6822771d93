"""Voilà as the workbook serves it: the documents too are for those alone who have the token."""

from __future__ import annotations

from typing import Any

from jupyter_server.base.handlers import JupyterHandler
from tornado import web
from voila.app import Voila
from voila.static_file_handler import AllowListFileHandler

from analysis.study import ROOT


class DocumentHandler(JupyterHandler, AllowListFileHandler):  # type: ignore[misc]
    """Printed documents, on the list of what may be served; Voilà's own handler asks nobody for a token."""

    def initialize(self, **settings: Any) -> None:
        """Take the list and the folder, as Voilà gives them."""
        AllowListFileHandler.initialize(self, **settings)

    @web.authenticated
    def get(self, path: str, **options: Any) -> Any:
        """Send a document."""
        return AllowListFileHandler.get(self, path, **options)

    def write_error(self, status_code: int, **options: Any) -> None:
        """Say what is wrong in plain words: the page that Jupyter would draw needs what Voilà has not."""
        web.RequestHandler.write_error(self, status_code, **options)

    @web.authenticated
    def head(self, path: str) -> Any:
        """Tell of a document."""
        return AllowListFileHandler.head(self, path)


class ServedViews(Voila):  # type: ignore[misc]
    """Voilà with the documents behind the token."""

    name = "voila"

    def init_handlers(self) -> list[Any]:
        """The handlers of Voilà, that of files replaced: by one over the whole project, which asks for the token."""
        handlers = super().init_handlers()
        return [
            (rule[0], DocumentHandler, {**rule[2], "path": str(ROOT)}) if rule[1] is AllowListFileHandler else rule
            for rule in handlers
        ]
