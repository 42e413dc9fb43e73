"""What a camera goes through: never set off, slow at first, switched off, gone, exchanged, renamed, moved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from homeassistant.components.image import ImageEntity
from homeassistant.components.image.const import DATA_COMPONENT as IMAGES
from homeassistant.components.repairs import DOMAIN as REPAIRS
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    issue_registry as ir,
)
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.face.const import DOMAIN

from .home import CAMERA, MOTION, OWN_ID, DoorCamera, add_server, entity, until
from .peer import BOX, SERVER_ID, Peer, Refused
from .test_camera_feed import feed, pushed
from .test_camera_flow import add, bare

__all__ = ["bare"]


async def test_camera_that_nothing_would_ever_set_off_is_refused(
    home: HomeAssistant, peer: Peer, bare: MockConfigEntry
) -> None:
    """With neither a trigger nor regular pictures; either is enough."""
    again = await add(home, bare, triggers=[], interval=0)
    assert again["errors"] == {"triggers": "nothing_starts_it"}
    done = await add(home, bare, triggers=[], interval=60)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await home.async_block_till_done()


async def test_slow_first_picture_refuses_no_camera(
    home: HomeAssistant, bare: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cameras start cold; the second picture is what a burst would get."""
    latencies = iter([3.2, 0.02])

    async def cold(*_: object) -> tuple[bytes, float]:
        return b"picture", next(latencies)

    monkeypatch.setattr("custom_components.face.flows.camera.async_take_picture", cold)
    assert (await add(home, bare))["type"] is FlowResultType.CREATE_ENTRY
    await home.async_block_till_done()


def issue(home: HomeAssistant, server: MockConfigEntry, kind: str) -> ir.IssueEntry | None:
    """Give the issue about the door's camera."""
    return ir.async_get(home).async_get_issue(DOMAIN, f"{kind}_{feed(server).subentry.subentry_id}")


async def fails(server: MockConfigEntry) -> None:
    """Ask three times for a picture that does not come."""
    for _ in range(3):
        with pytest.raises(HomeAssistantError):
            await feed(server).async_observe()


async def test_camera_that_is_switched_off_is_nothing_to_repair(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry, door: DoorCamera
) -> None:
    """Nor is one that its own integration calls unavailable; and switching it off ends an earlier complaint."""
    door.breaks()
    camera = home.data["camera"].get_entity(CAMERA)
    camera._attr_is_on = False  # noqa: SLF001
    camera.async_write_ha_state()
    await fails(server)
    assert issue(home, server, "camera_unreachable") is None
    camera._attr_is_on = True  # noqa: SLF001
    camera.async_write_ha_state()
    await fails(server)
    assert issue(home, server, "camera_unreachable") is not None
    home.states.async_set(CAMERA, "unavailable")
    await until(home, lambda: issue(home, server, "camera_unreachable") is None)
    await fails(server)
    assert issue(home, server, "camera_unreachable") is None


async def test_camera_that_is_back_is_no_longer_complained_of_though_nothing_set_it_off(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry, door: DoorCamera
) -> None:
    """It is tried again now and then."""
    door.breaks()
    await fails(server)
    assert issue(home, server, "camera_unreachable") is not None
    door.shows(b"back")
    await server.runtime_data.async_refresh()
    assert issue(home, server, "camera_unreachable") is None


@pytest.fixture
async def registered(home: HomeAssistant, peer: Peer, door: DoorCamera) -> MockConfigEntry:
    """Give a server whose camera is known by its id in the registry."""
    found = er.async_get(home).async_get(CAMERA)
    assert found is not None
    return await add_server(home, peer, camera=found.id)


async def second_camera(home: HomeAssistant, door: DoorCamera) -> str:
    """Hang up a new doorbell."""
    entry = MockConfigEntry(
        domain="local_file", options={"name": "Bell", "file_path": str(door.file)}, unique_id="bell"
    )
    entry.add_to_hass(home)
    assert await home.config_entries.async_setup(entry.entry_id)
    await home.async_block_till_done()
    return "camera.bell"


