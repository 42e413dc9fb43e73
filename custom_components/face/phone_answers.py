"""What people tap on a notification about a face: "This is…", "Ignore", "Not Alice".

The name of the tapped action says what to do, and about whom: `FACE_NAME_<config entry>_<unknown person>`. So nothing
waits for an answer, and one that comes hours later, or after a restart, is as good as any. What is asked for is done by
our own actions, in the name of the person whose phone it is.
"""

import re
from typing import TYPE_CHECKING, Any

from homeassistant.components import persistent_notification
from homeassistant.core import callback
from homeassistant.exceptions import HomeAssistantError, Unauthorized
import probatio

from .const import ATTR_PERSON, ATTR_SIGHTING_ID, ATTR_UNKNOWN_ID, DOMAIN, LOGGER

if TYPE_CHECKING:
    from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant

EVENT_ANSWER = "mobile_app_notification_action"
_ANSWER = re.compile(r"FACE_(NAME|IGNORE|WAS|NOT)_([0-9A-Za-z]+)_(\w+)", re.ASCII)
# Which of our actions an answer means, what it is about, and whether a name is typed with it.
_MEANS = {
    "NAME": ("assign_unknown", ATTR_UNKNOWN_ID, True),
    "IGNORE": ("ignore_unknown", ATTR_UNKNOWN_ID, False),
    "WAS": ("reject_sighting", ATTR_SIGHTING_ID, True),
    "NOT": ("reject_sighting", ATTR_SIGHTING_ID, False),
}


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
                hass, f"An answer to a notification could not be carried out: {_reason(error)}", "Face"
            )

    return hass.bus.async_listen(EVENT_ANSWER, hear, event_filter=ours)


async def _carry_out(
    hass: HomeAssistant, event: Event[dict[str, Any]], answer: str, entry_id: str, own_id: str
) -> None:
    action, about, with_a_name = _MEANS[answer]
    data = {"config_entry_id": entry_id, about: own_id}
    if with_a_name:
        data[ATTR_PERSON] = str(event.data.get("reply_text") or "").strip()
    # Home Assistant's app tells whose phone it is; their rights count.
    await hass.services.async_call(DOMAIN, action, data, blocking=True, context=event.context)


def _reason(error: Exception) -> str:
    return "this user may not do that" if isinstance(error, Unauthorized) else str(error)
