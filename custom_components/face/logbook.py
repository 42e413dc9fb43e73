"""A line for the logbook that reads well: an unknown person was seen, and where.

What happens to people has no line of its own: their event entities are in the logbook already, and one visit should not
be more lines than it has to be.
"""

from collections.abc import Callable
from typing import Any

from homeassistant.components.logbook.const import LOGBOOK_ENTRY_ICON, LOGBOOK_ENTRY_MESSAGE, LOGBOOK_ENTRY_NAME
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr

from .bus import ATTR_CAMERA_DEVICE, EVENT_UNKNOWN_SEEN
from .const import DOMAIN


@callback
def async_describe_events(
    hass: HomeAssistant,
    async_describe_event: Callable[[str, str, Callable[[Event[Any]], dict[str, Any]]], None],
) -> None:
    """Describe our event; the camera's name is looked up, since the recorder does not have it."""
    devices = dr.async_get(hass)

    @callback
    def describe(event: Event[Any]) -> dict[str, Any]:
        device = devices.async_get(event.data.get(ATTR_CAMERA_DEVICE) or "")
        place = "a camera" if device is None else device.name_by_user or device.name or "a camera"
        times = event.data.get("times_seen", 1)
        line = f"was seen at {place}" if times == 1 else f"was seen at {place}, {times} times so far"
        return {
            LOGBOOK_ENTRY_NAME: "An unknown person",
            LOGBOOK_ENTRY_MESSAGE: line,
            LOGBOOK_ENTRY_ICON: "mdi:account-question",
        }

    async_describe_event(DOMAIN, EVENT_UNKNOWN_SEEN, describe)
