"""Repairs about the server's folders: people who are missing, and photos that look wrong."""

from __future__ import annotations

from typing import Any

from homeassistant.components.repairs import DOMAIN as REPAIRS
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.face.const import DOMAIN

from .home import DoorCamera, add_server, until
from .peer import Peer, Refused

MISSING = {"people": 3, "of": 4, "waited_s": 3600, "forgotten_after_s": 86400}
SOMEBODY_ELSES = {
    "kind": "somebody_elses",
    "path": "Alice/2.jpg",
    "message": "this looks like Bob",
    "person_id": "alice-id",
    "photo_id": "0123456789abcdef",
}
SKIPPED = {"kind": "skipped", "path": "@Recycle", "message": "not a person's folder"}


def issue(home: HomeAssistant, server: MockConfigEntry, kind: str) -> ir.IssueEntry | None:
    """Give the issue of a kind, if there is one."""
    return ir.async_get(home).async_get_issue(DOMAIN, f"{kind}_{server.entry_id}")


async def fix(home: HomeAssistant, server: MockConfigEntry, kind: str) -> tuple[Any, Any]:
    """Open a repair."""
    assert await async_setup_component(home, REPAIRS, {})
    flows = home.data[REPAIRS]["flow_manager"]
    return flows, await flows.async_init(DOMAIN, data={"issue_id": f"{kind}_{server.entry_id}"})


async def library(peer: Peer, **state: Any) -> None:
    """Let the state of the folders change."""
    peer.library = state
    await peer.tell({"kind": "library_changed", "library": state})


async def test_people_whose_folders_are_missing_are_waited_for_or_forgotten(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """It is said with numbers, and is no fault of photos; the answer goes to the server."""
    await library(peer, problems=3, missing=MISSING)
    await until(home, lambda: issue(home, server, "people_missing"))
    assert issue(home, server, "photo_problems") is None
    flows, menu = await fix(home, server, "people_missing")
    assert (menu["type"], menu["menu_options"]) == (FlowResultType.MENU, ["wait", "forget"])
    assert menu["description_placeholders"] == {"people": "3", "of": "4", "server": "Face", "hours": "23"}
    await flows.async_configure(menu["flow_id"], {"next_step_id": "wait"})
    assert peer.asked_for("people/missing")[-1]["answer"] == "wait"
    # They are still missing, and that is still said.
    await library(peer, problems=3, missing=MISSING)
    await until(home, lambda: issue(home, server, "people_missing"))
    flows, menu = await fix(home, server, "people_missing")
    peer.refuse_next("people/missing", Refused("storage_failed", "the disk is full"))
    refused = await flows.async_configure(menu["flow_id"], {"next_step_id": "forget"})
    assert (refused["reason"], refused["description_placeholders"]["reason"]) == ("refused", "the disk is full")
    flows, menu = await fix(home, server, "people_missing")
    done = await flows.async_configure(menu["flow_id"], {"next_step_id": "forget"})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert peer.asked_for("people/missing")[-1]["answer"] == "forget"
    server.runtime_data.async_update_listeners()
    assert issue(home, server, "people_missing") is None


async def test_folders_that_are_back_mend_the_repair(home: HomeAssistant, peer: Peer, door: DoorCamera) -> None:
    """It is there from the first state on, and goes by itself."""
    peer.library = {"problems": 3, "missing": MISSING}
    server = await add_server(home, peer)
    assert issue(home, server, "people_missing") is not None
    await library(peer, problems=0)
    await until(home, lambda: issue(home, server, "people_missing") is None)


async def test_photo_that_looks_like_somebody_else_is_shown_and_accepted(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """What is skipped is no fault; what is still wrong is still said."""
    # Whoever writes into the folder writes no link or picture into the page.
    bob = {"kind": "same_person", "path": "B`ob", "message": "like ![Bob](//x)"}
    peer.problems = [SOMEBODY_ELSES, bob, SKIPPED]
    await library(peer, problems=2)
    await until(home, lambda: issue(home, server, "photo_problems"))
    flows, form = await fix(home, server, "photo_problems")
    assert form["description_placeholders"]["problems"].splitlines() == [
        "- `Alice/2.jpg`: this looks like Bob",
        r"- `B'ob`: like \!\[Bob\]\(//x\)",
    ]
    done = await flows.async_configure(form["flow_id"], {"accept": ["alice-id/0123456789abcdef"]})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    (accepted,) = peer.asked_for("photos/accept")
    assert (accepted["person_id"], accepted["photo_id"]) == ("alice-id", "0123456789abcdef")
    await library(peer, problems=1)
    await until(home, lambda: issue(home, server, "photo_problems"))
    await peer.stop()
    _, refused = await fix(home, server, "photo_problems")
    assert refused["reason"] == "refused"
    await peer.start()
    await library(peer, problems=0)
    await until(home, lambda: issue(home, server, "photo_problems") is None)
