"""A server's options: how careful it is and how long it remembers (kept by the server), and who is who at home."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from homeassistant.config_entries import ConfigEntryState, OptionsFlow
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
)
import probatio

from .const import ATTR_PERSON
from .errors import FaceError
from .person_link import CONF_HOME_PERSON, async_apply_link, home_person_selector, links

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigFlowResult

    from .coordinator import FaceConfigEntry


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


class FaceOptionsFlow(OptionsFlow):
    """Changes a server's options."""

    config_entry: FaceConfigEntry
    _by_hand: dict[str, str]

    async def async_step_init(self, _user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Choose what to change."""
        if self.config_entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="server_not_connected")
        return self.async_show_menu(step_id="init", menu_options=["settings", "link"])

    async def async_step_settings(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show the server's settings, and change them there."""
        client = self.config_entry.runtime_data.client
        errors: dict[str, str] = {}
        try:
            if user_input is not None:
                await client.change_settings(
                    strangers_per_thousand=user_input["strangers_per_thousand"],
                    presence_timeout_s=int(user_input["presence_timeout_s"]),
                    retention_days=int(user_input["retention_days"]),
                )
                return self.async_create_entry(data=dict(self.config_entry.options))
            settings = await client.settings()
            user_input = {key: getattr(settings, key) for key in settings.__slots__}
        except FaceError:
            if user_input is None:
                return self.async_abort(reason="server_not_connected")
            errors["base"] = "settings_refused"
        return self.async_show_form(
            step_id="settings",
            data_schema=self.add_suggested_values_to_schema(_SETTINGS, user_input),
            errors=errors,
        )

    async def async_step_link(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Say who of the server's people is who at home."""
        people = self.config_entry.runtime_data.data.people
        if not people:
            return self.async_abort(reason="no_people")
        if user_input is not None:
            person = people[user_input[ATTR_PERSON]]
            by_hand = await async_apply_link(self.hass, self.config_entry, person, user_input[CONF_HOME_PERSON])
            if by_hand is None:
                return self.async_create_entry(data=dict(self.config_entry.options))
            self._by_hand = {"entity_id": by_hand}
            return await self.async_step_by_hand()
        linked = links(self.config_entry)
        names = [
            SelectOptionDict(value=who.id, label=f"{who.name} ✓" if linked.get(who.id) else who.name)
            for who in sorted(people.values(), key=lambda who: who.name)
        ]
        schema = probatio.Schema(
            {
                probatio.Required(ATTR_PERSON): SelectSelector(SelectSelectorConfig(options=names)),
                probatio.Required(CONF_HOME_PERSON): home_person_selector(self.hass),
            }
        )
        return self.async_show_form(step_id="link", data_schema=schema)

    async def async_step_by_hand(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show the line that a person from YAML needs."""
        if user_input is not None:
            return self.async_create_entry(data=dict(self.config_entry.options))
        return self.async_show_form(step_id="by_hand", description_placeholders=self._by_hand)
