"""A PostgreSQL cluster of the test run's own, on a free loopback port, gone afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.ports import free_port

NOTHING_TO_LOSE = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "wal_level=minimal", "max_wal_senders=0", "max_wal_size=2GB", "checkpoint_timeout=1d")
"""A cluster that is thrown away may forget everything when the power fails: a database is made in half the time."""


def _programs() -> Path:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if not folders:
        raise RuntimeError("PostgreSQL is not installed. On Debian: apt-get install --no-install-recommends postgresql")
    return folders[-1]


@contextmanager
def cluster() -> Iterator[str]:
    """Yields a URL of the cluster's `postgres` database. Servers refuse to run as root, so root runs it as `postgres`."""
    programs = _programs()
    root = os.geteuid() == 0
    folder = Path(tempfile.mkdtemp(prefix="portal-postgres-", dir="/tmp" if root else None))
    as_owner: list[str] = []
    if root:
        shutil.chown(folder, "postgres", "postgres")
        as_owner = ["runuser", "-u", "postgres", "--"]

    def run(*command: str) -> None:
        subprocess.run([*as_owner, *command], check=True, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=120)

    run(str(programs / "initdb"), "-D", str(folder / "data"), "-A", "trust", "-U", "portal", "-E", "UTF8", "--locale=C.UTF-8")
    port = free_port()
    settings = ("listen_addresses=127.0.0.1", "max_connections=200", "dynamic_shared_memory_type=mmap", "autovacuum=off", *NOTHING_TO_LOSE)
    options = f"-p {port} -k {folder} " + " ".join(f"-c {setting}" for setting in settings)
    run(str(programs / "pg_ctl"), "-D", str(folder / "data"), "-l", str(folder / "log"), "-o", options, "-t", "100", "-w", "start")
    try:
        yield f"postgresql+psycopg://portal@127.0.0.1:{port}/postgres"
    finally:
        run(str(programs / "pg_ctl"), "-D", str(folder / "data"), "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)
