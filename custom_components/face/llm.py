"""Tools for language models: who is at a camera, and where somebody is or was last seen."""

from typing import override

from homeassistant.components.llm import LLMTools
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import config_validation as cv, llm
import probatio

from .const import DOMAIN
from .voice import anything_exposed, at_cameras, whereabouts

_LOOKS_ONLY = llm.ToolAnnotations(read_only=True, destructive=False, idempotent=True, open_world=False)


class WhoIsThereTool(llm.Tool):
    """Answers: who is at the front door."""

    name = f"{DOMAIN}__who_is_there"
    description = "Tells which known people are at the home's cameras or were just now, and whether an unknown one is."
    parameters = probatio.Schema(
        {probatio.Optional("place", description="Name or area of a camera; all cameras if left out"): cv.string}
    )
    annotations = _LOOKS_ONLY
    integration = DOMAIN

    @override
    async def async_call(
        self, hass: HomeAssistant, tool_input: llm.ToolInput, llm_context: llm.LLMContext
    ) -> llm.ToolResult:
        place = self.parameters(tool_input.tool_args).get("place")
        found = at_cameras(hass, place, llm_context.assistant)
        return llm.ToolResult(
            data={
                "cameras": [
                    {
                        "camera": one.camera,
                        "people_now": list(one.people),
                        "unknown_person_now": one.unknown,
                        "somebody_else_now": one.unnamed,
                        "people_earlier": [{"person": name, "last_seen": at.isoformat()} for name, at in one.earlier],
                    }
                    for one in found
                ]
            }
        )


class WhereIsTool(llm.Tool):
    """Answers: is Alice home, and when was she last seen."""

    name = f"{DOMAIN}__where_is"
    description = (
        "Tells whether a person is home, as far as phones and cameras know, and when they were last seen where."
    )
    parameters = probatio.Schema({probatio.Required("person", description="The person's name"): cv.string})
    annotations = _LOOKS_ONLY
    integration = DOMAIN

    @override
    async def async_call(
        self, hass: HomeAssistant, tool_input: llm.ToolInput, llm_context: llm.LLMContext
    ) -> llm.ToolResult:
        name = self.parameters(tool_input.tool_args)["person"]
        if (found := whereabouts(hass, name, llm_context.assistant)) is None:
            return llm.ToolResult(data={"error": f"{name} is not known"}, error=True)
        return llm.ToolResult(
            data={
                "person": found.person,
                "home": "unknown" if found.home is None else found.home,
                "zone": found.zone,
                "present": found.present,
                "place": found.place,
                "last_seen": None if found.last_seen is None else found.last_seen.isoformat(),
            }
        )


@callback
def async_get_tools(hass: HomeAssistant, llm_context: llm.LLMContext, api_id: str) -> LLMTools | None:
    """Give the tools to Assist, once somebody or some camera is exposed to the assistant that asks."""
    if api_id != llm.LLM_API_ASSIST or not anything_exposed(hass, llm_context.assistant):
        return None
    return LLMTools(tools=[WhoIsThereTool(), WhereIsTool()])
