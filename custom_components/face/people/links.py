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
from ..const import CONF_LINKS, CONF_LINKS_ASIDE
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
        # The tracker of somebody new comes in a moment; then this is taken up.
        _remember(hass, entry, links(entry), _aside(entry) | {person_id: home_person_id})
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
def async_set_links_aside(hass: HomeAssistant, entry: ConfigEntry[Any], people: Iterable[str]) -> None:
    """Keep who was who of everybody but these for their return; core takes the trackers off when their devices go."""
    linked = links(entry)
    if gone := {who: to for who, to in linked.items() if who not in people}:
        left = {who: to for who, to in linked.items() if who not in gone}
        _remember(hass, entry, left, _aside(entry) | gone)


async def async_take_links_up(hass: HomeAssistant, entry: ConfigEntry[Any], people: Iterable[str]) -> None:
    """Link those who are back, and have a tracker again, to whom they were linked to."""
    back = {who: to for who, to in _aside(entry).items() if who in people and tracker_entity_id(hass, entry, who)}
    if back:
        left = {who: to for who, to in _aside(entry).items() if who not in back}
        nobody = {who: to for who, to in back.items() if not to}
        _remember(hass, entry, links(entry) | nobody, left)
    for who, to in back.items():
        if to in home_people(hass):
            await async_link(hass, entry, who, to)


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


def _aside(entry: ConfigEntry[Any]) -> dict[str, str]:
    return dict(entry.options.get(CONF_LINKS_ASIDE, {}))


def _remember(
    hass: HomeAssistant, entry: ConfigEntry[Any], linked: dict[str, str], aside: dict[str, str] | None = None
) -> None:
    options = entry.options | {CONF_LINKS: linked} | ({} if aside is None else {CONF_LINKS_ASIDE: aside})
    hass.config_entries.async_update_entry(entry, options=options)
