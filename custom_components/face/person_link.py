"""Joins a person of the server to a person of Home Assistant: the tracker is added to it, and taken off again.

The only file that touches the inside of Home Assistant's `person` integration, which has no way for others to take a
tracker off a person. People from YAML cannot be changed; for them the line to add is told instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from homeassistant.core import callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.selector import SelectOptionDict, SelectSelector, SelectSelectorConfig

from .const import CONF_LINKS, DOMAIN
from .device_tracker import TRACKER_KEY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from homeassistant.components.person import PersonStorageCollection
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.collection import YamlCollection

    from .coordinator import FaceConfigEntry
    from .models import Person

TRACKERS = "device_trackers"

CONF_HOME_PERSON = "home_person"
NEW = "new"
NOBODY = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePerson:
    """A person of Home Assistant."""

    id: str
    name: str
    trackers: tuple[str, ...]
    editable: bool


def _collections(hass: HomeAssistant) -> tuple[YamlCollection, PersonStorageCollection] | None:
    data: Any = hass.data.get("person")
    if data is None:
        return None
    # A tuple until 2026.10, an object since 2026.11.
    if isinstance(data, tuple):
        return data[0], data[1]
    return data.yaml_collection, data.storage_collection


def home_people(hass: HomeAssistant) -> dict[str, HomePerson]:
    """Everybody whom Home Assistant knows, by id."""
    if (collections := _collections(hass)) is None:
        return {}
    return {
        item["id"]: HomePerson(
            id=item["id"], name=item["name"], trackers=tuple(item.get(TRACKERS) or ()), editable=editable
        )
        for collection, editable in zip(collections, (False, True), strict=True)
        for item in collection.async_items()
    }


def tracker_entity_id(hass: HomeAssistant, entry: FaceConfigEntry, person_id: str) -> str | None:
    """The tracker of a person of the server."""
    return er.async_get(hass).async_get_entity_id(
        "device_tracker", DOMAIN, f"{entry.unique_id}_{person_id}_{TRACKER_KEY}"
    )


async def async_create_home_person(hass: HomeAssistant, name: str) -> str:
    """Make a new person in Home Assistant, without a login."""
    collections = _collections(hass)
    assert collections is not None  # noqa: S101  the flow offers this only where `person` is set up
    item = await collections[1].async_create_item({"name": name, TRACKERS: []})
    return str(item["id"])


async def async_link(hass: HomeAssistant, entry: FaceConfigEntry, person_id: str, home_person_id: str) -> None:
    """Add the person's tracker to a person of Home Assistant, and switch it on; an earlier link is undone."""
    await async_unlink(hass, entry, person_id)
    entity_id = tracker_entity_id(hass, entry, person_id)
    home_person = home_people(hass)[home_person_id]
    if entity_id is None:
        return
    er.async_get(hass).async_update_entity(entity_id, disabled_by=None)
    if home_person.editable and entity_id not in home_person.trackers:
        await _set_trackers(hass, home_person_id, [*home_person.trackers, entity_id])
    _remember(hass, entry, links(entry) | {person_id: home_person_id})


async def async_unlink(hass: HomeAssistant, entry: FaceConfigEntry, person_id: str) -> None:
    """Take the person's tracker off everybody whom we may change, and switch it off."""
    entity_id = tracker_entity_id(hass, entry, person_id)
    if entity_id is not None and links(entry).get(person_id):
        for home_person in home_people(hass).values():
            if home_person.editable and entity_id in home_person.trackers:
                left = [tracker for tracker in home_person.trackers if tracker != entity_id]
                await _set_trackers(hass, home_person.id, left)
        er.async_get(hass).async_update_entity(entity_id, disabled_by=er.RegistryEntryDisabler.INTEGRATION)
    _remember(hass, entry, {who: to for who, to in links(entry).items() if who != person_id})


@callback
def async_forget_links(hass: HomeAssistant, entry: FaceConfigEntry, people: Iterable[str]) -> None:
    """Forget who was who of everybody but these, before their devices go; core takes the trackers off by itself."""
    linked = links(entry)
    if gone := linked.keys() - set(people):
        for person_id in gone:
            # Whoever comes back gets their entities back as they were, and is not linked then.
            if (entity_id := tracker_entity_id(hass, entry, person_id)) is not None:
                er.async_get(hass).async_update_entity(entity_id, disabled_by=er.RegistryEntryDisabler.INTEGRATION)
        _remember(hass, entry, {who: to for who, to in linked.items() if who not in gone})


def home_person_selector(hass: HomeAssistant) -> SelectSelector:
    """Offer everybody at home, somebody new, and nobody."""
    options = [SelectOptionDict(value=who.id, label=who.name) for who in home_people(hass).values()]
    return SelectSelector(
        SelectSelectorConfig(
            options=[
                *options,
                SelectOptionDict(value=NEW, label=NEW),
                SelectOptionDict(value=NOBODY, label=NOBODY),
            ],
            translation_key=CONF_HOME_PERSON,
        )
    )


def likely_home_person(hass: HomeAssistant, person: Person) -> str:
    """Guess who a person is at home: whoever has the same name, else nobody."""
    same = (who.id for who in home_people(hass).values() if who.name.casefold() == person.name.casefold())
    return next(same, NOBODY)


async def async_apply_link(hass: HomeAssistant, entry: FaceConfigEntry, person: Person, choice: str) -> str | None:
    """Do what was chosen; the tracker to add by hand where the chosen person comes from YAML."""
    if choice == NOBODY:
        await async_unlink(hass, entry, person.id)
        _remember(hass, entry, links(entry) | {person.id: ""})
        return None
    if choice == NEW:
        choice = await async_create_home_person(hass, person.name)
    await async_link(hass, entry, person.id, choice)
    return None if home_people(hass)[choice].editable else tracker_entity_id(hass, entry, person.id)


def links(entry: FaceConfigEntry) -> dict[str, str]:
    """Who is whom: id at the server → id in Home Assistant, empty for somebody who shall be nobody there."""
    return dict(entry.options.get(CONF_LINKS, {}))


def _remember(hass: HomeAssistant, entry: FaceConfigEntry, linked: dict[str, str]) -> None:
    hass.config_entries.async_update_entry(entry, options=entry.options | {CONF_LINKS: linked})


async def _set_trackers(hass: HomeAssistant, home_person_id: str, trackers: list[str]) -> None:
    collections = _collections(hass)
    assert collections is not None  # noqa: S101  a person was found in it
    await collections[1].async_update_item(home_person_id, {TRACKERS: trackers})
