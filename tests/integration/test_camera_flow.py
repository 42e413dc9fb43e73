"""Adding and changing a camera."""

from __future__ import annotations

from base64 import b64decode
from io import BytesIO
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er
from PIL import Image
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.face.const import DOMAIN

from .home import CAMERA, MOTION, DoorCamera, entity, until
from .peer import SERVER_ID, Peer

FORM: dict[str, Any] = {"camera": CAMERA, "triggers": [MOTION], "counts_as_home": True, "min_face": 40.0}


@pytest.fixture
async def bare(home: HomeAssistant, peer: Peer, door: DoorCamera) -> MockConfigEntry:
    """Give a server without cameras."""
    entry = MockConfigEntry(domain=DOMAIN, unique_id=SERVER_ID, data={"url": peer.url, "token": peer.token})
    entry.add_to_hass(home)
    assert await home.config_entries.async_setup(entry.entry_id)
    await home.async_block_till_done()
    return entry


async def add(home: HomeAssistant, server: MockConfigEntry, **fields: Any) -> Any:
    """Add a camera."""
    flow = await home.config_entries.subentries.async_init((server.entry_id, "camera"), context={"source": "user"})
    if flow["type"] is not FlowResultType.FORM:
        return flow
    return await home.config_entries.subentries.async_configure(flow["flow_id"], FORM | fields)


async def test_added_camera_has_entities_at_once_and_is_told_to_the_server(
    home: HomeAssistant, peer: Peer, bare: MockConfigEntry
) -> None:
    """Its area is that of the camera entity where none is chosen."""
    registry = er.async_get(home)
    area = ar.async_get(home).async_create("Porch")
    registry.async_update_entity(CAMERA, area_id=area.id)
    done = await add(home, bare)
    assert (done["type"], done["title"]) == (FlowResultType.CREATE_ENTRY, "Front door")
    await home.async_block_till_done()
    (subentry,) = bare.subentries.values()
    registered = registry.async_get(CAMERA)
    assert registered is not None
    assert subentry.unique_id == subentry.data["camera"] == registered.id
    assert subentry.data["triggers"] == [MOTION]
    assert subentry.data["enabled"] is True
    told = peer.asked_for("cameras/configure")[-1]["cameras"][0]
    assert told == {
        "camera": registered.id,
        "name": "Front door",
        "area": "Porch",
        "counts_as_home": True,
        "min_face_px": 40,
        "ignored_areas": [],
        "rotate": 0,
    }, "what cannot be set here is not touched"
    assert entity(home, "sensor", f"{registered.id}_faces")
    assert (await add(home, bare))["reason"] == "already_configured"


async def test_area_of_the_cameras_device_counts(home: HomeAssistant, peer: Peer, bare: MockConfigEntry) -> None:
    """Where the entity has none of its own."""
    area = ar.async_get(home).async_create("Porch")
    (owner,) = home.config_entries.async_entries("local_file")
    device = dr.async_get(home).async_get_or_create(config_entry_id=owner.entry_id, identifiers={("local_file", "x")})
    dr.async_get(home).async_update_device(device.id, area_id=area.id)
    er.async_get(home).async_update_entity(CAMERA, device_id=device.id)
    await add(home, bare)
    await home.async_block_till_done()
    assert peer.asked_for("cameras/configure")[-1]["cameras"][0]["area"] == "Porch"


async def test_camera_without_a_registry_entry_is_kept_by_its_entity_id(
    home: HomeAssistant, peer: Peer, bare: MockConfigEntry
) -> None:
    """There is nothing better; and one that gives no picture is refused with the reason."""
    home.states.async_set("camera.yaml", "idle")
    again = await add(home, bare, camera="camera.yaml")
    assert again["errors"] == {"base": "no_picture"}
    assert again["description_placeholders"]["reason"]


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"interval": 1.0}, {"interval": "interval_too_short"}),
        ({"spacing": 0.5}, {"spacing": "camera_too_slow"}),
        ({"spacing": 5.0, "interval": 2.5}, {"interval": "camera_too_slow"}),
    ],
)
async def test_pace_that_the_camera_cannot_keep_is_refused_in_words(
    home: HomeAssistant,
    bare: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
    fields: dict[str, float],
    errors: dict[str, str],
) -> None:
    """With the time that it took for a picture."""

    async def slow(*_: object) -> tuple[bytes, float]:
        return b"picture", 3.0

    monkeypatch.setattr("custom_components.face.flows.camera.async_take_picture", slow)
    again = await add(home, bare, **fields)
    assert again["errors"] == errors
    if "camera_too_slow" in errors.values():
        assert again["description_placeholders"]["latency"] == "3.0"


