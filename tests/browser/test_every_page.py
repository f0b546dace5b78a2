from collections.abc import Iterator
from typing import Any, Literal

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from playwright.sync_api import Page

from tests.browser.pages import Enter, violations
from tests.browser.states import STATES, WITHOUT_PAGE
from tests.browser.states.base import State, World

pytestmark = [pytest.mark.browser, pytest.mark.looks]

WIDTHS = (1280, 390, 320)
THEMES: list[Literal["light", "dark"]] = ["light", "dark"]
SMALL_TARGETS = """
() => {
  const isInText = link => link.tagName === "A" &&
    getComputedStyle(link).display === "inline" &&
    link.parentElement.textContent.trim() !== link.textContent.trim();
  const all = document.querySelectorAll(
    "a, button, input, select, textarea, summary, [role=button]");
  return [...all].filter(it => {
    const box = it.getBoundingClientRect();
    return it.checkVisibility() && box.width && !isInText(it) &&
      !it.matches(".skip-link") && (box.width < 24 || box.height < 24);
  }).map(it => it.outerHTML.slice(0, 120));
}
"""
# What is wrong with the stop that Tab has just reached; null at the end of the page.
STOP = """
() => {
  const it = document.activeElement;
  if (it === document.body) return null;
  const box = it.getBoundingClientRect();
  const style = getComputedStyle(it);
  const name = it.outerHTML.slice(0, 120);
  const isRinged = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  if (!isRinged) return "no ring: " + name;
  const seen = Math.min(box.bottom, innerHeight) - Math.max(box.top, 0);
  if (seen < Math.min(box.height, 24) || box.left < 0 || box.right > innerWidth)
    return "out of sight: " + name;
  const top = document.elementFromPoint(
    box.left + Math.min(box.width / 2, 12),
    Math.max(box.top, 0) + Math.min(box.height, seen) / 2);
  const isSeen = top && (it.contains(top) || top.contains(it) ||
    top.control === it || top.closest("label")?.control === it);
  return isSeen ? "" : "covered: " + name;
}
"""
TAB_STOPS = """
() => [...document.querySelectorAll(
    "a[href], button, input, select, textarea, summary")]
  .filter(it => it.checkVisibility() && it.type !== "hidden" && it.tabIndex >= 0).length
"""


def views(patterns: list[Any], space: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from views(pattern.url_patterns, space + inner)
        elif isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name}"


def stops(page: Page) -> list[str]:
    """Walk through the page with the Tab key; return what is wrong on the way."""
    wrong = []
    for _ in range(page.evaluate(TAB_STOPS)):
        page.keyboard.press("Tab")
        problem = page.evaluate(STOP)
        if problem is None:
            break
        if problem:
            wrong.append(problem)
    return wrong


class TestStates:
    def test_cover_every_address(self) -> None:
        covered = {state.view for state in STATES}

        assert covered | WITHOUT_PAGE == set(views(get_resolver().url_patterns))
        assert not covered & WITHOUT_PAGE


@pytest.mark.parametrize("state", STATES, ids=str)
class TestEveryPage:
    @pytest.fixture
    def shown(
        self, state: State, page: Page, enter: Enter, request: pytest.FixtureRequest
    ) -> Page:
        world = World(request)
        if state.who:
            enter(page, getattr(world, state.who))
        address = state.make(world)
        assert resolve(address.partition("?")[0]).view_name == state.view
        page.goto(address)
        state.act(page)
        page.wait_for_load_state()
        return page

    def test_suits_everybody_and_breaks_no_policy_a39_a44_r33_r34(
        self, shown: Page
    ) -> None:
        wrong = []
        is_fresh = shown.evaluate("document.activeElement === document.body")
        if is_fresh:
            shown.keyboard.press("Tab")
            first = shown.evaluate("document.activeElement.className")
            wrong += [] if first == "skip-link" else [f"first stop: {first}"]
        for theme in THEMES:
            shown.emulate_media(color_scheme=theme)
            wrong += [f"{theme}: {each}" for each in violations(shown)]
        for width in WIDTHS:
            shown.set_viewport_size({"width": width, "height": 800})
            wide = shown.evaluate("document.documentElement.scrollWidth")
            wrong += [f"{wide} px at {width}"] if wide > width else []
            wrong += [f"small: {each}" for each in shown.evaluate(SMALL_TARGETS)]
        wrong += stops(shown)

        assert not wrong, "\n".join(wrong)
