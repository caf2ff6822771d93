"""A PostgreSQL server of this test's own, from the machine's packages."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import psycopg

PASSWORD = "open sesame"


@dataclass(frozen=True)
class Server:
    """Where it listens, the folder its programs lie in, that of its data, and as whom they run."""

    port: int
    programs: Path
    data: Path
    run_as: dict[str, str]

    @property
    def url(self) -> str:
        """A URL of a user who may only read, with the password left to the environment."""
        return f"postgresql://reader:${{WORKBOOK_PASSWORD}}@127.0.0.1:{self.port}/postgres"

    def owner(self, database: str = "postgres") -> psycopg.Connection:
        """A connection of the user who may do anything."""
        url = f"postgresql://owner@127.0.0.1:{self.port}/{database}"
        return psycopg.connect(url, password=PASSWORD, autocommit=True)

    def hold(self, table: str, frame: pd.DataFrame, *, database: str = "postgres") -> None:
        """Put a frame into a table: whole numbers as such, and everything else as text."""
        kinds = {name: "bigint" if kind.kind == "i" else "text" for name, kind in frame.dtypes.items()}
        columns = ", ".join(f'"{name}" {kind}' for name, kind in kinds.items())
        with self.owner(database) as link, link.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {table}; CREATE TABLE {table} ({columns})")  # type: ignore[arg-type]
            with cursor.copy(f"COPY {table} FROM STDIN (FORMAT csv)") as copy:  # type: ignore[arg-type]
                copy.write(frame.to_csv(index=False, header=False))

    def cut(self) -> None:
        """End the server at once, as a lost connection looks from the other side."""
        self.control("stop", "-m", "immediate")

    def control(self, *words: str) -> None:
        """Run pg_ctl."""
        command = [str(self.programs / "pg_ctl"), "-D", str(self.data), "-w", *words]
        subprocess.run(
            command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", **self.run_as
        )


def programs() -> Path | None:
    """The folder of a PostgreSQL's programs, or none."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    on_path = [Path(found).parent for found in [shutil.which("initdb")] if found]
    return next((folder for folder in (*debian, *on_path) if (folder / "initdb").is_file()), None)


@contextmanager
def postgresql() -> Iterator[Server]:
    """A server on a free port, with a user `reader` who may only read; gone with all its data afterwards."""
    folder = programs()
    assert folder is not None
    place = Path(tempfile.mkdtemp(prefix="postgresql-"))
    owner = {"user": "postgres"} if os.geteuid() == 0 else {}  # it refuses to run as root
    try:
        if owner:
            shutil.chown(place, "postgres")
        secret = place / "secret"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        start = [str(folder / "initdb"), "-D", str(place / "data"), "-U", "owner", "-A", "scram-sha-256", "-N"]
        start += [f"--pwfile={secret}", "-E", "UTF8", "--no-locale"]
        subprocess.run(start, check=True, stdout=subprocess.DEVNULL, cwd="/", **owner)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        server = Server(port, folder, place / "data", owner)
        options = f"-p {port} -h 127.0.0.1 -c unix_socket_directories='' -c fsync=off"
        server.control("-l", str(place / "log"), "-o", options, "start")
        try:
            with server.owner() as link:
                link.execute(f"CREATE ROLE reader LOGIN IN ROLE pg_read_all_data PASSWORD '{PASSWORD}'")
            yield server
        finally:
            if (place / "data" / "postmaster.pid").exists():
                server.cut()
    finally:
        shutil.rmtree(place, ignore_errors=True)
