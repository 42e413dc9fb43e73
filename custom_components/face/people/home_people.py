"""Home Assistant's own people: read by their states, changed by their trackers.

The only file that touches the inside of the `person` integration, in one function: it offers others no way to take a
tracker off a person. People from YAML cannot be changed.
"""

from dataclasses import dataclass
from typing import Any

from homeassistant.components.person import async_create_person
from homeassistant.components.person.const import DOMAIN as PERSON
from homeassistant.const import ATTR_EDITABLE, ATTR_ID
from homeassistant.core import HomeAssistant, State

TRACKERS = "device_trackers"


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePerson:
    """A person of Home Assistant."""

    id: str
    name: str
    trackers: tuple[str, ...]
    editable: bool


def home_people(hass: HomeAssistant) -> dict[str, HomePerson]:
    """Everybody whom Home Assistant knows, by id."""
    return {
        state.attributes[ATTR_ID]: HomePerson(
            id=state.attributes[ATTR_ID],
            name=state.name,
            trackers=tuple(state.attributes.get(TRACKERS) or ()),
            editable=bool(state.attributes.get(ATTR_EDITABLE)),
        )
        for state in hass.states.async_all(PERSON)
        if ATTR_ID in state.attributes
    }


def home_person_of(hass: HomeAssistant, tracker: str) -> State | None:
    """The state of the person who is followed by this tracker."""
    people = hass.states.async_all(PERSON)
    return next((one for one in people if tracker in (one.attributes.get(TRACKERS) or ())), None)


def can_create(hass: HomeAssistant) -> bool:
    """Whether this Home Assistant has people at all."""
    return PERSON in hass.config.components


async def async_create_home_person(hass: HomeAssistant, name: str) -> str:
    """Make a new person in Home Assistant, without a login; their id."""
    before = home_people(hass).keys()
    await async_create_person(hass, name)
    return next(iter(home_people(hass).keys() - before))


async def async_set_trackers(hass: HomeAssistant, home_person_id: str, trackers: list[str]) -> None:
    """Say by which trackers a person is followed."""
    data: Any = hass.data[PERSON]
    # A tuple until 2026.10, an object since 2026.11.
    collection = data[1] if isinstance(data, tuple) else data.storage_collection
    await collection.async_update_item(home_person_id, {TRACKERS: trackers})
