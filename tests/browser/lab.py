"""A real JupyterLab or Voilà and a real Chromium, with no way to the network."""

from __future__ import annotations

import os
import shlex
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.study import ROOT
from tests.fonts import font_settings

TOKEN = "for-this-test-only"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
MISSING = "no chromium on this machine; apt-get install chromium brings it"


@dataclass(frozen=True)
class Server:
    """A running server: its address, its port, and the folder it serves."""

    base: str
    port: int
    root: Path

    def url(self, path: str) -> str:
        """An address with the token."""
        return f"{self.base}{path}{'&' if '?' in path else '?'}token={TOKEN}"


@contextmanager
def lab(root: Path, home: Path) -> Iterator[Server]:
    """JupyterLab over a folder, with settings, workspaces and runtime files in a home of its own."""
    options = ["--ServerApp.open_browser=False", "--ServerApp.port_retries=0", f"--ServerApp.root_dir={root}"]
    options += [f"--IdentityProvider.token={TOKEN}", *_of_make_lab()]
    options += ["--LabApp.expose_app_in_browser=True"]  # so that a test can run all cells by command
    options += ["--allow-root"] if os.geteuid() == 0 else []
    with _served("jupyterlab", root, home, [*options, "--ServerApp.ip=127.0.0.1"], "--ServerApp.port") as server:
        yield server


def _of_make_lab() -> list[str]:
    """The settings that `make lab` starts JupyterLab with."""
    line = next(
        line for line in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines() if "/jupyter lab " in line
    )
    words = shlex.split(line.replace("$$PWD", str(ROOT)).replace("=.lab/", f"={ROOT}/.lab/"))
    return [word for word in words if word.startswith(("--config=", "--LabApp.", "--ServerApp."))]


@contextmanager
def voila(root: Path, home: Path, notebook: str) -> Iterator[Server]:
    """Voilà on one notebook, with the settings of `make explore`."""
    options = [notebook, f"--Voila.token={TOKEN}", "--no-browser"]
    with _served("analysis.briefing.serving", root, home, options, "--port") as server:
        yield server


@contextmanager
def chromium(*, width: int = 1280, height: int = 900) -> Iterator[tuple[Any, list[str]]]:
    """A page of a headless Chromium, and the addresses it asked for beyond this machine: all of them are refused."""
    from playwright.sync_api import sync_playwright

    outside: list[str] = []

    def guard(route: Any) -> None:
        local = route.request.url.startswith(("http://127.0.0.1:", "data:", "blob:"))
        if local:
            route.continue_()
        else:
            outside.append(route.request.url)
            route.abort()

    fonts = {**os.environ, "FONTCONFIG_FILE": str(font_settings())}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, env=fonts, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        context = browser.new_context(viewport={"width": width, "height": height})
        context.route("**/*", guard)
        yield context.new_page(), outside
        browser.close()


def run_all(page: Any, server: Server, notebook: str, *, view: str = ".cw-live", drawn: str = "[data-drawn]") -> None:
    """Open a notebook in Lab, run all of its cells and scroll to the view among what they show, until it is drawn."""
    page.goto(server.url(f"/lab/tree/{notebook}?reset"))
    page.wait_for_selector(".jp-NotebookPanel .jp-Cell", timeout=60_000)
    page.wait_for_function(_KERNEL_IS_READY, timeout=60_000)
    run_again(page, view=view, drawn=drawn)


def run_again(page: Any, *, view: str = ".cw-live", drawn: str = "[data-drawn]") -> None:
    """Run all cells of the notebook that is open in Lab, and scroll to the view until it is drawn.

    Lab scrolls to the last cell while it runs them, and a browser lays out nothing that is out of sight: a view that
    it has not seen before then waits for its width until somebody scrolls to it.
    """
    page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells').then(() => null)")
    page.wait_for_function(_SCROLLED_UNTIL_DRAWN, arg=[view, drawn], polling=250, timeout=120_000)
    page.locator(view + drawn).first.scroll_into_view_if_needed()
    page.wait_for_selector(view + drawn)


def restart(page: Any) -> None:
    """Restart the kernel of the notebook that is open in Lab, as its menu does, without the question."""
    page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    page.wait_for_function(_KERNEL_IS_READY, timeout=60_000)


def is_refused(address: str) -> bool:
    """Whether someone without the token gets nothing but the question for it."""
    with urllib.request.urlopen(address, timeout=20) as answer:
        return "/login" in answer.url


def socket_answer(server: Server, path: str) -> int:
    """What a request to open a websocket, with no cookie, is answered: 101 where it is let in."""
    request = (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(request.encode())
        return int(connection.recv(200).split()[1])


_SCROLLED_UNTIL_DRAWN = """([view, drawn]) => {
  if (document.querySelector(view + drawn)) return true;
  document.querySelector(view)?.scrollIntoView();
  return false;
}"""
_KERNEL_IS_READY = "window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"


@contextmanager
def _served(module: str, root: Path, home: Path, options: list[str], port_option: str) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    places = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "JUPYTERLAB_SETTINGS_DIR")
    own = {name: str(home / name.lower()) for name in (*places, "JUPYTERLAB_WORKSPACES_DIR")}
    log = (home / f"{module}.log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", module, *options, f"{port_option}={port}"],
        cwd=root,
        env={**os.environ, **own, "PYTHONPATH": str(ROOT), "JUPYTER_PREFER_ENV_PATH": "1"},
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        server = Server(f"http://127.0.0.1:{port}", port, root)
        _wait_for(server, process, home / f"{module}.log")
        yield server
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
        log.close()


def _wait_for(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError(log.read_text(errors="replace")[-3000:])
        try:
            urllib.request.urlopen(server.base + "/login", timeout=2).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError("the server did not answer within a minute")
