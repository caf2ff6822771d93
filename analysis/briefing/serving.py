"""How the notebooks are served: at once, to this machine alone, and with nothing fetched from elsewhere.

`make lab` names `PromptConnection`; `make explore` runs this module, which serves one notebook without its code.
"""

from __future__ import annotations

import sys
from typing import Any

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

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
    """Serve a notebook without its code: on 127.0.0.1, to who has the token, with a policy that fetches nothing else."""
    from traitlets.config import Config

    from analysis.briefing.served import ServedViews

    served = ServedViews.instance(config=Config(SETTINGS))
    served.initialize(arguments)
    served.start()


if __name__ == "__main__":
    main(sys.argv[1:])
