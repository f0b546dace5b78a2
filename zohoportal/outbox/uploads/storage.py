"""Where uploads are kept: a half file never has a whole file's name."""

import os
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage


class DurableStorage(FileSystemStorage):
    """Files that are on disk when `save` returns, or not there at all."""

    def _save(self, name: str, content: File) -> str:
        whole = Path(self.path(name))
        whole.parent.mkdir(parents=True, exist_ok=True)
        part = whole.with_name(f"{whole.name}.part")
        try:
            with part.open("xb") as file:
                for chunk in content.chunks():
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            part.rename(whole)
        except OSError:
            part.unlink(missing_ok=True)
            raise
        _sync_folder(whole.parent)
        return name


def _sync_folder(folder: Path) -> None:
    """Bring the new name to disk too: it is part of the folder, not of the file."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
