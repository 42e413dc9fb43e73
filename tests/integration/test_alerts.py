"""Alerts on a phone: each event with its own picture, none dropped, and answers that work whenever they come."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from aiohttp import web
from homeassistant.auth.models import User
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.face.const import DOMAIN

from .home import until
from .peer import Peer, unknown
from .test_automations import filled_in
from .test_entities import ALICE, full, sighting


class Cloud:
    """What brings notifications to the phone."""

    def __init__(self) -> None:
        """Nothing has come yet."""
        self.notifications: list[dict[str, Any]] = []

    async def push(self, request: web.Request) -> web.Response:
        """Take a notification."""
        self.notifications.append(await request.json())
        return web.json_response({}, status=201)


@pytest.fixture
async def owner(home: HomeAssistant) -> User:
    """Give whose phone it is: an administrator."""
    user: User = MockUser(id="owner", is_owner=True).add_to_hass(home)
    return user


@pytest.fixture
async def cloud(home: HomeAssistant, owner: User, socket_enabled: None) -> AsyncIterator[Cloud]:
    """Give a phone with Home Assistant's app, and the cloud that it gets notifications by."""
    cloud = Cloud()
    app = web.Application()
    app.router.add_post("/push", cloud.push)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address, port = runner.addresses[0][:2]
    assert await async_setup_component(home, "mobile_app", {})
    phone = MockConfigEntry(
        domain="mobile_app",
        title="Phone",
        data={
            "app_data": {"push_token": "token", "push_url": f"http://{address}:{port}/push"},
            "app_id": "test",
            "app_name": "Test",
            "app_version": "1",
            "device_id": "phone",
            "device_name": "Phone",
            "manufacturer": "Nobody",
            "model": "Test",
            "os_name": "Test",
            "os_version": "1",
            "supports_encryption": False,
            "user_id": owner.id,
            "webhook_id": "phone-webhook",
        },
    )
    phone.add_to_hass(home)
    assert await home.config_entries.async_setup(phone.entry_id)
    await home.async_block_till_done()
    yield cloud
    await runner.cleanup()


async def automate(home: HomeAssistant, blueprint: str, **inputs: Any) -> None:
    """Make an automation of a blueprint, for the phone."""
    (app,) = home.config_entries.async_entries("mobile_app")
    (phone,) = dr.async_entries_for_config_entry(dr.async_get(home), app.entry_id)
    automation = filled_in(blueprint, phone=phone.id, **inputs)
    assert await async_setup_component(home, "automation", {"automation": [{"alias": "Alerts", **automation}]})
    await home.async_block_till_done()
    assert home.states.async_entity_ids("automation")


def unknown_seen(peer: Peer, number: int) -> dict[str, Any]:
    """Write that a stranger is seen."""
    stranger = unknown(f"stranger{number}", picture=f"/v1/unknowns/stranger{number}.jpg")
    peer.unknowns[f"stranger{number}"] = stranger
    return {"kind": "unknown_seen", "camera": full(peer), "unknown": stranger, "annotated": "/v1/annotated.jpg"}


def buttons(notification: dict[str, Any]) -> dict[str, str]:
    """Give what may be tapped: its title, and what the app tells then."""
    return {one["title"]: one["action"] for one in notification["data"]["actions"]}


async def tap(home: HomeAssistant, action: str, user: User, text: str | None = None) -> None:
    """Tap an answer, as the app tells it: in the name of the phone's user."""
    typed = {} if text is None else {"reply_text": text}
    home.bus.async_fire("mobile_app_notification_action", {"action": action, **typed}, context=Context(user.id))
    await home.async_block_till_done()


