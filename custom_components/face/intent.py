"""Intents for Assist: who is at a camera, is somebody home, when was somebody last seen.

Custom integrations cannot ship sentences; custom sentences lead here, and the blueprint "Ask by voice" needs none.
"""

from typing import Any, override

from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv, intent
import probatio

from .const import DOMAIN
from .voice import QUESTIONS


async def async_setup_intents(hass: HomeAssistant) -> None:
    """Register the intents."""
    for question in (
        Question("FaceWhoIsThere", "who_is_there", "place", "Tells who is at a camera"),
        Question("FaceIsHome", "is_home", "person", "Tells whether a person is home"),
        Question("FaceLastSeen", "last_seen", "person", "Tells when a person was last seen"),
    ):
        intent.async_register(hass, question)


class Question(intent.IntentHandler):
    """One kind of question, about a place or a person."""

    # Language models get the tools of `llm` instead.
    platforms = {DOMAIN}  # noqa: RUF012

    def __init__(self, intent_type: str, question: str, slot: str, description: str) -> None:
        """Take which question it is, and the slot that says about what or whom."""
        self.intent_type = intent_type
        self.description = description
        self._question = question
        self._slot = slot

    @property
    @override
    def slot_schema(self) -> dict[Any, Any]:
        wanted = probatio.Optional if self._slot == "place" else probatio.Required
        return {wanted(self._slot): cv.string}

    @override
    async def async_handle(self, intent_obj: intent.Intent) -> intent.IntentResponse:
        slots = self.async_validate_slots(intent_obj.slots)
        about = slots[self._slot]["value"] if self._slot in slots else None
        response = intent_obj.create_response()
        response.async_set_speech(QUESTIONS[self._question](intent_obj.hass, about, intent_obj.assistant))
        return response
