"""`make shots`: photograph every page that `manage.py demo_pages` lists into shots/.

Serves the demo on a free port, signs in as each page's account, and takes each page on a phone and
on a desktop, in English and in Spanish, light; the English desktop also dark. The file names read
`page.width.language[.dark].png`. Ends with an error that lists pages that did not answer with 200.
"""

import argparse
import itertools
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent.parent
WIDTHS = {"phone": 390, "desktop": 1440}
LOCALES = {"en": "en-GB", "es": "es-MX"}
PATIENCE_SECONDS = 300


def manage(*arguments: str) -> list[str]:
    """Return the command line of a management command."""
    return [sys.executable, str(ROOT / "manage.py"), *arguments]


def listed(command: str) -> list[dict[str, Any]]:
    """Return what `demo_pages` or `demo_accounts` lists."""
    done = subprocess.run(manage(command, "--json"), capture_output=True, text=True, check=True)
    rows: list[dict[str, Any]] = json.loads(done.stdout)
    return rows


def free_port() -> int:
    """Return a port that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(port: int) -> Iterator[str]:
    """Serve the demo until the block ends; yield its address."""
    address = f"http://localhost:{port}"
    server = subprocess.Popen(manage("demo", "--port", str(port)), stdin=subprocess.DEVNULL)
    try:
        _wait_for(address, server)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except urllib.error.HTTPError:
            return  # It answers; which pages do so well is told below.
        except OSError:
            time.sleep(0.5)
        else:
            return
    sys.exit("The demo server did not come up; see its messages above.")


def sign_in(page: Page, address: str, account: dict[str, Any]) -> None:
    """Log in by the form, as a person would."""
    page.goto(f"{address}/accounts/login/")
    page.fill("input[name=login]", account["email"])
    page.fill("input[name=password]", account["password"])
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/accounts/login/" not in url)


def photograph(
    browser: Browser, address: str, pages: list[dict[str, Any]], accounts: dict[str, dict[str, Any]]
) -> list[str]:
    """Take all pictures; return the pages that did not answer with 200."""
    faults = []
    looks = [(*pair, "light") for pair in itertools.product(WIDTHS, LOCALES)]
    for width, language, scheme in [*looks, ("desktop", "en", "dark")]:
        suffix = f"{width}.{language}{'.dark' if scheme == 'dark' else ''}.png"
        for email, group in _by_account(pages):
            context = browser.new_context(
                viewport={"width": WIDTHS[width], "height": 900},
                locale=LOCALES[language],
                color_scheme="dark" if scheme == "dark" else "light",
                reduced_motion="reduce",
            )
            page = context.new_page()
            if email:
                sign_in(page, address, accounts[email])
                # The account's language comes before the browser's.
                page.click(f"button[name=language][value={language}]")
            for one in group:
                response = page.goto(address + one["path"], wait_until="load")
                if response is None or response.status != 200:
                    faults.append(f"{one['path']} answers {response and response.status}")
                name = one["name"].replace("/", "-").replace(" ", "-")
                page.screenshot(path=ROOT / "shots" / f"{name}.{suffix}", full_page=True)
            context.close()
    return sorted(set(faults))


def _by_account(pages: list[dict[str, Any]]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    ordered = sorted(pages, key=lambda page: page["account"] or "")
    for email, group in itertools.groupby(ordered, key=lambda page: page["account"] or ""):
        yield email, list(group)


def main() -> None:
    """Do what the module says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="only pages whose name holds this")
    only = parser.parse_args().only
    shutil.rmtree(ROOT / "shots", ignore_errors=True)
    (ROOT / "shots").mkdir()
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    with served(free_port()) as address, sync_playwright() as playwright:
        pages = [page for page in listed("demo_pages") if only in page["name"]]
        accounts = {account["email"]: account for account in listed("demo_accounts")}
        browser = playwright.chromium.launch(executable_path=os.environ["CHROMIUM"], args=flags)
        faults = photograph(browser, address, pages, accounts)
        browser.close()
    sys.stdout.write(f"{len(list((ROOT / 'shots').iterdir()))} pictures in shots/\n")
    if faults:
        sys.exit("\n".join(faults))


if __name__ == "__main__":
    main()
