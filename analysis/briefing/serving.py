"""How the notebooks are served: at once, to this machine alone, and with nothing fetched from elsewhere.

`make lab` names `PromptConnection`; `make explore` runs this module, which serves one notebook without its code.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

from analysis.study import ROOT

CONNECTION = "analysis.briefing.serving.PromptConnection"
NOTHING_FROM_ELSEWHERE = (
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; "
    "connect-src 'self' ws: blob: data:; frame-ancestors 'self'"
)
SETTINGS: dict[str, dict[str, Any]] = {
    "Voila": {
        "ip": "127.0.0.1",
        "auto_token": True,
        "kernel_websocket_connection_class": CONNECTION,
        "tornado_settings": {"headers": {"Content-Security-Policy": NOTHING_FROM_ELSEWHERE}},
    },
    "VoilaConfiguration": {"strip_sources": True, "file_allowlist": [r"reports/.*\.(docx|pdf|html|xlsx|pptx)"]},
}


class PromptConnection(ZMQChannelsWebsocketConnection):
    """The connection between a kernel and a browser, without waiting for acknowledgements.

    A server holds back a small message until the browser has acknowledged the one before, which a browser puts off for
    forty milliseconds (Nagle's algorithm, RFC 896, against delayed acknowledgement, RFC 1122). A slider's move is
    several small messages.
    """

    def connect(self) -> Any:
        """Connect as always, and send from now on at once."""
        self.websocket_handler.set_nodelay(True)
        return super().connect()


def main(arguments: list[str]) -> None:
    """Serve a notebook's views without code: on 127.0.0.1, to who has the token, with a policy that fetches nothing else."""
    from traitlets.config import Config

    with TemporaryDirectory(prefix="views-") as place:
        notebook, *options = arguments
        served = _views_behind_the_token().instance(config=Config(SETTINGS))
        served.initialize([str(views_of(Path(notebook), Path(place))), *options])
        served.start()


def _views_behind_the_token() -> Any:
    """Voilà with the documents too behind the token; it is there only where the views are served."""
    from jupyter_server.base.handlers import JupyterHandler
    from tornado import web
    from voila.app import Voila
    from voila.static_file_handler import AllowListFileHandler

    class DocumentHandler(JupyterHandler, AllowListFileHandler):  # type: ignore[misc]
        """Printed documents, on the list of what may be served; Voilà's own handler asks nobody for a token."""

        def initialize(self, **settings: Any) -> None:
            AllowListFileHandler.initialize(self, **settings)

        get = web.authenticated(AllowListFileHandler.get)
        head = web.authenticated(AllowListFileHandler.head)

        def write_error(self, status_code: int, **options: Any) -> None:
            """Say what is wrong in plain words: the page that Jupyter would draw needs what Voilà has not."""
            web.RequestHandler.write_error(self, status_code, **options)

    class ServedViews(Voila):  # type: ignore[misc]
        name = "voila"

        def init_handlers(self) -> list[Any]:
            """The handlers of Voilà, that of files replaced: by one over the whole project, which asks for the token."""
            return [
                (rule[0], DocumentHandler, {**rule[2], "path": str(ROOT)}) if rule[1] is AllowListFileHandler else rule
                for rule in super().init_handlers()
            ]

    return ServedViews


def views_of(notebook: Path, folder: Path) -> Path:
    """A copy of a notebook that ends with its view: what is printed below it would not follow what is chosen in it."""
    plain = json.loads(notebook.read_text(encoding="utf-8"))
    views = [number for number, cell in enumerate(plain["cells"]) if "widget" in cell["metadata"].get("tags", ())]
    plain["cells"] = plain["cells"][: max(views, default=len(plain["cells"]) - 1) + 1]
    copy = folder / notebook.name
    copy.write_text(json.dumps(plain, ensure_ascii=False), encoding="utf-8")
    return copy


if __name__ == "__main__":
    main(sys.argv[1:])
