"""What somebody reads on a page."""

import re
from html import unescape
from typing import Any


def text(page: Any) -> str:
    """Return a page's words without its tags."""
    words = re.sub(r"<[^>]*>", " ", page.content.decode())
    return re.sub(r"\s+", " ", unescape(words))
