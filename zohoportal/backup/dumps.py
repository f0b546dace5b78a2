"""Copies of the database, by its own means: SQLite's on-line copy, and pg_dump."""

import os
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from django.db import connection

MAJOR = re.compile(r"\b([0-9]+)\.[0-9]+")


class BackupError(Exception):
    """A backup could not be made or restored; the text says why and what to do."""


def dump(path: Path) -> None:
    """Copy the database to a new file while others work with it.

    Raises:
        BackupError: it could not be copied.
    """
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        # SQLite's own on-line copy: https://www.sqlite.org/backup.html
        try:
            with closing(sqlite3.connect(path)) as copy:
                connection.connection.backup(copy)
        except sqlite3.Error as error:
            raise BackupError(
                f"The database could not be copied beside the backup: {error}. See "
                "that there is space on that disk."
            ) from error
        return
    must_be_as_new_as("pg_dump", server_version())
    _run("pg_dump", "--format=custom", "--no-owner", f"--file={path}")


def load(path: Path) -> None:
    """Put a copy in the place of the database, which must be unused.

    Raises:
        BackupError: PostgreSQL did not take it.
    """
    if connection.vendor == "postgresql":
        options = ("--clean", "--if-exists", "--no-owner", "--single-transaction")
        _run("pg_restore", *options, f"--dbname={_database()}", str(path))
        return
    target = Path(_database())
    connection.close()
    for old in (target, *(Path(f"{target}{end}") for end in ("-wal", "-shm"))):
        old.unlink(missing_ok=True)
    path.chmod(0o600)
    shutil.move(path, target)


def server_version() -> int:
    """Return PostgreSQL's major version; 0 for SQLite."""
    if connection.vendor == "sqlite":
        return 0
    connection.ensure_connection()
    return int(connection.connection.info.server_version) // 10_000


def must_be_as_new_as(program: str, server: int) -> None:
    """See that a program of PostgreSQL's can read what a server of that version has.

    Raises:
        BackupError: it is older, or not installed.
    """
    try:
        done = subprocess.run(  # noqa: S603  # a fixed command
            [program, "--version"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise BackupError(
            f"{program} is not installed. Install PostgreSQL's client programs of "
            f"version {server}, such as postgresql-client-{server}."
        ) from error
    found = MAJOR.search(done.stdout)
    if found is None or int(found[1]) < server:
        raise BackupError(
            f"{program} is older than the server, which is PostgreSQL {server}. "
            f"Install its client programs, such as postgresql-client-{server}."
        )


def _run(program: str, *options: str) -> None:
    # Django knows how its settings are said to PostgreSQL's programs; the password
    # goes by the environment, where other users do not see it.
    _, env = connection.client.settings_to_cmd_args_env(connection.settings_dict, [])
    values = connection.settings_dict
    place = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGDATABASE": "NAME"}
    named = {name: str(values[key]) for name, key in place.items() if values[key]}
    done = subprocess.run(  # noqa: S603  # a fixed command
        [program, *options],
        env=os.environ | (env or {}) | named,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        words = done.stderr.strip().splitlines()[-1:] or ["it gave no reason"]
        raise BackupError(f"{program} did not succeed: {words[0]}")


def _database() -> str:
    return str(connection.settings_dict["NAME"])
