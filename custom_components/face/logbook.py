"""Lines for the logbook that read well: who came, was recognised or left, and where."""

from collections.abc import Callable
from typing import Any

from homeassistant.components.logbook.const import LOGBOOK_ENTRY_ICON, LOGBOOK_ENTRY_MESSAGE, LOGBOOK_ENTRY_NAME
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr

from .bus import (
    ATTR_CAMERA_DEVICE,
    ATTR_PERSON_DEVICE,
    EVENT_ARRIVED,
    EVENT_DEPARTED,
    EVENT_UNKNOWN_SEEN,
)
from .const import DOMAIN

# That somebody was recognised is told by their event entity, and that they arrived says it as well.
_LINES = {
    EVENT_ARRIVED: "arrived at {place}",
    EVENT_DEPARTED: "is no longer at {place}",
    EVENT_UNKNOWN_SEEN: "was seen at {place}",
}


@callback
def async_describe_events(
    hass: HomeAssistant,
    async_describe_event: Callable[[str, str, Callable[[Event[Any]], dict[str, Any]]], None],
) -> None:
    """Describe our events; the names are looked up, since the recorder does not have them."""
    devices = dr.async_get(hass)

    def name(device_id: str | None, otherwise: str) -> str:
        device = devices.async_get(device_id or "")
        return otherwise if device is None else device.name_by_user or device.name or otherwise

    @callback
    def describe(event: Event[Any]) -> dict[str, Any]:
        unknown = event.event_type == EVENT_UNKNOWN_SEEN
        who = "An unknown person" if unknown else name(event.data.get(ATTR_PERSON_DEVICE), "Somebody")
        line = _LINES[str(event.event_type)].format(place=name(event.data.get(ATTR_CAMERA_DEVICE), "a camera"))
        if unknown and (times := event.data.get("times_seen", 1)) > 1:
            line = f"{line}, {times} times so far"
        icon = "mdi:account-question" if unknown else "mdi:face-recognition"
        return {LOGBOOK_ENTRY_NAME: who, LOGBOOK_ENTRY_MESSAGE: line, LOGBOOK_ENTRY_ICON: icon}

    for event_type in _LINES:
        async_describe_event(DOMAIN, event_type, describe)
