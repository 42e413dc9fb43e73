"""Who of the server's people is who at home, and what that does to `person.*`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from homeassistant.components.repairs import DOMAIN as REPAIRS
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.face.const import DOMAIN
from custom_components.face.people.home_people import home_people
from custom_components.face.people.links import links

from .home import OWN_ID, DoorCamera, add_server, entity, state, until
from .peer import AT, Peer, Refused, person


async def link(home: HomeAssistant, server: MockConfigEntry, home_person: str, person_id: str = "alice-id") -> Any:
    """Go through the options."""
    flow = await home.config_entries.options.async_init(server.entry_id)
    flow = await home.config_entries.options.async_configure(flow["flow_id"], {"next_step_id": "link"})
    return await home.config_entries.options.async_configure(
        flow["flow_id"], {"person": person_id, "home_person": home_person}
    )


async def enabled_trackers_appear(home: HomeAssistant) -> None:
    """Let core's half minute pass, after which it adds entities that were enabled."""
    async_fire_time_changed(home, dt_util.utcnow() + timedelta(seconds=31))
    await home.async_block_till_done()


def here(home: HomeAssistant, entity_id: str) -> str:
    """Give a state."""
    found = home.states.get(entity_id)
    assert found is not None
    return found.state


async def presence(home: HomeAssistant, peer: Peer, *, at_home: bool) -> None:
    """Let the server say whether Alice is there."""
    await peer.tell({"kind": "person_changed", "person": person(present=at_home, home=at_home, last_seen=AT)})
    state = "home" if at_home else "unknown"
    await until(home, lambda: here(home, "device_tracker.alice") == state)


