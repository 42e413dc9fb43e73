"""Joins a person of the server to a person of Home Assistant: the tracker is added to it, and taken off again.

People from YAML cannot be changed; for them the line to add is told instead.
"""
# ruff: noqa: TID252

from collections.abc import Iterable
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from .. import ids
from ..client.wire import PersonInfo
from ..const import CONF_LINKS
from .home_people import async_create_home_person, async_set_trackers, home_people

CONF_HOME_PERSON = "home_person"
NEW = "new"
NOBODY = "nobody"


def tracker_entity_id(hass: HomeAssistant, entry: ConfigEntry[Any], person_id: str) -> str | None:
    """The tracker of a person of the server."""
    return ids.entity_id(hass, "device_tracker", entry, person_id, ids.TRACKER)


async def async_link(hass: HomeAssistant, entry: ConfigEntry[Any], person_id: str, home_person_id: str) -> None:
    """Add the person's tracker to a person of Home Assistant, and switch it on; an earlier link is undone."""
    await async_unlink(hass, entry, person_id)
    entity_id = tracker_entity_id(hass, entry, person_id)
    home_person = home_people(hass)[home_person_id]
    if entity_id is None:
        return
    er.async_get(hass).async_update_entity(entity_id, disabled_by=None)
    if home_person.editable and entity_id not in home_person.trackers:
        await async_set_trackers(hass, home_person_id, [*home_person.trackers, entity_id])
    _remember(hass, entry, links(entry) | {person_id: home_person_id})


async def async_unlink(hass: HomeAssistant, entry: ConfigEntry[Any], person_id: str) -> None:
    """Take the person's tracker off everybody whom we may change, and switch it off."""
    entity_id = tracker_entity_id(hass, entry, person_id)
    if entity_id is not None and links(entry).get(person_id):
        for home_person in home_people(hass).values():
            if home_person.editable and entity_id in home_person.trackers:
                left = [tracker for tracker in home_person.trackers if tracker != entity_id]
                await async_set_trackers(hass, home_person.id, left)
        er.async_get(hass).async_update_entity(entity_id, disabled_by=er.RegistryEntryDisabler.INTEGRATION)
    _remember(hass, entry, {who: to for who, to in links(entry).items() if who != person_id})


@callback
def async_forget_links(hass: HomeAssistant, entry: ConfigEntry[Any], people: Iterable[str]) -> None:
    """Forget who was who of everybody but these, before their devices go; core takes the trackers off by itself."""
    linked = links(entry)
    if gone := linked.keys() - set(people):
        for person_id in gone:
            # Whoever comes back gets their entities back as they were, and is not linked then.
            if (entity_id := tracker_entity_id(hass, entry, person_id)) is not None:
                er.async_get(hass).async_update_entity(entity_id, disabled_by=er.RegistryEntryDisabler.INTEGRATION)
        _remember(hass, entry, {who: to for who, to in linked.items() if who not in gone})


async def async_apply_link(hass: HomeAssistant, entry: ConfigEntry[Any], person: PersonInfo, choice: str) -> str | None:
    """Do what was chosen; the tracker to add by hand where the chosen person comes from YAML."""
    if choice == NOBODY:
        await async_unlink(hass, entry, person.id)
        _remember(hass, entry, links(entry) | {person.id: ""})
        return None
    if choice == NEW:
        choice = await async_create_home_person(hass, person.name)
    await async_link(hass, entry, person.id, choice)
    return None if home_people(hass)[choice].editable else tracker_entity_id(hass, entry, person.id)


def links(entry: ConfigEntry[Any]) -> dict[str, str]:
    """Who is whom: id at the server → id in Home Assistant, empty for somebody who shall be nobody there."""
    return dict(entry.options.get(CONF_LINKS, {}))


def _remember(hass: HomeAssistant, entry: ConfigEntry[Any], linked: dict[str, str]) -> None:
    hass.config_entries.async_update_entry(entry, options=entry.options | {CONF_LINKS: linked})
