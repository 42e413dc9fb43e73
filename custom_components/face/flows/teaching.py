"""The steps that teach a face by a photo; one that shows several faces shows them to choose from."""
# ruff: noqa: TID252

from typing import Any

from homeassistant.components.file_upload import process_uploaded_file
from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import (
    FileSelector,
    FileSelectorConfig,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
import probatio

from ..client.errors import FaceError, RequestFailedError
from ..client.wire import Override, Rect
from ..const import ATTR_PERSON
from ..coordinator import FaceCoordinator
from ..error_text import boxes_of
from .shown import faces

CONF_ALLOW = "allow"
CONF_FACE = "face"
CONF_PHOTO = "photo"


class TeachingSteps:
    """Adds the steps to a flow."""

    coordinator: FaceCoordinator
    _wanted: dict[str, Any]
    _boxes: list[Rect]
    # The photo by the id that the form knows it by: a form that comes back still has it, the upload is gone by then.
    _photo: tuple[str, bytes] = ("", b"")

    async def async_step_teach(self, user_input: dict[str, Any] | None = None) -> Any:  # noqa: ANN401
        """Take a photo, and the name of whom it shows."""
        if user_input is None:
            return self._teach_form()
        self._wanted = user_input
        upload = user_input[CONF_PHOTO]
        if upload != self._photo[0]:
            hass = self.hass  # type: ignore[attr-defined]
            try:
                self._photo = upload, await hass.async_add_executor_job(_uploaded, hass, upload)
            except ValueError as error:
                return self._teach_form(str(error))
        return await self._enroll(None)

    async def async_step_which_face(self, user_input: dict[str, Any] | None = None) -> Any:  # noqa: ANN401
        """Choose one of the faces by its number."""
        flow: Any = self
        if user_input is not None:
            return await self._enroll(self._boxes[int(user_input[CONF_FACE]) - 1])
        numbers = [str(number) for number in range(1, len(self._boxes) + 1)]
        chooser = SelectSelector(SelectSelectorConfig(options=numbers, mode=SelectSelectorMode.LIST))
        return flow.async_show_form(
            step_id="which_face",
            data_schema=probatio.Schema({probatio.Required(CONF_FACE): chooser}),
            description_placeholders={
                "person": self._wanted[ATTR_PERSON],
                "faces": await flow.hass.async_add_executor_job(faces, self._photo[1], self._boxes),
            },
        )

    async def _enroll(self, box: Rect | None) -> Any:  # noqa: ANN401
        flow: Any = self
        person, allow = self._wanted[ATTR_PERSON], [Override(one) for one in self._wanted.get(CONF_ALLOW, ())]
        try:
            enrolled = await self.coordinator.client.enroll(person, self._photo[1], box=box, allow=allow)
        except RequestFailedError as error:
            if box is None and error.code == "multiple_faces" and (boxes := boxes_of(error)):
                self._boxes = boxes
                return await self.async_step_which_face()
            return self._teach_form(str(error))
        except FaceError as error:
            return self._teach_form(str(error))
        words = {"person": person, "photos": str(enrolled.photos), "advice": " ".join(enrolled.advice)}
        return flow.async_abort(reason="taught", description_placeholders=words)

    def _teach_form(self, refused: str = "") -> Any:  # noqa: ANN401
        flow: Any = self
        names = sorted(who.name for who in self.coordinator.data.people.values())
        schema = probatio.Schema(
            {
                probatio.Required(CONF_PHOTO): FileSelector(FileSelectorConfig(accept="image/*")),
                probatio.Required(ATTR_PERSON): SelectSelector(SelectSelectorConfig(options=names, custom_value=True)),
                probatio.Optional(CONF_ALLOW, default=list): SelectSelector(
                    SelectSelectorConfig(options=list(Override), multiple=True, translation_key=CONF_ALLOW)
                ),
            }
        )
        return flow.async_show_form(
            step_id="teach",
            data_schema=flow.add_suggested_values_to_schema(schema, self._wanted if refused else None),
            errors={"base": "refused"} if refused else {},
            description_placeholders={"reason": refused},
        )


def _uploaded(hass: HomeAssistant, file_id: str) -> bytes:
    with process_uploaded_file(hass, file_id) as path:
        return path.read_bytes()
