"""The running product and browsers for journeys; each test process has its own."""

from __future__ import annotations

import asyncio
from asyncio import AbstractEventLoop
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.journeys.browser import PHONE, Complaints, launch, new_context
from tests.journeys.product import Product, running_product
from tests.journeys.with_keycloak import keycloak_product, keycloak_way, way

__all__ = ("keycloak_product", "keycloak_way", "way")

HERE = Path(__file__).resolve().parent
NewPage = Callable[..., Page]


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark the journeys."""
    item.add_marker("browser")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the journeys together, even in random order: what they started ends when they end."""
    ours = [item for item in items if HERE in item.path.parents]
    items[:] = [item for item in items if HERE not in item.path.parents] + ours


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[Any]:
    """Add the end of the product's logs to the report of a failed journey."""
    report = yield
    product = getattr(item, "funcargs", {}).get("product")
    if report.when == "call" and report.failed and isinstance(product, Product):
        report.sections.append(("the product's logs", product.end_of_logs()))
    return report


@pytest.fixture(scope="session")
def product() -> Iterator[Product]:
    """The product, started once."""
    with running_product() as running:
        yield running


@pytest.fixture(scope="session")
def _chromium() -> Iterator[tuple[Browser, AbstractEventLoop]]:
    with sync_playwright() as playwright:
        loop = asyncio.get_running_loop()
        browser = launch(playwright)
        asyncio._set_running_loop(None)
        yield browser, loop
        asyncio._set_running_loop(loop)
        browser.close()
    asyncio._set_running_loop(None)


@pytest.fixture
def browser(_chromium: tuple[Browser, AbstractEventLoop]) -> Iterator[Browser]:
    """Chromium. Playwright's event loop counts as running during the test only: Django refuses to work beside one."""
    chromium, loop = _chromium
    asyncio._set_running_loop(loop)
    yield chromium
    asyncio._set_running_loop(None)


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """What browsers complain about; the test fails if it is anything but announced."""
    complaints = Complaints()
    yield complaints
    assert not complaints.found, "the browser complained:\n" + "\n".join(complaints.found)


@pytest.fixture
def open_page(browser: Browser, complaints: Complaints, product: Product) -> Iterator[NewPage]:
    """Return a function that opens a page in a fresh context of its own, as another person's browser."""
    contexts: list[BrowserContext] = []

    def open_one(**options: Any) -> Page:
        context = new_context(browser, **options)
        contexts.append(context)
        complaints.watch(context)
        return context.new_page()

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page: NewPage) -> Page:
    """A citizen's browser."""
    return open_page()


@pytest.fixture
def page_without_javascript(open_page: NewPage) -> Page:
    """A browser whose owner switched JavaScript off."""
    return open_page(java_script_enabled=False)


@pytest.fixture(params=["with JavaScript", "without JavaScript"])
def any_page(request: pytest.FixtureRequest, open_page: NewPage) -> Page:
    """Both, one after the other: what works with JavaScript works without."""
    return open_page(java_script_enabled=request.param == "with JavaScript")


@pytest.fixture
def narrow(open_page: NewPage) -> Page:
    """A small phone: 320 pixels, which is also 400 % zoom on a screen of 1280."""
    return open_page(viewport=PHONE, has_touch=True)


@pytest.fixture
def dark(open_page: NewPage) -> Page:
    """A browser in dark mode."""
    return open_page(color_scheme="dark")
