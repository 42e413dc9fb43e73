"""Tools for language models: who is at a camera, and where somebody is or was last seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, override

from homeassistant.components.llm import LLMTools
from homeassistant.core import callback
from homeassistant.helpers import config_validation as cv, llm
import probatio

from .const import DOMAIN
from .voice import at_cameras, whereabouts

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

_LOOKS_ONLY = llm.ToolAnnotations(read_only=True, destructive=False, idempotent=True, open_world=False)


class WhoIsThereTool(llm.Tool):
    """Answers: who is at the front door."""

    name = f"{DOMAIN}__who_is_there"
    description = "Tells which known people, and whether an unknown one, are at the home's cameras right now."
    parameters = probatio.Schema(
        {probatio.Optional("place", description="Name or area of a camera; all cameras if left out"): cv.string}
    )
    annotations = _LOOKS_ONLY
    integration = DOMAIN

    @override
    async def async_call(
        self, hass: HomeAssistant, tool_input: llm.ToolInput, llm_context: llm.LLMContext
    ) -> llm.ToolResult:
        """Answer."""
        found = at_cameras(hass, self.parameters(tool_input.tool_args).get("place"))
        return llm.ToolResult(
            data={
                "cameras": [
                    {"camera": one.camera, "people": list(one.people), "unknown_person": one.unknown} for one in found
                ]
            }
        )


class WhereIsTool(llm.Tool):
    """Answers: is Alice home, and when was she last seen."""

    name = f"{DOMAIN}__where_is"
    description = (
        "Tells whether the cameras know a person to be home, and when and where they were last seen. "
        "Not being home by the cameras does not mean being away."
    )
    parameters = probatio.Schema({probatio.Required("person", description="The person's name"): cv.string})
    annotations = _LOOKS_ONLY
    integration = DOMAIN

    @override
    async def async_call(
        self, hass: HomeAssistant, tool_input: llm.ToolInput, llm_context: llm.LLMContext
    ) -> llm.ToolResult:
        """Answer."""
        name = self.parameters(tool_input.tool_args)["person"]
        if (found := whereabouts(hass, name)) is None:
            return llm.ToolResult(data={"error": f"{name} is not known"}, error=True)
        return llm.ToolResult(
            data={
                "person": found.person,
                "home": found.home,
                "present": found.present,
                "place": found.place,
                "last_seen": None if found.last_seen is None else found.last_seen.isoformat(),
            }
        )


@callback
def async_get_tools(hass: HomeAssistant, _llm_context: llm.LLMContext, api_id: str) -> LLMTools | None:
    """Give the tools to Assist, once a server is connected."""
    if api_id != llm.LLM_API_ASSIST or not hass.config_entries.async_loaded_entries(DOMAIN):
        return None
    return LLMTools(tools=[WhoIsThereTool(), WhereIsTool()])