async def test_every_one_of_thirty_strangers_is_an_alert_with_their_own_picture(
    home: HomeAssistant,
    peer: Peer,
    server: MockConfigEntry,
    cloud: Cloud,
    hass_client: ClientSessionGenerator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """At once, and nobody has answered any; the phone loads each with nothing but its login."""
    await automate(home, "unknown_person")
    for number in range(30):
        await peer.tell(unknown_seen(peer, number))
    await until(home, lambda: len(cloud.notifications) == 30)
    images = [one["data"]["image"] for one in cloud.notifications]
    assert sorted(images) == sorted(
        f"/api/face/pictures/{server.entry_id}/unknowns/stranger{number}" for number in range(30)
    )
    assert len({one["data"]["tag"] for one in cloud.notifications}) == 30
    assert "Maximum number of runs" not in caplog.text
    client = await hass_client()
    answer = await client.get(f"/api/face/pictures/{server.entry_id}/unknowns/stranger7")
    assert (answer.status, await answer.read()) == (200, b"\xff\xd8seven")


async def test_answers_work_after_a_restart_and_without_the_automation(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry, cloud: Cloud, owner: User
) -> None:
    """Nothing waits for them: the button says what and whom it means."""
    await automate(home, "unknown_person")
    for number in range(20):
        await peer.tell(unknown_seen(peer, number))
    await until(home, lambda: len(cloud.notifications) == 20)
    await home.services.async_call("automation", "turn_off", {"entity_id": "automation.alerts"}, blocking=True)
    await home.config_entries.async_reload(server.entry_id)
    for notification in cloud.notifications[:10]:
        await tap(home, buttons(notification)["Ignore"], owner)
    for number, notification in enumerate(cloud.notifications[10:]):
        await tap(home, buttons(notification)["This is…"], owner, f" Guest {number} ")
    ignored = [one["unknown_id"] for one in peer.asked_for("unknowns/ignore")]
    assert ignored == [one["data"]["tag"].removeprefix("face_") for one in cloud.notifications[:10]]
    named = [(one["unknown_id"], one["person"]) for one in peer.asked_for("unknowns/assign")]
    assert named == [
        (one["data"]["tag"].removeprefix("face_"), f"Guest {number}")
        for number, one in enumerate(cloud.notifications[10:])
    ]


async def test_known_people_can_be_told_of_and_taken_back(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry, cloud: Cloud, owner: User
) -> None:
    """With the picture of that sighting; "this is" says who it really was."""
    await automate(home, "unknown_person", known_too=True)
    await peer.tell(sighting(peer, sighting_id="41", picture="/v1/sightings/41.jpg"))
    await peer.tell(sighting(peer, sighting_id="42", picture="/v1/sightings/42.jpg"))
    await until(home, lambda: len(cloud.notifications) == 2)
    first, second = cloud.notifications
    assert (first["title"], first["message"]) == ("Alice", "Alice is at Front door.")
    assert first["data"]["image"] == f"/api/face/pictures/{server.entry_id}/sightings/41"
    await tap(home, buttons(first)["Not Alice"], owner)
    await tap(home, buttons(second)["This is…"], owner, "Bob")
    await tap(home, buttons(second)["A picture, nobody was there"], owner)
    said = [(one["sighting_id"], one.get("person"), one.get("reason")) for one in peer.asked_for("sightings/correct")]
    assert said == [("41", None, None), ("42", "Bob", None), ("42", None, "not_a_person")]


async def test_was_that_right_shows_the_picture_of_that_moment(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry, cloud: Cloud, owner: User
) -> None:
    """And takes it back."""
    await automate(home, "not_them")
    await peer.tell(sighting(peer, sighting_id="43", picture="/v1/sightings/43.jpg"))
    await until(home, lambda: cloud.notifications)
    (told,) = cloud.notifications
    assert told["data"]["image"] == f"/api/face/pictures/{server.entry_id}/sightings/43"
    await tap(home, buttons(told)["Not Alice"], owner)
    await tap(home, buttons(told)["A picture, nobody was there"], owner)
    said = [(one["sighting_id"], one.get("reason")) for one in peer.asked_for("sightings/correct")]
    assert said == [("43", None), ("43", "not_a_person")]


async def test_answer_that_is_refused_is_told_at_home(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry, owner: User
) -> None:
    """No name, or a server that is gone: nothing happens in silence."""
    for action, text in (
        (f"FACE_NAME_{server.entry_id}_stranger1", "  "),
        ("FACE_IGNORE_nowhere_stranger1", None),
    ):
        await tap(home, action, owner, text)
    notices = home.data["persistent_notification"]
    assert len(notices) == 2
    assert all("could not be carried out" in one["message"] for one in notices.values())
    assert not peer.asked_for("unknowns/assign")


async def test_answer_counts_as_given_by_whose_phone_it_is(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry, owner: User
) -> None:
    """A child who may not teach cannot do so by a notification either."""
    child = MockUser(id="child").add_to_hass(home)
    await tap(home, f"FACE_NAME_{server.entry_id}_unknown-1".replace("-", "_"), child, "Dad")
    (notice,) = home.data["persistent_notification"].values()
    assert "this user may not do that" in notice["message"]
    assert not peer.asked_for("unknowns/assign")


async def test_other_answers_are_not_ours(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry, owner: User
) -> None:
    """Other automations ask things, too."""
    for action in (
        "OPEN_DOOR",
        "FACE_",
        "FACE_NAME",
        f"FACE_DELETE_{server.entry_id}_1",
        f"X_FACE_NOT_{server.entry_id}_1",
    ):
        await tap(home, action, owner, "Alice")
    assert not home.data.get("persistent_notification")
    assert (
        not peer.asked_for("unknowns/assign") + peer.asked_for("sightings/correct") + peer.asked_for("unknowns/ignore")
    )


async def test_bus_events_carry_the_picture_of_the_event(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """For those who listen to the bus; a path says no name."""
    told: list[dict[str, Any]] = []
    for kind in ("face_recognized", "face_unknown_seen"):
        home.bus.async_listen(kind, lambda event: told.append({**event.data}))
    await peer.tell(sighting(peer, sighting_id="44", picture="/v1/sightings/44.jpg"))
    await peer.tell(unknown_seen(peer, 5))
    await until(home, lambda: len(told) == 2)
    assert [one["picture"] for one in told] == [
        f"/api/{DOMAIN}/pictures/{server.entry_id}/sightings/44",
        f"/api/{DOMAIN}/pictures/{server.entry_id}/unknowns/stranger5",
    ]
    assert ALICE["name"] not in str(told)
