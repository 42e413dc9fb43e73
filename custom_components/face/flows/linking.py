"""The steps that say who of a server's people is who at home; the options and a repair both have them.

A camera has to count as home before anybody linked comes home by it, so the last step offers that.
"""
# ruff: noqa: TID252

from typing import Any

from homeassistant.helpers.selector import (
    BooleanSelector,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
)
import probatio

from ..client.wire import PersonInfo
from ..const import ATTR_PERSON, CONF_COUNTS_AS_HOME
from ..coordinator import FaceCoordinator
from ..error_text import plain
from ..people.home_people import can_create, home_people
from ..people.links import CONF_HOME_PERSON, NEW, NOBODY, async_apply_link, links

CONF_NOBODY_ELSE = "nobody_else"


class LinkingSteps:
    """Adds the steps to a flow."""

    coordinator: FaceCoordinator
    # Only those about whom nobody has said anything yet.
    only_new = False
    _by_hand = ""

    async def async_step_link(self, user_input: dict[str, Any] | None = None) -> Any:  # noqa: ANN401
        """Choose a person of the server, and who that is: somebody at home, somebody new, or nobody."""
        flow: Any = self
        errors: dict[str, str] = {}
        if not self._people():
            return flow.async_abort(reason="no_people")
        if user_input is not None:
            person = self._people().get(user_input.get(ATTR_PERSON, ""))
            choice = user_input.get(CONF_HOME_PERSON)
            nobody_else = bool(user_input.get(CONF_NOBODY_ELSE))
            if person is not None and choice is not None:
                by_hand = await async_apply_link(flow.hass, self.coordinator.config_entry, person, choice)
                self._by_hand = by_hand or ""
            elif not nobody_else:
                errors = {ATTR_PERSON if person is None else CONF_HOME_PERSON: "choose"}
            if nobody_else:
                for guest in self._people().values():
                    await async_apply_link(flow.hass, self.coordinator.config_entry, guest, NOBODY)
            if not errors:
                return await (self.async_step_by_hand() if self._by_hand else self._go_on(linked=choice != NOBODY))
        return flow.async_show_form(
            step_id="link",
            data_schema=flow.add_suggested_values_to_schema(self._link_schema(), user_input),
            errors=errors,
            description_placeholders={"people": plain(", ".join(who.name for who in self._people().values()))},
        )

    async def async_step_by_hand(self, user_input: dict[str, Any] | None = None) -> Any:  # noqa: ANN401
        """Show the line that a person from YAML needs."""
        flow: Any = self
        if user_input is not None:
            return await self._go_on(linked=True)
        return flow.async_show_form(
            step_id="by_hand",
            data_schema=probatio.Schema({}),
            description_placeholders={"entity_id": self._by_hand},
        )

    async def async_step_counts_as_home(self, user_input: dict[str, Any] | None = None) -> Any:  # noqa: ANN401
        """Choose the cameras that count as home, while none does."""
        flow: Any = self
        cameras = {one.subentry_id: one for one in self.coordinator.cameras()}
        if user_input is not None:
            for chosen in user_input[CONF_COUNTS_AS_HOME]:
                await self.coordinator.async_change_camera(cameras[chosen], {CONF_COUNTS_AS_HOME: True})
            return self._end()
        options = [SelectOptionDict(value=own_id, label=camera.title) for own_id, camera in cameras.items()]
        chooser = SelectSelector(SelectSelectorConfig(options=options, multiple=True))
        return flow.async_show_form(
            step_id="counts_as_home",
            data_schema=probatio.Schema({probatio.Optional(CONF_COUNTS_AS_HOME, default=list): chooser}),
        )

    async def _go_on(self, *, linked: bool) -> Any:  # noqa: ANN401
        self._by_hand = ""
        if self.only_new and self._people():
            return await self.async_step_link()
        cameras = list(self.coordinator.cameras())
        if linked and cameras and not any(camera.data[CONF_COUNTS_AS_HOME] for camera in cameras):
            return await self.async_step_counts_as_home()
        return self._end()

    def _end(self) -> Any:  # noqa: ANN401
        raise NotImplementedError

    def _people(self) -> dict[str, PersonInfo]:
        linked = links(self.coordinator.config_entry)
        people = self.coordinator.data.people.values()
        return {
            who.id: who for who in sorted(people, key=lambda who: who.name) if not (self.only_new and who.id in linked)
        }

    def _link_schema(self) -> probatio.Schema:
        """Nobody is chosen beforehand: a form that is sent on unread must not make somebody somebody else."""
        flow: Any = self
        linked = links(self.coordinator.config_entry)
        names = [
            SelectOptionDict(value=who.id, label=f"{who.name} ✓" if linked.get(who.id) else who.name)
            for who in self._people().values()
        ]
        homes = [SelectOptionDict(value=who.id, label=who.name) for who in home_people(flow.hass).values()]
        if can_create(flow.hass):
            homes.append(SelectOptionDict(value=NEW, label=NEW))
        homes.append(SelectOptionDict(value=NOBODY, label=NOBODY))
        fields: dict[Any, Any] = {
            probatio.Optional(ATTR_PERSON): SelectSelector(SelectSelectorConfig(options=names)),
            probatio.Optional(CONF_HOME_PERSON): SelectSelector(
                SelectSelectorConfig(options=homes, translation_key=CONF_HOME_PERSON)
            ),
        }
        if self.only_new:
            fields[probatio.Optional(CONF_NOBODY_ELSE, default=False)] = BooleanSelector()
        return probatio.Schema(fields)
