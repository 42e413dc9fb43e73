"""The conditions of the automation editor: somebody is present, or was seen a while ago."""
# ruff: noqa: D107

from datetime import timedelta
from typing import Any, Unpack, override

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_OPTIONS
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.condition import Condition, ConditionCheckParams, ConditionConfig
from homeassistant.helpers.typing import ConfigType
from homeassistant.util import dt as dt_util
import probatio

from .bus import camera_device_id, person_device_id
from .client.wire import PersonInfo
from .const import ATTR_CAMERA, ATTR_PERSON, DOMAIN
from .coordinator import FaceCoordinator

CONF_WITHIN = "within"
_DEVICES = probatio.All(cv.ensure_list, [cv.string])
_FIELDS: dict[Any, Any] = {
    probatio.Required(ATTR_PERSON): probatio.All(_DEVICES, probatio.Length(min=1)),
    probatio.Optional(ATTR_CAMERA, default=list): _DEVICES,
}


class PersonCondition(Condition):
    """True when one of the chosen people fits; no camera chosen means any."""

    fields: dict[Any, Any] = _FIELDS

    @classmethod
    @override
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        checked: ConfigType = probatio.Schema({probatio.Required(CONF_OPTIONS): cls.fields})(config)
        return checked

    def __init__(self, hass: HomeAssistant, config: ConditionConfig) -> None:
        super().__init__(hass, config)
        options = config.options or {}
        self._people: list[str] = options[ATTR_PERSON]
        self._cameras: list[str] = options[ATTR_CAMERA]
        self._within: timedelta = options.get(CONF_WITHIN, timedelta())

    @override
    def _async_check(self, **_kwargs: Unpack[ConditionCheckParams]) -> bool:
        coordinators: list[FaceCoordinator] = [
            entry.runtime_data
            for entry in self._hass.config_entries.async_entries(DOMAIN)
            if entry.state is ConfigEntryState.LOADED
        ]
        return any(
            self._fits(coordinator, person)
            for coordinator in coordinators
            for person in coordinator.data.people.values()
            if person_device_id(coordinator, person.id) in self._people
        )

    def _fits(self, coordinator: FaceCoordinator, person: PersonInfo) -> bool:
        raise NotImplementedError

    def _chosen(self, coordinator: FaceCoordinator, full_id: str | None) -> bool:
        if not self._cameras:
            return True
        return full_id is not None and camera_device_id(coordinator, full_id) in self._cameras


class IsPresent(PersonCondition):
    """Somebody was confirmed, and their presence is not over."""

    @override
    def _fits(self, coordinator: FaceCoordinator, person: PersonInfo) -> bool:
        presence = person.presence
        return coordinator.ready and presence.present and self._chosen(coordinator, presence.camera)


class WasSeen(PersonCondition):
    """Somebody was seen, however firmly, not too long ago."""

    fields = _FIELDS | {probatio.Required(CONF_WITHIN): cv.positive_time_period}

    @override
    def _fits(self, coordinator: FaceCoordinator, person: PersonInfo) -> bool:
        since = dt_util.utcnow() - self._within
        return any(
            person_id == person.id and at >= since and self._chosen(coordinator, camera)
            for (person_id, camera), at in coordinator.seen_at.items()
        )


CONDITIONS: dict[str, type[Condition]] = {"is_present": IsPresent, "was_seen": WasSeen}


async def async_get_conditions(_hass: HomeAssistant) -> dict[str, type[Condition]]:
    """Give the conditions."""
    return CONDITIONS