async def test_camera_is_changed_and_keeps_what_its_switches_say(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry, door: DoorCamera
) -> None:
    """And the entry reloads."""
    switch = entity(home, "switch", "door_counts_as_home")
    await home.services.async_call("switch", "turn_off", {"entity_id": switch}, blocking=True)
    (subentry,) = server.subentries.values()
    flow = await server.start_subentry_reconfigure_flow(home, subentry.subentry_id)
    assert flow["description_placeholders"]["camera"] == "Front door"
    fields = {"triggers": [], "pictures": 4, "spacing": 1.0, "cooldown": 3, "interval": 1.0}
    again = await home.config_entries.subentries.async_configure(flow["flow_id"], fields)
    assert again["errors"] == {"interval": "interval_too_short"}
    log_ins = peer.log_ins
    done = await home.config_entries.subentries.async_configure(again["flow_id"], fields | {"interval": 60})
    assert done["reason"] == "reconfigure_successful"
    await until(home, lambda: peer.log_ins == log_ins + 1 and server.state is ConfigEntryState.LOADED)
    (subentry,) = server.subentries.values()
    assert subentry.data["pictures"] == 4
    assert subentry.data["triggers"] == []
    assert subentry.data["counts_as_home"] is False
    assert subentry.data["camera"] == CAMERA


async def test_camera_needs_a_connected_server(home: HomeAssistant, peer: Peer, server: MockConfigEntry) -> None:
    """In words."""
    await home.config_entries.async_unload(server.entry_id)
    assert (await add(home, server))["reason"] == "server_not_connected"


async def test_removed_camera_takes_its_device_along(home: HomeAssistant, peer: Peer, server: MockConfigEntry) -> None:
    """And the entry reloads without it."""
    (subentry,) = server.subentries.values()
    home.config_entries.async_remove_subentry(server, subentry.subentry_id)
    await home.async_block_till_done()
    names = {device.name for device in dr.async_entries_for_config_entry(dr.async_get(home), server.entry_id)}
    assert names == {"Face", "Alice", "Bob"}


async def test_camera_can_be_added_while_the_server_reloads(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """As it does after the camera before was added."""
    reload = home.async_create_task(home.config_entries.async_reload(server.entry_id))
    assert server.state is not ConfigEntryState.LOADED
    flow = await home.config_entries.subentries.async_init((server.entry_id, "camera"), context={"source": "user"})
    assert flow["type"] is FlowResultType.FORM
    assert await reload


TELEVISION = {"x": 70, "y": 10, "w": 20, "h": 30}


async def test_ignored_areas_are_set_beside_a_picture_with_lines(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry, door: DoorCamera
) -> None:
    """In per cent, turned as the server turns the picture; the server gets fractions, and the form shows them again."""
    wide = BytesIO()
    Image.new("RGB", (640, 320)).save(wide, "JPEG")
    door.shows(wide.getvalue())
    (subentry,) = server.subentries.values()
    fields = {"triggers": [MOTION], "pictures": 3, "spacing": 1.0, "cooldown": 0, "interval": 0, "rotate": "90"}
    fields |= {"ignored_areas": [TELEVISION]}
    flow = await server.start_subentry_reconfigure_flow(home, subentry.subentry_id)
    done = await home.config_entries.subentries.async_configure(flow["flow_id"], fields)
    assert done["reason"] == "reconfigure_successful"
    await until(home, lambda: len(peer.asked_for("cameras/configure")) > 1)
    (told,) = peer.asked_for("cameras/configure")[-1]["cameras"]
    assert told["ignored_areas"] == [{"x": 0.7, "y": 0.1, "w": 0.2, "h": 0.3}]
    assert told["rotate"] == 90
    await home.async_block_till_done()
    (subentry,) = server.subentries.values()
    flow = await server.start_subentry_reconfigure_flow(home, subentry.subentry_id)
    (shown,) = (key.description["suggested_value"] for key in flow["data_schema"].schema if key == "ignored_areas")
    assert shown == [TELEVISION]
    picture = flow["description_placeholders"]["picture"].removeprefix("![](data:image/jpeg;base64,").removesuffix(")")
    assert Image.open(BytesIO(b64decode(picture))).size == (256, 512)


@pytest.mark.parametrize(
    "areas",
    [[TELEVISION | {"w": 31}], [TELEVISION | {"h": 0}], [TELEVISION] * 17],
)
async def test_area_beyond_the_picture_is_refused(
    home: HomeAssistant, peer: Peer, bare: MockConfigEntry, areas: list[dict[str, float]]
) -> None:
    """The server would refuse the whole camera."""
    again = await add(home, bare, ignored_areas=areas)
    assert again["errors"] == {"ignored_areas": "wrong_area"}