async def test_new_person_is_made_linked_and_goes_home(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """And is unknown again afterwards, never away."""
    done = await link(home, server, "new")
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await enabled_trackers_appear(home)
    (alice,) = home_people(home).values()
    assert (alice.name, alice.trackers) == ("Alice", ("device_tracker.alice",))
    assert here(home, "person.alice") == "unknown"
    await presence(home, peer, at_home=True)
    assert here(home, "person.alice") == "home"
    await presence(home, peer, at_home=False)
    assert here(home, "person.alice") == "unknown"


async def test_phone_keeps_working_beside_the_cameras(home: HomeAssistant, peer: Peer, server: MockConfigEntry) -> None:
    """Confirmed beats a phone that is away; who leaves by a camera is away as soon as the presence is over."""
    assert await async_setup_component(home, "zone", {})
    await link(home, server, "new")
    await enabled_trackers_appear(home)
    (alice,) = home_people(home).values()
    storage = home.data["person"][1]
    await storage.async_update_item(alice.id, {"device_trackers": ["device_tracker.alice", "device_tracker.phone"]})

    def phone(where: str) -> None:
        at_home = where == "home"
        home.states.async_set(
            "device_tracker.phone",
            where,
            {
                "source_type": "gps",
                "latitude": home.config.latitude if at_home else 1.0,
                "longitude": home.config.longitude if at_home else 1.0,
                "in_zones": ["zone.home"] if at_home else [],
            },
        )

    phone("not_home")
    await home.async_block_till_done()
    assert here(home, "person.alice") == "not_home"
    await presence(home, peer, at_home=True)
    assert here(home, "person.alice") == "home"
    phone("home")
    await presence(home, peer, at_home=False)
    await home.async_block_till_done()
    assert here(home, "person.alice") == "home"
    # She leaves by the door camera: for the presence's time she counts as home, then the phone decides.
    await presence(home, peer, at_home=True)
    phone("not_home")
    await home.async_block_till_done()
    assert here(home, "person.alice") == "home"
    await presence(home, peer, at_home=False)
    await home.async_block_till_done()
    assert here(home, "person.alice") == "not_home"


async def test_linking_to_somebody_else_undoes_the_first_link(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """And nobody undoes it altogether."""
    await link(home, server, "new")
    storage = home.data["person"][1]
    other = await storage.async_create_item({"name": "Other", "device_trackers": ["device_tracker.phone"]})
    await link(home, server, other["id"])
    people = home_people(home)
    assert people["alice"].trackers == ()
    assert people["other"].trackers == ("device_tracker.phone", "device_tracker.alice")
    assert links(server) == {"alice-id": "other"}
    await link(home, server, "nobody")
    assert home_people(home)["other"].trackers == ("device_tracker.phone",)
    registered = er.async_get(home).async_get("device_tracker.alice")
    assert registered is not None
    assert registered.disabled
    await enabled_trackers_appear(home)


async def test_removing_the_server_takes_its_tracker_off_the_person(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """Cleanly."""
    await link(home, server, "new")
    await home.config_entries.async_remove(server.entry_id)
    await home.async_block_till_done()
    assert home_people(home)["alice"].trackers == ()


@pytest.fixture
async def yaml_home(hass: HomeAssistant, enable_custom_integrations: None) -> HomeAssistant:
    """Give a Home Assistant whose Alice is written in YAML."""
    assert await async_setup_component(hass, "person", {"person": [{"id": "yaml", "name": "Alice"}]})
    return hass


async def test_person_from_yaml_gets_the_line_to_add(yaml_home: HomeAssistant, peer: Peer) -> None:
    """Integrations may not change them."""
    server = await add_server(yaml_home, peer)
    shown = await link(yaml_home, server, "yaml")
    assert shown["step_id"] == "by_hand"
    assert shown["description_placeholders"] == {"entity_id": "device_tracker.alice"}
    done = await yaml_home.config_entries.options.async_configure(shown["flow_id"], {})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert links(server) == {"alice-id": "yaml"}
    await enabled_trackers_appear(yaml_home)
    assert here(yaml_home, "device_tracker.alice") == "unknown"


async def fix(home: HomeAssistant, server: MockConfigEntry) -> Any:
    """Start repairing the question who the people are."""
    assert await async_setup_component(home, REPAIRS, {})
    issue_id = f"people_not_linked_{server.entry_id}"
    issue = ir.async_get(home).async_get_issue(DOMAIN, issue_id)
    assert issue is not None
    manager = home.data[REPAIRS]["flow_manager"]
    return manager, await manager.async_init(DOMAIN, data={"issue_id": issue_id})


def chosen(flow: Any) -> list[Any]:
    """Give what a form has chosen before anybody chose."""
    keys = flow["data_schema"].schema
    suggested = [(key.description or {}).get("suggested_value") for key in keys]
    return [value for value in suggested if value] + [key.default() for key in keys if callable(key.default)]


async def test_one_repair_asks_who_everybody_is_until_everybody_is_answered_for(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """Nobody is an answer, too; and nobody is chosen beforehand, though one has the same name."""
    await home.data["person"][1].async_create_item({"name": "Alice"})
    assert len([issue for issue in ir.async_get(home).issues if issue[0] == DOMAIN]) == 1
    manager, flow = await fix(home, server)
    assert flow["step_id"] == "link"
    assert not any(chosen(flow))
    again = await manager.async_configure(flow["flow_id"], {})
    assert again["errors"] == {"person": "choose"}
    again = await manager.async_configure(flow["flow_id"], {"person": "alice-id"})
    assert again["errors"] == {"home_person": "choose"}
    more = await manager.async_configure(flow["flow_id"], {"person": "alice-id", "home_person": "nobody"})
    assert more["step_id"] == "link"
    assert more["description_placeholders"] == {"people": "Bob"}
    done = await manager.async_configure(flow["flow_id"], {"person": "bob-id", "home_person": "new"})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await home.async_block_till_done()
    assert not [issue for issue in ir.async_get(home).issues if issue[0] == DOMAIN]
    assert links(server) == {"alice-id": "", "bob-id": "bob"}
    await enabled_trackers_appear(home)


async def test_one_answer_settles_all_guests(home: HomeAssistant, peer: Peer, server: MockConfigEntry) -> None:
    """So a hundred people are not a hundred questions."""
    manager, flow = await fix(home, server)
    answer = {"person": "alice-id", "home_person": "new", "nobody_else": True}
    done = await manager.async_configure(flow["flow_id"], answer)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert links(server) == {"alice-id": "alice", "bob-id": ""}
    await enabled_trackers_appear(home)


async def test_linking_while_no_camera_counts_as_home_offers_the_cameras(
    home: HomeAssistant, peer: Peer, door: DoorCamera
) -> None:
    """Or the linked person would never be home by any of them."""
    server = await add_server(home, peer, counts_as_home=False)
    asked = await link(home, server, "new")
    assert asked["step_id"] == "counts_as_home"
    (subentry,) = server.subentries.values()
    done = await home.config_entries.options.async_configure(
        asked["flow_id"], {"counts_as_home": [subentry.subentry_id]}
    )
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert peer.asked_for("cameras/configure")[-1]["cameras"][0]["counts_as_home"]
    assert state(home, "switch", f"{OWN_ID}_counts_as_home") == "on"
    await enabled_trackers_appear(home)


async def test_repair_shows_the_line_for_a_person_from_yaml(yaml_home: HomeAssistant, peer: Peer) -> None:
    """As the options do."""
    server = await add_server(yaml_home, peer)
    manager, flow = await fix(yaml_home, server)
    shown = await manager.async_configure(flow["flow_id"], {"person": "alice-id", "home_person": "yaml"})
    assert shown["step_id"] == "by_hand"
    more = await manager.async_configure(flow["flow_id"], {})
    assert more["step_id"] == "link"
    done = await manager.async_configure(flow["flow_id"], {"nobody_else": True})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await enabled_trackers_appear(yaml_home)


async def test_repair_about_people_who_are_gone_says_so(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """Instead of failing."""
    server.runtime_data.data.people.clear()
    _, flow = await fix(home, server)
    assert flow["reason"] == "no_people"
    server.runtime_data.async_update_listeners()
    await home.async_block_till_done()
    assert not [issue for issue in ir.async_get(home).issues if issue[0] == DOMAIN]


async def test_repair_of_a_server_that_is_away_says_so(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """It cannot know."""
    issue_id = "people_not_linked_x"
    ir.async_create_issue(
        home,
        DOMAIN,
        issue_id,
        data={"entry_id": "x"},
        is_fixable=True,
        severity=ir.IssueSeverity.WARNING,
        translation_key="people_not_linked",
    )
    assert await async_setup_component(home, REPAIRS, {})
    flow = await home.data[REPAIRS]["flow_manager"].async_init(DOMAIN, data={"issue_id": issue_id})
    assert flow["reason"] == "no_people"


async def settings_form(home: HomeAssistant, server: MockConfigEntry) -> Any:
    """Open the server's settings."""
    flow = await home.config_entries.options.async_init(server.entry_id)
    return await home.config_entries.options.async_configure(flow["flow_id"], {"next_step_id": "settings"})


async def test_settings_are_shown_and_changed_on_the_server(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """They are kept there."""
    form = await settings_form(home, server)
    suggested = {str(key): key.description["suggested_value"] for key in form["data_schema"].schema}
    assert suggested == {"strangers_per_thousand": 1.0, "presence_timeout_s": 600, "retention_days": 7}
    wanted = {"strangers_per_thousand": 0.5, "presence_timeout_s": 300, "retention_days": 3}
    peer.refuse_next("settings/set", Refused("invalid_request"))
    again = await home.config_entries.options.async_configure(form["flow_id"], wanted)
    assert again["errors"] == {"base": "settings_refused"}
    assert again["description_placeholders"] == {"reason": "not so"}
    done = await home.config_entries.options.async_configure(again["flow_id"], wanted)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    asked = peer.asked_for("settings/set")[-1]
    assert {key: asked[key] for key in wanted} == wanted


async def test_options_need_the_server_and_somebody_to_link(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """In words."""
    peer.refuse_next("settings/get", Refused("internal"))
    assert (await settings_form(home, server))["reason"] == "server_not_connected"
    server.runtime_data.data.people.clear()
    flow = await home.config_entries.options.async_init(server.entry_id)
    flow = await home.config_entries.options.async_configure(flow["flow_id"], {"next_step_id": "link"})
    assert flow["reason"] == "no_people"
    await home.config_entries.async_unload(server.entry_id)
    flow = await home.config_entries.options.async_init(server.entry_id)
    assert flow["reason"] == "server_not_connected"
    assert server.state is ConfigEntryState.NOT_LOADED


async def test_link_waits_for_the_tracker(home: HomeAssistant, peer: Peer, server: MockConfigEntry) -> None:
    """A person whose tracker was deleted by hand cannot be linked until the next start."""
    er.async_get(home).async_remove(entity(home, "device_tracker", "alice-id_tracker"))
    await link(home, server, "new")
    assert links(server) == {}
    assert OWN_ID


async def test_link_of_a_person_who_is_gone_comes_back_with_them(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """A share that was away, for example. Core takes the tracker off; who was nobody at home is not asked about."""
    await link(home, server, "new")
    await link(home, server, "nobody", "bob-id")
    await enabled_trackers_appear(home)
    assert links(server) == {"alice-id": "alice", "bob-id": ""}
    for gone in ("alice-id", "bob-id"):
        await peer.tell({"kind": "person_removed", "person_id": gone})
    await until(home, lambda: links(server) == {})
    await home.async_block_till_done()
    assert home_people(home)["alice"].trackers == ()
    await home.config_entries.async_reload(server.entry_id)
    for back in (person(), person("bob-id", "Bob")):
        await peer.tell({"kind": "person_changed", "person": back})
    await until(home, lambda: home_people(home)["alice"].trackers == ("device_tracker.alice",))
    await until(home, lambda: links(server) == {"alice-id": "alice", "bob-id": ""})
    await presence(home, peer, at_home=True)
    assert here(home, "person.alice") == "home"
    assert ir.async_get(home).async_get_issue(DOMAIN, f"people_not_linked_{server.entry_id}") is None


async def test_presence_of_one_person_lasts_as_long_as_somebody_says(
    home: HomeAssistant, peer: Peer, server: MockConfigEntry
) -> None:
    """Children have no phone; without a time it lasts as long as everybody's again."""

    async def lasts(**fields: Any) -> Any:
        flow = await home.config_entries.options.async_init(server.entry_id)
        flow = await home.config_entries.options.async_configure(flow["flow_id"], {"next_step_id": "presence"})
        return await home.config_entries.options.async_configure(flow["flow_id"], {"person": "bob-id"} | fields)

    assert (await lasts(lasts={"hours": 8}))["type"] is FlowResultType.CREATE_ENTRY
    asked = peer.asked_for("people/configure")[-1]
    assert (asked["person_id"], asked["presence_timeout_s"]) == ("bob-id", 28800)
    await lasts()
    assert "presence_timeout_s" not in peer.asked_for("people/configure")[-1]
    peer.refuse_next("people/configure", Refused("invalid_request", "at most a day"))
    again = await lasts(lasts={"hours": 48})
    assert again["errors"] == {"base": "settings_refused"}
    assert again["description_placeholders"] == {"reason": "at most a day"}


async def test_sample_people_never_become_people_here(home: HomeAssistant, peer: Peer, door: DoorCamera) -> None:
    """They only come with the server, to try it out: no device, no question who they are."""
    peer.people["obama-id"] = person("obama-id", "Barack Obama") | {"sample": True}
    server = await add_server(home, peer)
    await peer.tell({"kind": "person_changed", "person": person("biden-id", "Joe Biden") | {"sample": True}})
    await peer.tell({"kind": "person_changed", "person": person("carol-id", "Carol")})
    await until(home, lambda: "carol-id" in server.runtime_data.data.people)
    assert set(server.runtime_data.data.people) == {"alice-id", "bob-id", "carol-id"}
    assert not [one for one in home.states.async_entity_ids() if "obama" in one or "biden" in one]
    issue = ir.async_get(home).async_get_issue(DOMAIN, f"people_not_linked_{server.entry_id}")
    assert issue is not None
    assert issue.translation_placeholders == {"people": "Alice, Bob, Carol"}
