"""A server's options: how careful it is and how long it remembers (kept by the server), and who is who at home."""
# ruff: noqa: TID252

from datetime import timedelta
from typing import Any, override

from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult, OptionsFlow
from homeassistant.helpers.selector import (
    BooleanSelector,
    DurationSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
)
import probatio

from ..client.errors import FaceError
from ..const import ATTR_PERSON, CONF_EVERYBODY_TEACHES
from ..coordinator import FaceConfigEntry
from .linking import LinkingSteps
from .teaching import TeachingSteps

CONF_LASTS = "lasts"


def _number(lowest: float, highest: float, step: float, unit: str) -> NumberSelector:
    return NumberSelector(
        NumberSelectorConfig(min=lowest, max=highest, step=step, unit_of_measurement=unit, mode=NumberSelectorMode.BOX)
    )


_SETTINGS = probatio.Schema(
    {
        probatio.Required("strangers_per_thousand"): _number(0.1, 50, 0.1, "‰"),
        probatio.Required("presence_timeout_s"): _number(1, 86400, 1, "s"),
        probatio.Required("retention_days"): _number(1, 365, 1, "d"),
    }
)


class FaceOptionsFlow(LinkingSteps, TeachingSteps, OptionsFlow):
    """Changes a server's options."""

    config_entry: FaceConfigEntry

    async def async_step_init(self, _user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Choose what to change."""
        if self.config_entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="server_not_connected")
        self.coordinator = self.config_entry.runtime_data
        return self.async_show_menu(step_id="init", menu_options=["teach", "settings", "presence", "link", "teachers"])

    async def async_step_settings(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show the server's settings, and change them there."""
        client = self.coordinator.client
        errors: dict[str, str] = {}
        reason = ""
        try:
            if user_input is not None:
                await client.change_settings(
                    strangers_per_thousand=user_input["strangers_per_thousand"],
                    presence_timeout_s=int(user_input["presence_timeout_s"]),
                    retention_days=int(user_input["retention_days"]),
                )
                return self._end()
            settings = await client.settings()
            user_input = {key: getattr(settings, str(key)) for key in _SETTINGS.schema}
        except FaceError as error:
            if user_input is None:
                return self.async_abort(reason="server_not_connected")
            errors["base"] = "settings_refused"
            reason = str(error)
        return self.async_show_form(
            step_id="settings",
            data_schema=self.add_suggested_values_to_schema(_SETTINGS, user_input),
            errors=errors,
            description_placeholders={"reason": reason},
        )

    async def async_step_presence(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Say for how long one person is present; without a time, as long as everybody."""
        people = self.coordinator.data.people
        if not people:
            return self.async_abort(reason="no_people")
        errors: dict[str, str] = {}
        reason = ""
        if user_input is not None:
            lasts = user_input.get(CONF_LASTS)
            seconds = None if lasts is None else int(timedelta(**lasts).total_seconds())
            try:
                await self.coordinator.client.set_presence(user_input[ATTR_PERSON], seconds or None)
                return self._end()
            except FaceError as error:
                errors["base"] = "settings_refused"
                reason = str(error)
        names = [
            SelectOptionDict(value=who.id, label=who.name) for who in sorted(people.values(), key=lambda who: who.name)
        ]
        schema = probatio.Schema(
            {
                probatio.Required(ATTR_PERSON): SelectSelector(SelectSelectorConfig(options=names)),
                probatio.Optional(CONF_LASTS): DurationSelector(),
            }
        )
        return self.async_show_form(
            step_id="presence",
            data_schema=self.add_suggested_values_to_schema(schema, user_input),
            errors=errors,
            description_placeholders={"reason": reason},
        )

    async def async_step_teachers(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Say who may teach."""
        if user_input is not None:
            return self.async_create_entry(data={**self.config_entry.options, **user_input})
        allowed = bool(self.config_entry.options.get(CONF_EVERYBODY_TEACHES))
        schema = probatio.Schema({probatio.Required(CONF_EVERYBODY_TEACHES, default=allowed): BooleanSelector()})
        return self.async_show_form(step_id="teachers", data_schema=schema)

    @override
    def _end(self) -> ConfigFlowResult:
        return self.async_create_entry(data=dict(self.config_entry.options))