async def test_camera_that_is_gone_can_be_exchanged_where_it_is_complained_of(
    home: HomeAssistant, peer: Peer, registered: MockConfigEntry, door: DoorCamera
) -> None:
    """Settings and entities stay; and the complaint has the camera's name, not its id."""
    faces = entity(home, "sensor", f"{OWN_ID}_faces")
    bell = await second_camera(home, door)
    er.async_get(home).async_remove(CAMERA)
    await until(home, lambda: issue(home, registered, "camera_missing"))
    found = issue(home, registered, "camera_missing")
    assert found is not None
    assert found.translation_placeholders == {"camera": "Front door"}
    await home.config_entries.async_reload(registered.entry_id)
    await home.async_block_till_done()
    assert issue(home, registered, "camera_missing") is not None
    assert await async_setup_component(home, REPAIRS, {})
    manager = home.data[REPAIRS]["flow_manager"]
    flow = await manager.async_init(DOMAIN, data={"issue_id": found.issue_id})
    done = await manager.async_configure(flow["flow_id"], {"camera": bell})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await until(home, lambda: feed(registered).entity_id == bell)
    await home.async_block_till_done()
    assert issue(home, registered, "camera_missing") is None
    assert entity(home, "sensor", f"{OWN_ID}_faces") == faces
    assert await feed(registered).async_observe() is not None


async def test_camera_of_an_entry_can_be_exchanged_in_its_form(
    home: HomeAssistant, peer: Peer, registered: MockConfigEntry, door: DoorCamera
) -> None:
    """And no camera is there twice."""
    bell = await second_camera(home, door)
    (subentry,) = registered.subentries.values()
    flow = await registered.start_subentry_reconfigure_flow(home, subentry.subentry_id)
    wanted = {"camera": bell, "triggers": [MOTION], "pictures": 3, "spacing": 1.0, "cooldown": 0, "interval": 0}
    done = await home.config_entries.subentries.async_configure(flow["flow_id"], wanted)
    assert done["reason"] == "reconfigure_successful"
    await home.async_block_till_done()
    await until(home, lambda: feed(registered).entity_id == bell)
    assert entity(home, "sensor", f"{OWN_ID}_faces")
    assert (await add(home, registered, camera=bell))["reason"] == "already_configured"


def our_device(home: HomeAssistant, server: MockConfigEntry) -> dr.DeviceEntry:
    """Give our device of the door's camera."""
    device = dr.async_get(home).async_get_device_by_identifier((DOMAIN, f"{SERVER_ID}_{OWN_ID}"), server.entry_id)
    assert device is not None
    return device


async def test_name_and_area_of_a_camera_are_followed(
    home: HomeAssistant, peer: Peer, registered: MockConfigEntry
) -> None:
    """By the server, by our device and by the entry, without a reload."""
    areas, entities = ar.async_get(home), er.async_get(home)
    porch, garden = areas.async_create("Porch"), areas.async_create("Garden")
    log_ins = peer.log_ins

    def told() -> Any:
        return peer.asked_for("cameras/configure")[-1]["cameras"][0]

    entities.async_update_entity(CAMERA, area_id=porch.id)
    await until(home, lambda: told().get("area") == "Porch")
    assert our_device(home, registered).area_id == porch.id
    entities.async_update_entity(CAMERA, area_id=garden.id)
    await until(home, lambda: told().get("area") == "Garden")
    assert our_device(home, registered).area_id == garden.id
    entities.async_update_entity(CAMERA, name="Haustür")
    await until(home, lambda: told()["name"] == "Haustür")
    assert our_device(home, registered).name == "Haustür"
    assert [one.title for one in registered.subentries.values()] == ["Haustür"]
    assert peer.log_ins == log_ins


async def test_device_that_somebody_put_elsewhere_stays_there(
    home: HomeAssistant, peer: Peer, registered: MockConfigEntry
) -> None:
    """Only the server follows then."""
    areas = ar.async_get(home)
    porch, office = areas.async_create("Porch"), areas.async_create("Office")
    dr.async_get(home).async_update_device(our_device(home, registered).id, area_id=office.id)
    er.async_get(home).async_update_entity(CAMERA, area_id=porch.id)
    await until(home, lambda: peer.asked_for("cameras/configure")[-1]["cameras"][0].get("area") == "Porch")
    assert our_device(home, registered).area_id == office.id


