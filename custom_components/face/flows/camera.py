"""The steps that add and change a camera: which one, what sets it off, how many pictures, where it looks.

Pictures are taken while setting up, so that a camera that gives none, or too slowly for the wanted pace, is refused.
"""
# ruff: noqa: TID252

from contextlib import suppress
from typing import Any

from homeassistant.config_entries import (
    ConfigEntry,
    ConfigEntryState,
    ConfigSubentry,
    ConfigSubentryFlow,
    SubentryFlowResult,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.selector import (
    AreaSelector,
    BooleanSelector,
    EntitySelector,
    EntitySelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    ObjectSelector,
    ObjectSelectorConfig,
    SelectSelector,
    SelectSelectorConfig,
)
import probatio

from ..cameras.feed import TRIGGER_DOMAINS
from ..cameras.snapshot import async_take_picture, is_image, resolve_entity
from ..const import (
    CONF_AREA,
    CONF_CAMERA,
    CONF_COOLDOWN,
    CONF_COUNTS_AS_HOME,
    CONF_ENABLED,
    CONF_IGNORED_AREAS,
    CONF_INTERVAL,
    CONF_MIN_FACE,
    CONF_PICTURES,
    CONF_ROTATE,
    CONF_SPACING,
    CONF_TRIGGERS,
    DEFAULT_COOLDOWN_S,
    DEFAULT_PICTURES,
    DEFAULT_SPACING_S,
    MIN_INTERVAL_S,
)
from .shown import measured


def _seconds(lowest: float, highest: float, step: float) -> NumberSelector:
    return NumberSelector(
        NumberSelectorConfig(min=lowest, max=highest, step=step, unit_of_measurement="s", mode=NumberSelectorMode.BOX)
    )


MOST_AREAS = 16
_PERCENT = NumberSelector(
    NumberSelectorConfig(min=0, max=100, step=1, unit_of_measurement="%", mode=NumberSelectorMode.BOX)
)
# Any camera, or an image entity: the best snapshot of an NVR or of a doorbell.
CAMERA_SELECTOR = EntitySelector(EntitySelectorConfig(domain=["camera", "image"]))
_TRIGGERS = probatio.Optional(CONF_TRIGGERS, default=list)
_WHICH: dict[Any, Any] = {
    probatio.Required(CONF_CAMERA): CAMERA_SELECTOR,
    _TRIGGERS: EntitySelector(EntitySelectorConfig(domain=TRIGGER_DOMAINS, multiple=True)),
}
_HOW: dict[Any, Any] = {
    probatio.Required(CONF_PICTURES, default=DEFAULT_PICTURES): NumberSelector(
        NumberSelectorConfig(min=1, max=60, step=1, mode=NumberSelectorMode.BOX)
    ),
    probatio.Required(CONF_SPACING, default=DEFAULT_SPACING_S): _seconds(0.2, 60, 0.1),
    probatio.Required(CONF_COOLDOWN, default=DEFAULT_COOLDOWN_S): _seconds(0, 3600, 1),
    probatio.Required(CONF_INTERVAL, default=0): _seconds(0, 86400, 0.5),
    probatio.Optional(CONF_MIN_FACE): NumberSelector(
        NumberSelectorConfig(min=16, max=1000, step=1, unit_of_measurement="px", mode=NumberSelectorMode.BOX)
    ),
    probatio.Optional(CONF_ROTATE): SelectSelector(
        SelectSelectorConfig(options=["90", "180", "270"], translation_key="rotate")
    ),
    probatio.Optional(CONF_IGNORED_AREAS): ObjectSelector(
        ObjectSelectorConfig(
            fields={side: {"required": True, "selector": _PERCENT} for side in "xywh"},
            multiple=True,
            translation_key=CONF_IGNORED_AREAS,
        )
    ),
    probatio.Optional(CONF_AREA): AreaSelector(),
}
_ADD = probatio.Schema(_WHICH | {probatio.Required(CONF_COUNTS_AS_HOME, default=False): BooleanSelector()} | _HOW)
# Whether it counts as home is a switch of the camera from then on.
_CHANGE = probatio.Schema({probatio.Optional(CONF_CAMERA): CAMERA_SELECTOR, _TRIGGERS: _WHICH[_TRIGGERS]} | _HOW)


class CameraFlow(ConfigSubentryFlow):
    """Adds or changes a camera."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Choose a camera and how it is watched."""
        errors: dict[str, str] = {}
        words: dict[str, str] = {}
        entry = self._get_entry()
        # The last camera that was added may still be reloading the server.
        async with entry.setup_lock:
            pass
        if entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="server_not_connected")
        if user_input is not None:
            entity_id = user_input[CONF_CAMERA]
            own_id = lasting_id(self.hass, entity_id)
            if is_taken(entry, own_id):
                return self.async_abort(reason="already_configured")
            errors, words = await _check(self.hass, entity_id, user_input)
            if not errors:
                return self.async_create_entry(
                    title=title_of(self.hass, entity_id),
                    data=stored(self.hass, user_input),
                    unique_id=own_id,
                )
        return self.async_show_form(
            step_id="user",
            data_schema=self.add_suggested_values_to_schema(_ADD, user_input),
            errors=errors,
            description_placeholders=words,
        )

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Change how a camera is watched."""
        subentry = self._get_reconfigure_subentry()
        entity_id = resolve_entity(self.hass, subentry.data[CONF_CAMERA])
        errors: dict[str, str] = {}
        words: dict[str, str] = {}
        if user_input is not None:
            user_input = {CONF_CAMERA: entity_id} | user_input
            if is_taken(self._get_entry(), lasting_id(self.hass, user_input[CONF_CAMERA]), but=subentry):
                return self.async_abort(reason="already_configured")
            errors, words = await _check(self.hass, user_input[CONF_CAMERA], user_input)
            if not errors:
                same = (CONF_CAMERA,) if user_input[CONF_CAMERA] == entity_id else ()
                kept = {key: subentry.data[key] for key in (CONF_COUNTS_AS_HOME, CONF_ENABLED, *same)}
                return self.async_update_and_abort(
                    self._get_entry(), subentry, data=stored(self.hass, user_input) | kept
                )
        shown = user_input or subentry.data | {
            CONF_CAMERA: entity_id if "." in entity_id else None,
            CONF_TRIGGERS: [resolve_entity(self.hass, one) for one in subentry.data[CONF_TRIGGERS]],
            CONF_IGNORED_AREAS: _scaled(subentry.data.get(CONF_IGNORED_AREAS), 100),
        }
        picture = b""
        with suppress(HomeAssistantError):
            picture, _ = await async_take_picture(self.hass, entity_id)
        turned_by = int(subentry.data.get(CONF_ROTATE, 0))
        words["picture"] = await self.hass.async_add_executor_job(measured, picture, turned_by)
        return self.async_show_form(
            step_id="reconfigure",
            data_schema=self.add_suggested_values_to_schema(_CHANGE, shown),
            errors=errors,
            description_placeholders=words | {"camera": subentry.title},
        )


async def _check(hass: HomeAssistant, entity_id: str, wanted: dict[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    """Look whether the camera keeps the pace; what is wrong, by field, and the numbers that go with it."""
    words = {"shortest": f"{MIN_INTERVAL_S:g}", "latency": "", "reason": "", "most": str(MOST_AREAS)}
    errors: dict[str, str] = {}
    if 0 < wanted[CONF_INTERVAL] < MIN_INTERVAL_S:
        errors[CONF_INTERVAL] = "interval_too_short"
    if not wanted[CONF_TRIGGERS] and not wanted[CONF_INTERVAL] and not is_image(entity_id):
        errors[CONF_TRIGGERS] = "nothing_starts_it"
    areas = _scaled(wanted.get(CONF_IGNORED_AREAS), 0.01)
    within = [0 < one["w"] <= 1 - one["x"] and 0 < one["h"] <= 1 - one["y"] for one in areas]
    if not all(within) or len(areas) > MOST_AREAS:
        errors[CONF_IGNORED_AREAS] = "wrong_area"
    if errors:
        return errors, words
    try:
        latency = await latency_of(hass, entity_id)
    except HomeAssistantError as error:
        return {"base": "no_picture"}, words | {"reason": str(error)}
    words["latency"] = f"{latency:.1f}"
    if wanted[CONF_SPACING] < latency:
        return {CONF_SPACING: "camera_too_slow"}, words
    if 0 < wanted[CONF_INTERVAL] < latency:
        return {CONF_INTERVAL: "camera_too_slow"}, words
    return {}, words


async def latency_of(hass: HomeAssistant, entity_id: str) -> float:
    """Take two pictures, the first of which may be slow; how long the second took, in seconds."""
    await async_take_picture(hass, entity_id)
    _, latency = await async_take_picture(hass, entity_id)
    return latency


def is_taken(entry: ConfigEntry[Any], own_id: str, but: ConfigSubentry | None = None) -> bool:
    """Whether another camera of the server is this one already."""
    others = (one for one in entry.subentries.values() if but is None or one.subentry_id != but.subentry_id)
    return any(own_id in (one.unique_id, one.data[CONF_CAMERA]) for one in others)


def lasting_id(hass: HomeAssistant, entity_id: str) -> str:
    """An id that a rename keeps, where the entity has one."""
    registered = er.async_get(hass).async_get(entity_id)
    return entity_id if registered is None else registered.id


def title_of(hass: HomeAssistant, entity_id: str) -> str:
    """How people call a camera."""
    state = hass.states.get(entity_id)
    return entity_id if state is None else state.name


def stored(hass: HomeAssistant, user_input: dict[str, Any]) -> dict[str, Any]:
    """What is kept of the form: entities by their lasting ids, whole numbers whole, nothing that was left empty."""
    kept = {CONF_ENABLED: True} | {key: value for key, value in user_input.items() if value is not None}
    for key in (CONF_PICTURES, CONF_MIN_FACE):
        if key in kept:
            kept[key] = int(kept[key])
    if CONF_IGNORED_AREAS in kept:
        kept[CONF_IGNORED_AREAS] = _scaled(kept[CONF_IGNORED_AREAS], 0.01)
    if CONF_CAMERA in kept:
        kept[CONF_CAMERA] = lasting_id(hass, kept[CONF_CAMERA])
    kept[CONF_TRIGGERS] = [lasting_id(hass, one) for one in kept[CONF_TRIGGERS]]
    return kept


def _scaled(areas: list[dict[str, float]] | None, by: float) -> list[dict[str, float]]:
    """People say where in a picture something is in per cent, the server in fractions."""
    return [{side: round(by * value, 4) for side, value in one.items()} for one in areas or ()]
