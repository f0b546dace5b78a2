"""A disk so small that a test can fill it."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """Put a disk of its own under a folder; skip the test where nobody may."""
    command = ("mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=700", "none")
    if os.geteuid() or subprocess.run([*command, folder], check=False).returncode:
        pytest.skip("mounting a disk is not allowed here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def fill(folder: Path, percent: int) -> None:
    """Leave so little of the disk."""
    (folder / "filling").unlink(missing_ok=True)
    space = os.statvfs(folder)
    used = space.f_blocks - space.f_bfree
    wanted = -(-space.f_blocks * percent // 100) - used
    (folder / "filling").write_bytes(bytes(wanted * space.f_frsize))