async def test_new_camera_stands_in_the_cameras_area(home: HomeAssistant, peer: Peer, bare: MockConfigEntry) -> None:
    """So it is on the area's dashboard."""
    area = ar.async_get(home).async_create("Porch")
    er.async_get(home).async_update_entity(CAMERA, area_id=area.id)
    await add(home, bare)
    await home.async_block_till_done()
    (subentry,) = bare.subentries.values()
    device = dr.async_get(home).async_get_device_by_identifier(
        (DOMAIN, f"{SERVER_ID}_{subentry.unique_id}"), bare.entry_id
    )
    assert device is not None
    assert device.area_id == area.id


@pytest.mark.parametrize(
    ("trigger", "before", "after", "pictures"),
    [
        ("sensor.person_count", "0", "1", 1),
        ("sensor.person_count", "1", "2", 1),
        ("sensor.person_count", "2", "1", 0),
        ("sensor.person_count", "unavailable", "1", 0),
        ("sensor.last_face", "nobody", "somebody", 1),
        ("button.look", "2025-11-24T08:00:00+00:00", "2025-11-24T08:01:00+00:00", 1),
        ("image.best", "2025-11-24T08:00:00+00:00", "2025-11-24T08:01:00+00:00", 1),
    ],
)
async def test_counts_words_buttons_and_images_set_a_camera_off(
    home: HomeAssistant, peer: Peer, door: DoorCamera, trigger: str, before: str, after: str, pictures: int
) -> None:
    """As an NVR or a doorbell has them."""
    home.states.async_set(trigger, before)
    server = await add_server(home, peer, triggers=[trigger], pictures=1, cooldown=3600.0)
    home.states.async_set(trigger, after)
    home.states.async_set(MOTION, "on")
    await home.async_block_till_done()
    looking = feed(server)._looking  # noqa: SLF001
    assert (looking is not None) == bool(pictures)
    await until(home, lambda: len(pushed(peer)) == pictures)


class Best(ImageEntity):
    """The best picture of an NVR."""

    entity_id = "image.best"
    picture = b"best"

    async def async_image(self) -> bytes:
        """Give it."""
        return self.picture


@pytest.fixture
async def best(home: HomeAssistant) -> Callable[[bytes], None]:
    """Give an image entity, and how it gets a new picture."""
    assert await async_setup_component(home, "image", {})
    image = Best(home)
    await home.data[IMAGES].async_add_entities([image])

    def shows(picture: bytes) -> None:
        image.picture = picture
        image._attr_image_last_updated = dt_util.utcnow()  # noqa: SLF001
        image.async_write_ha_state()

    shows(b"first")
    await home.async_block_till_done()
    return shows


async def test_each_new_picture_of_an_image_entity_is_observed(
    home: HomeAssistant, peer: Peer, bare: MockConfigEntry, best: Callable[[bytes], None]
) -> None:
    """It needs no other trigger."""
    done = await add(home, bare, camera="image.best", triggers=[], interval=0)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await home.async_block_till_done()
    best(b"somebody")
    await until(home, lambda: b"somebody" in pushed(peer))


async def test_recognize_now_answers_though_the_picture_is_the_last_one_again(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """The server decides what a repeated picture is worth."""
    button = {"entity_id": entity(home, "button", f"{OWN_ID}_recognise")}
    for pressed in (1, 2):
        await home.services.async_call("button", "press", button, blocking=True)
        assert len(pushed(peer)) == pressed


async def test_refusal_of_several_faces_says_their_boxes(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """From left to right, as the action takes them."""
    left = BOX | {"x": 10.4}
    peer.refuse_next("enroll", Refused("multiple_faces", "two faces", faces=[{"box": BOX}, {"box": left}]))
    with pytest.raises(ServiceValidationError) as caught:
        await home.services.async_call(DOMAIN, "enroll", {"person": "Bob", "camera": CAMERA}, blocking=True)
    assert caught.value.translation_placeholders is not None
    boxes = caught.value.translation_placeholders["boxes"]
    assert boxes == "x: 10, y: 50, w: 80, h: 100; x: 100, y: 50, w: 80, h: 100"
