"""The triggers of the automation editor: somebody is recognised, arrives or departs; an unknown person is seen."""
# ruff: noqa: D107

from typing import Any, override

from homeassistant.const import CONF_OPTIONS
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.trigger import Trigger, TriggerActionRunner, TriggerConfig, TriggerNotTriggeredReporter
from homeassistant.helpers.typing import ConfigType
import probatio

from .bus import (
    ATTR_CAMERA_DEVICE,
    ATTR_PERSON_DEVICE,
    EVENT_ARRIVED,
    EVENT_DEPARTED,
    EVENT_RECOGNIZED,
    EVENT_UNKNOWN_SEEN,
    told,
)
from .client.wire import EventMessage, Grade
from .const import ATTR_CAMERA, ATTR_GRADE, ATTR_PERSON
from .coordinator import SIGNAL_EVENT, FaceCoordinator

_DEVICES = probatio.All(cv.ensure_list, [cv.string])
_OF_CAMERA: dict[Any, Any] = {probatio.Optional(ATTR_CAMERA, default=list): _DEVICES}
_OF_PERSON: dict[Any, Any] = {probatio.Optional(ATTR_PERSON, default=list): _DEVICES}
_OF_GRADE: dict[Any, Any] = {probatio.Optional(ATTR_GRADE, default=Grade.CONFIRMED.value): probatio.In(list(Grade))}


class HappeningTrigger(Trigger):
    """Fires when one kind of thing happens, at the chosen cameras, with the chosen people; none chosen means any."""

    kind: str
    what: str
    fields: dict[Any, Any]

    @classmethod
    @override
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        checked: ConfigType = probatio.Schema({probatio.Required(CONF_OPTIONS, default=dict): cls.fields})(config)
        return checked

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        super().__init__(hass, config)
        self._options = config.options or {}

    @override
    async def async_attach_runner(
        self, run_action: TriggerActionRunner, did_not_trigger: TriggerNotTriggeredReporter | None = None
    ) -> CALLBACK_TYPE:

        @callback
        def hear(coordinator: FaceCoordinator, message: EventMessage) -> None:
            if (happening := told(coordinator, message)) is None:
                return
            kind, details = happening
            if kind == self.kind and self._wanted(details):
                # The recorder keeps this beside the automation, so it has no name.
                run_action(details, f"{self.what} at {details[ATTR_CAMERA]}")

        return async_dispatcher_connect(self._hass, SIGNAL_EVENT, hear)

    def _wanted(self, details: dict[str, Any]) -> bool:
        people, cameras = self._options.get(ATTR_PERSON), self._options.get(ATTR_CAMERA)
        if people and details[ATTR_PERSON_DEVICE] not in people:
            return False
        if cameras and details[ATTR_CAMERA_DEVICE] not in cameras:
            return False
        return details.get(ATTR_GRADE) == self._options.get(ATTR_GRADE)


def _of(kind: str, what: str, fields: dict[Any, Any]) -> type[Trigger]:
    return type(kind, (HappeningTrigger,), {"kind": kind, "what": what, "fields": fields})


TRIGGERS: dict[str, type[Trigger]] = {
    "recognized": _of(EVENT_RECOGNIZED, "a recognized person", _OF_PERSON | _OF_CAMERA | _OF_GRADE),
    "unknown_seen": _of(EVENT_UNKNOWN_SEEN, "an unknown person", _OF_CAMERA),
    "arrived": _of(EVENT_ARRIVED, "an arrival", _OF_PERSON | _OF_CAMERA),
    "departed": _of(EVENT_DEPARTED, "a departure", _OF_PERSON),
}


async def async_get_triggers(_hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Give the triggers."""
    return TRIGGERS
