"""Pages of somebody else's in a real browser, one of which comes from a name that leads into the home by then.

The name is the browser's own matter here, and the pages never leave it: what they ask goes to the server. They even
have its token, which a page of somebody else's does not. In a real browser, so it belongs to that section of
`scripts/test`.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from browser import ARGUMENTS, chromium
from playwright.sync_api import Route, sync_playwright
import pytest

from .face_server import FaceServer

pytestmark = pytest.mark.asyncio(loop_scope="session")

THEIRS = "evil.example"
REBOUND = (
    f"--host-resolver-rules=MAP {THEIRS} 127.0.0.1",
    # Newer browsers would stop it themselves; here the server has to.
    "--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests",
)
ASK = """async ([server, token, asked]) => {
    const headers = {Authorization: `Bearer ${token}`};
    const ask = (path, more) =>
        fetch(server + path, {headers, ...more}).then((answer) => answer.status, () => "nothing");
    const shows = () => new Promise((done) => {
        const picture = new Image();
        [picture.onload, picture.onerror] = [() => done("shown"), () => done("nothing")];
        picture.src = `${server}/last-detection.jpg`;
    });
    const connects = () => new Promise((done) => {
        const socket = new WebSocket(`${server.replace("http", "ws")}/v1/ws`);
        [socket.onmessage, socket.onerror] = [() => done("greeted"), () => done("nothing")];
    });
    const ways = {
        looks: () => ask("/cameras"),
        teaches: () => ask("/add-face/Eve", {method: "POST", body: "no picture"}),
        sends: () => ask("/add-face/Eve", {method: "POST", body: "no picture", mode: "no-cors", headers: {}}),
        shows,
        connects,
    };
    const answers = {};
    for (const way of asked) answers[way] = await ways[way]();
    return answers;
}"""
ALL = ("looks", "teaches", "sends", "shows", "connects")


def what_a_page_gets(page_at: str, server: str, token: str, asked: tuple[str, ...] = ALL) -> dict[str, int | str]:
    """Open a page at an address that is never asked for it, and have it ask the server."""

    def page_alone(route: Route) -> None:
        route.fulfill(content_type="text/html", body="<title>A page</title>")

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=[*ARGUMENTS, *REBOUND])
        try:
            page = browser.new_page()
            page.route(f"{page_at}/page", page_alone)
            page.goto(f"{page_at}/page")
            answers: dict[str, int | str] = page.evaluate(ASK, [server, token, asked])
            return answers
        finally:
            browser.close()


async def test_a_page_gets_nothing_whatever_its_name_points_to(tmp_path: Path) -> None:
    """The server's own address is the counter-check: what a page of it asks is answered."""
    server = FaceServer(tmp_path, people=())
    await server.start()
    try:
        here, rebound, token = server.url, f"http://{THEIRS}:{server.port}", server.token
        answers = await asyncio.to_thread(what_a_page_gets, rebound, rebound, token)
        assert answers == {"looks": 403, "teaches": 403, "sends": 403, "shows": "nothing", "connects": "nothing"}
        answers = await asyncio.to_thread(what_a_page_gets, "http://elsewhere.example", here, token)
        # 0 is what a page sees of an answer whose status it may not know.
        assert answers.pop("sends") == 0
        assert set(answers.values()) == {"nothing"}
        answers = await asyncio.to_thread(what_a_page_gets, here, here, token, ("looks", "connects"))
        assert answers == {"looks": 200, "connects": "greeted"}
        assert not (tmp_path / "faces" / "Eve").exists()
    finally:
        await server.stop()
