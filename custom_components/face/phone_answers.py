"""What people tap on a notification about a face: "This is…", "Ignore", "Not Alice", "A picture".

The name of the tapped action says what to do, and about whom: `FACE_NAME_<config entry>_<unknown person>`. So nothing
waits for an answer, and one that comes hours later, or after a restart, is as good as any. What is asked for is done by
our own actions, in the name of the person whose phone it is.
"""

import re
from typing import Any

from homeassistant.components import persistent_notification
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, Unauthorized
import probatio

from .const import ATTR_NOT_A_PERSON, ATTR_PERSON, ATTR_SIGHTING_ID, ATTR_UNKNOWN_ID, DOMAIN, LOGGER
from .error_text import plain

EVENT_ANSWER = "mobile_app_notification_action"
_ANSWER = re.compile(r"FACE_(NAME|IGNORE|WAS|NOT|PICTURE)_([0-9A-Za-z]+)_(\w+)", re.ASCII)
# Which of our actions an answer means, and what it is about; and the answers with which a name is typed.
_MEANS = {
    "NAME": ("assign_unknown", ATTR_UNKNOWN_ID),
    "IGNORE": ("ignore_unknown", ATTR_UNKNOWN_ID),
    "WAS": ("reject_sighting", ATTR_SIGHTING_ID),
    "NOT": ("reject_sighting", ATTR_SIGHTING_ID),
    "PICTURE": ("reject_sighting", ATTR_SIGHTING_ID),
}
_WITH_A_NAME = ("NAME", "WAS")


@callback
def async_listen(hass: HomeAssistant) -> CALLBACK_TYPE:
    """Carry out answers from now on."""

    @callback
    def ours(data: dict[str, Any]) -> bool:
        return _ANSWER.fullmatch(str(data.get("action"))) is not None

    async def hear(event: Event[dict[str, Any]]) -> None:
        try:
            for meant in _ANSWER.finditer(event.data["action"]):
                await _carry_out(hass, event, *meant.groups())
        except (HomeAssistantError, probatio.Invalid) as error:
            LOGGER.info("An answer to a notification was refused: %s", _reason(error))
            persistent_notification.async_create(
                hass, f"An answer to a notification could not be carried out: {plain(_reason(error))}", "Face"
            )

    return hass.bus.async_listen(EVENT_ANSWER, hear, event_filter=ours)


async def _carry_out(
    hass: HomeAssistant, event: Event[dict[str, Any]], answer: str, entry_id: str, own_id: str
) -> None:
    action, about = _MEANS[answer]
    data: dict[str, Any] = {"config_entry_id": entry_id, about: own_id}
    if answer in _WITH_A_NAME:
        data[ATTR_PERSON] = str(event.data.get("reply_text") or "").strip()
    if answer == "PICTURE":
        data[ATTR_NOT_A_PERSON] = True
    # Home Assistant's app tells whose phone it is; their rights count.
    await hass.services.async_call(DOMAIN, action, data, blocking=True, context=event.context)


def _reason(error: Exception) -> str:
    return "this user may not do that" if isinstance(error, Unauthorized) else str(error)
