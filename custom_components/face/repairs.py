"""What a person has to put right, as issues in Home Assistant's repairs.

A wrong token is not among them: Home Assistant itself makes an issue of every sign-in that is asked for again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from homeassistant.components.repairs import RepairsFlow
from homeassistant.core import callback
from homeassistant.helpers import issue_registry as ir
import probatio

from .const import DOMAIN
from .person_link import CONF_HOME_PERSON, async_apply_link, home_person_selector, likely_home_person, links

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigSubentry
    from homeassistant.core import HomeAssistant
    from homeassistant.data_entry_flow import FlowResult

    from .coordinator import FaceConfigEntry
    from .errors import IncompatibleServerError
    from .models import Person


@callback
def async_incompatible_server(hass: HomeAssistant, entry: FaceConfigEntry, error: IncompatibleServerError) -> None:
    """Say which side must be updated."""
    server_is_older = error.server_max < error.client_version
    ir.async_create_issue(
        hass,
        DOMAIN,
        f"incompatible_server_{entry.entry_id}",
        is_fixable=False,
        severity=ir.IssueSeverity.ERROR,
        translation_key="server_too_old" if server_is_older else "integration_too_old",
        translation_placeholders={"server": entry.title},
    )


@callback
def async_compatible_server(hass: HomeAssistant, entry: FaceConfigEntry) -> None:
    """The server speaks our language again."""
    ir.async_delete_issue(hass, DOMAIN, f"incompatible_server_{entry.entry_id}")


@callback
def async_camera_unreachable(hass: HomeAssistant, subentry: ConfigSubentry, entity_id: str, reason: str) -> None:
    """Say that a camera gives no pictures."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        f"camera_unreachable_{subentry.subentry_id}",
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key="camera_unreachable",
        translation_placeholders={"camera": subentry.title, "entity_id": entity_id, "reason": reason},
    )


@callback
def async_camera_reachable(hass: HomeAssistant, subentry_id: str) -> None:
    """The camera gives pictures, or is no longer ours."""
    ir.async_delete_issue(hass, DOMAIN, f"camera_unreachable_{subentry_id}")


def _not_linked_prefix(entry: FaceConfigEntry) -> str:
    return f"person_not_linked_{entry.entry_id}_"


@callback
def async_ask_who_is_who(hass: HomeAssistant, entry: FaceConfigEntry, people: dict[str, Person]) -> None:
    """Ask once for each person of the server who that is at home; an answer may be: nobody."""
    linked = links(entry)
    asked = {f"{_not_linked_prefix(entry)}{who.id}": who for who in people.values() if who.id not in linked}
    for issue_id, person in asked.items():
        ir.async_create_issue(
            hass,
            DOMAIN,
            issue_id,
            data={"entry_id": entry.entry_id, "person_id": person.id},
            is_fixable=True,
            severity=ir.IssueSeverity.WARNING,
            translation_key="person_not_linked",
            translation_placeholders={"person": person.name},
        )
    _forget_questions(hass, entry, but=set(asked))


@callback
def async_forget_questions(hass: HomeAssistant, entry: FaceConfigEntry) -> None:
    """Nobody of this server is asked for any more."""
    _forget_questions(hass, entry, but=set())


def _forget_questions(hass: HomeAssistant, entry: FaceConfigEntry, but: set[str]) -> None:
    prefix = _not_linked_prefix(entry)
    for domain, issue_id in list(ir.async_get(hass).issues):
        if domain == DOMAIN and issue_id.startswith(prefix) and issue_id not in but:
            ir.async_delete_issue(hass, DOMAIN, issue_id)


class LinkPersonFlow(RepairsFlow):
    """Asks who a person of the server is at home."""

    def __init__(self, entry: FaceConfigEntry, person: Person) -> None:
        """Take whom it is about."""
        self._entry = entry
        self._person = person
        self._by_hand = ""

    async def async_step_init(self, _user_input: dict[str, str] | None = None) -> FlowResult[Any, Any]:
        """Begin."""
        return await self.async_step_link()

    async def async_step_link(self, user_input: dict[str, str] | None = None) -> FlowResult[Any, Any]:
        """Choose somebody at home, somebody new, or nobody."""
        if user_input is not None:
            choice = user_input[CONF_HOME_PERSON]
            by_hand = await async_apply_link(self.hass, self._entry, self._person, choice)
            if by_hand is None:
                return self.async_create_entry(data={})
            self._by_hand = by_hand
            return await self.async_step_by_hand()
        return self.async_show_form(
            step_id="link",
            data_schema=probatio.Schema(
                {
                    probatio.Required(
                        CONF_HOME_PERSON, default=likely_home_person(self.hass, self._person)
                    ): home_person_selector(self.hass)
                }
            ),
            description_placeholders={"person": self._person.name},
        )

    async def async_step_by_hand(self, user_input: dict[str, str] | None = None) -> FlowResult[Any, Any]:
        """Show the line that a person from YAML needs."""
        if user_input is not None:
            return self.async_create_entry(data={})
        return self.async_show_form(
            step_id="by_hand",
            data_schema=probatio.Schema({}),
            description_placeholders={"entity_id": self._by_hand, "person": self._person.name},
        )


class GoneFlow(RepairsFlow):
    """Closes a question about a person who is gone meanwhile."""

    async def async_step_init(self, _user_input: dict[str, str] | None = None) -> FlowResult[Any, Any]:
        """Say so."""
        return self.async_abort(reason="person_gone")


async def async_create_fix_flow(
    hass: HomeAssistant, _issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Make the flow for the only fixable kind of issue."""
    entry: FaceConfigEntry | None = hass.config_entries.async_get_entry(str((data or {}).get("entry_id")))
    if entry is None or not hasattr(entry, "runtime_data"):
        return GoneFlow()
    person = entry.runtime_data.data.people.get(str((data or {}).get("person_id")))
    return GoneFlow() if person is None else LinkPersonFlow(entry, person)
