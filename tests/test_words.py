import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

import crm.zoho.senders
import desk.zoho.opening
from connections.messages.texts import TEXTS

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SOURCES = sorted(
    path
    for app in ("connections", "crm", "desk", "campaigns", "books", "zohoportal")
    for path in (ROOT / app).rglob("*")
    if path.suffix in {".py", ".toml"}
    and not {"migrations", "sandbox"} & set(path.parts)
)
BANNED = re.compile(
    r"\b(please|oops|sorry|invalid (input|value|data)|something went wrong|"
    r"successfully|an error occurred|contact support)\b",
    re.IGNORECASE,
)
VERBS = {
    "Add",
    "Approve",
    "Ask",
    "Back",
    "Cancel",
    "Change",
    "Choose",
    "Connect",
    "Continue",
    "Copy",
    "Create",
    "Deactivate",
    "Delete",
    "Hide",
    "Delete…",
    "Disconnect",
    "Disconnect…",
    "Edit",
    "Enter",
    "Export",
    "Fill",
    "Find",
    "Go",
    "Hand",
    "Keep",
    "Leave",
    "Let",
    "Look",
    "Mark",
    "Move",
    "Open",
    "Reactivate",
    "Reconnect",
    "Reload",
    "Put",
    "Remove",
    "Save",
    "Retry",
    "Send",
    "Show",
    "Sign",
    "Start",
    "Take",
    "Test",
    "Try",
    "Update",
    "Use",
    "Stop",
    "Subscribe",
    "Unsubscribe",
}
# Names of settings rather than acts.
CHOICES = {"Light", "Dark", "System"}
TAG = re.compile(r"{%.*?%}|{#.*?#}")
VALUE = re.compile(r"{{.*?}}")
UNSEEN = re.compile(r'<span\s+class="visually-hidden">.*?</span>', re.DOTALL)


class Buttons(HTMLParser):
    """Collects the words on buttons and on links that look like them."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        looks = (dict(attrs).get("class") or "").split()
        if tag == "button" or (tag == "a" and "btn" in looks):
            self._inside = tag
            self.words.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._inside:
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.words[-1] += data


def buttons(template: Path) -> list[str]:
    """Return the words on a template's buttons, but for those that are filled in."""
    text = VALUE.sub("", TAG.sub("", template.read_text("utf-8")))
    parser = Buttons()
    parser.feed(UNSEEN.sub("", text))
    return [words for found in parser.words if (words := " ".join(found.split()))]


def texts(source: Path) -> Iterator[str]:
    """Yield the sentences in a module or a table: strings, but for docstrings."""
    if source.suffix == ".toml":
        # Sentences are folded there.
        yield re.sub(r"[\s\\]+", " ", source.read_text("utf-8"))
        return
    tree = ast.parse(source.read_text("utf-8"))
    docstrings = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and node not in docstrings
        ):
            yield node.value


class TestWords:
    @pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
    def test_of_templates_blame_nobody_and_beg_for_nothing(
        self, template: Path
    ) -> None:
        assert not BANNED.search(template.read_text("utf-8"))

    def test_of_messages_blame_nobody_and_beg_for_nothing(self) -> None:
        found = [
            f"{source.relative_to(ROOT)}: {text}"
            for source in SOURCES
            for text in texts(source)
            if BANNED.search(text)
        ]

        assert not found

    def test_on_buttons_begin_with_a_verb(self) -> None:
        words = {word for path in TEMPLATES for word in buttons(path)} - CHOICES

        assert len(words) > 20
        assert not {word for word in words if word.split()[0] not in VERBS}

    @pytest.mark.parametrize("bad", ["Please wait", "Oops!", "Invalid input"])
    def test_that_are_banned_are_found(self, bad: str) -> None:
        assert BANNED.search(bad)


class TestLabels:
    def test_of_acts_in_explanations_begin_with_a_verb(self) -> None:
        labels = {text.button.label for text in TEXTS.values() if text.button.label}

        assert not {label for label in labels if label.split()[0] not in VERBS}

    def test_of_senders_begin_with_a_verb(self) -> None:
        for sender in (
            crm.zoho.senders.RECORD,
            crm.zoho.senders.INSERT,
            crm.zoho.senders.CHANGE,
            desk.zoho.opening.SENDER,
        ):
            assert sender.again.split()[0] in VERBS
            assert sender.open_label.split()[0] in VERBS
