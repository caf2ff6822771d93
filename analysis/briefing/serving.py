"""How the notebooks' servers send: at once.

A server holds back a small message until the browser has acknowledged the one before, which a browser puts off for
forty milliseconds (Nagle's algorithm, RFC 896, against delayed acknowledgement, RFC 1122). A slider's move is several
small messages. `make lab` and `make explore` name this class, and a move takes half the time.
"""

from __future__ import annotations

from typing import Any

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection


class PromptConnection(ZMQChannelsWebsocketConnection):
    """The connection between a kernel and a browser, without waiting for acknowledgements."""

    def connect(self) -> Any:
        """Connect as always, and send from now on at once."""
        self.websocket_handler.set_nodelay(True)
        return super().connect()
