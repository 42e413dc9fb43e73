"""What a person has to put right, as issues in Home Assistant's repairs: reviewed whenever something changes.

An issue goes by itself when what it says is mended. A wrong token is not among them: Home Assistant itself makes an
issue of every sign-in that is asked for again.
"""
# ruff: noqa: D107

from collections.abc import Iterator
from typing import Any, override

from homeassistant.components.repairs import RepairsFlow
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.data_entry_flow import FlowResult
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.selector import SelectOptionDict, SelectSelector, SelectSelectorConfig
import probatio

from .client.errors import FaceError, IncompatibleServerError
from .client.wire import AboutMissing, ProblemKind
from .const import CONF_CAMERA, CONF_LOCAL, DOMAIN
from .coordinator import FaceConfigEntry, FaceCoordinator
from .error_text import plain
from .flows.camera import CAMERA_SELECTOR, is_taken, lasting_id
from .flows.linking import LinkingSteps
from .local.server import LocalServer, async_get
from .people.links import links

ENTRY_ID = "entry_id"
CAMERA_MISSING = "camera_missing_"
PEOPLE_MISSING = "people_missing_"
PHOTO_PROBLEMS = "photo_problems_"
CONF_ACCEPT = "accept"
LEARN_MORE = "https://github.com/face-home/face/blob/main/docs/home-assistant.md#when-something-doesnt-work"
# What a person sees of a long list.
MOST_PROBLEMS = 50


# How bad each kind of issue is, and whether it can be mended right there.
KINDS = {
    "another_server": (ir.IssueSeverity.ERROR, False),
    "camera_missing": (ir.IssueSeverity.WARNING, True),
    "camera_turned": (ir.IssueSeverity.WARNING, False),
    "camera_unreachable": (ir.IssueSeverity.WARNING, False),
    "integration_too_old": (ir.IssueSeverity.ERROR, False),
    "people_missing": (ir.IssueSeverity.WARNING, True),
    "photo_problems": (ir.IssueSeverity.WARNING, True),
    "local_disk_full": (ir.IssueSeverity.ERROR, False),
    "local_server_failing": (ir.IssueSeverity.ERROR, False),
    "local_server_old": (ir.IssueSeverity.WARNING, False),
    "people_not_linked": (ir.IssueSeverity.WARNING, True),
    "server_too_old": (ir.IssueSeverity.ERROR, False),
}

type Problem = tuple[str, str, dict[str, str]]


@callback
def async_review(hass: HomeAssistant, coordinator: FaceCoordinator) -> None:
    """Make an issue of everything that is wrong with a server now, and drop those of what is not."""
    _show(hass, coordinator.config_entry, list(_problems(coordinator)))


@callback
def async_incompatible_server(hass: HomeAssistant, entry: FaceConfigEntry, error: IncompatibleServerError) -> None:
    """Say which side must be updated before the server can be used at all."""
    _show(hass, entry, [_incompatible(entry, error)])


@callback
def async_local_server(hass: HomeAssistant, entry: FaceConfigEntry) -> None:
    """Say why the server that should run here does not."""
    _show(hass, entry, list(_local_problems(async_get(hass), entry)))


@callback
def async_forget(hass: HomeAssistant, entry: FaceConfigEntry) -> None:
    """The server is no longer ours."""
    _show(hass, entry, [])


def _problems(coordinator: FaceCoordinator) -> Iterator[Problem]:
    """What is wrong: an id, the kind, and what goes into its words."""
    entry = coordinator.config_entry
    if isinstance(coordinator.trouble, IncompatibleServerError):
        yield _incompatible(entry, coordinator.trouble)
    elif coordinator.trouble is not None:
        yield f"another_server_{entry.entry_id}", "another_server", {"server": entry.title}
    if entry.data.get(CONF_LOCAL):
        yield from _local_problems(async_get(coordinator.hass), entry)
    for subentry_id, feed in coordinator.feeds.items():
        if (subentry := entry.subentries.get(subentry_id)) is None:
            continue
        if feed.missing:
            yield f"{CAMERA_MISSING}{subentry_id}", "camera_missing", {"camera": subentry.title}
        elif feed.problem is not None:
            words = {"camera": subentry.title, "entity_id": feed.entity_id, "reason": feed.problem}
            yield f"camera_unreachable_{subentry_id}", "camera_unreachable", words
        seen = coordinator.data.cameras.get(coordinator.full_camera_id(subentry))
        if seen is not None and seen.suggested_rotate is not None:
            words = {"camera": subentry.title, "degrees": str(seen.suggested_rotate)}
            yield f"camera_turned_{subentry_id}", "camera_turned", words
    yield from _library_problems(coordinator)
    linked = links(entry)
    if new := sorted(who.name for who in coordinator.data.people.values() if who.id not in linked):
        yield f"people_not_linked_{entry.entry_id}", "people_not_linked", {"people": ", ".join(new)}


def _library_problems(coordinator: FaceCoordinator) -> Iterator[Problem]:
    """What is wrong with the server's folders and photos."""
    entry = coordinator.config_entry
    missing = coordinator.data.library.missing
    if missing is not None:
        words = {"people": str(missing.people), "of": str(missing.of), "server": entry.title}
        words["hours"] = str(round((missing.forgotten_after_s - missing.waited_s) / 3600))
        yield f"{PEOPLE_MISSING}{entry.entry_id}", "people_missing", words
    # Who is missing is counted among the problems.
    if coordinator.data.library.problems > (0 if missing is None else missing.people):
        yield f"{PHOTO_PROBLEMS}{entry.entry_id}", "photo_problems", {"server": entry.title}


def _local_problems(server: LocalServer, entry: FaceConfigEntry) -> Iterator[Problem]:
    if server.failing is not None:
        words = {"reason": server.failing, "folder": str(server.folder.path)}
        yield f"local_server_failing_{entry.entry_id}", "local_server_failing", words
    elif server.not_updated is not None:
        yield f"local_server_old_{entry.entry_id}", "local_server_old", {"reason": server.not_updated}
    if server.disk_full:
        yield f"local_disk_full_{entry.entry_id}", "local_disk_full", {"folder": str(server.folder.path)}


def _incompatible(entry: FaceConfigEntry, error: IncompatibleServerError) -> Problem:
    kind = "server_too_old" if error.server_max < error.client_version else "integration_too_old"
    return f"incompatible_server_{entry.entry_id}", kind, {"server": entry.title}


def _show(hass: HomeAssistant, entry: FaceConfigEntry, problems: list[Problem]) -> None:
    for issue_id, kind, words in problems:
        severity, fixable = KINDS[kind]
        ir.async_create_issue(
            hass,
            DOMAIN,
            issue_id,
            data={ENTRY_ID: entry.entry_id},
            is_fixable=fixable,
            severity=severity,
            translation_key=kind,
            learn_more_url=LEARN_MORE,
            translation_placeholders=words,
        )
    shown = {issue_id for issue_id, _, _ in problems}
    for (domain, issue_id), issue in list(ir.async_get(hass).issues.items()):
        ours = domain == DOMAIN and (issue.data or {}).get(ENTRY_ID) == entry.entry_id
        if ours and issue_id not in shown:
            ir.async_delete_issue(hass, DOMAIN, issue_id)


class LinkPeopleFlow(LinkingSteps, RepairsFlow):
    """Asks who the people of a server are at home, until something is said of everybody."""

    only_new = True

    def __init__(self, coordinator: FaceCoordinator) -> None:
        self.coordinator = coordinator

    async def async_step_init(self, _user_input: dict[str, str] | None = None) -> FlowResult[Any, Any]:
        """Begin."""
        answer: FlowResult[Any, Any] = await self.async_step_link()
        return answer

    @override
    def _end(self) -> FlowResult[Any, Any]:
        return self.async_create_entry(data={})


class ExchangeCameraFlow(RepairsFlow):
    """Puts another camera in the place of one that is gone; its settings, entities and history stay."""

    def __init__(self, entry: FaceConfigEntry, subentry: ConfigSubentry) -> None:
        self._entry = entry
        self._subentry = subentry

    async def async_step_init(self, _user_input: dict[str, str] | None = None) -> FlowResult[Any, Any]:
        """Begin."""
        return await self.async_step_camera()

    async def async_step_camera(self, user_input: dict[str, str] | None = None) -> FlowResult[Any, Any]:
        """Choose a camera."""
        errors: dict[str, str] = {}
        if user_input is not None:
            own_id = lasting_id(self.hass, user_input[CONF_CAMERA])
            if is_taken(self._entry, own_id, but=self._subentry):
                errors = {CONF_CAMERA: "already_configured"}
            else:
                data = {**self._subentry.data, CONF_CAMERA: own_id}
                self.hass.config_entries.async_update_subentry(self._entry, self._subentry, data=data)
                return self.async_create_entry(data={})
        return self.async_show_form(
            step_id="camera",
            data_schema=probatio.Schema({probatio.Required(CONF_CAMERA): CAMERA_SELECTOR}),
            errors=errors,
            description_placeholders={"camera": self._subentry.title},
        )


class MissingPeopleFlow(RepairsFlow):
    """Asks whether people whose folders are missing are gone, or will be back."""

    def __init__(self, coordinator: FaceCoordinator) -> None:
        self._coordinator = coordinator

    async def async_step_init(self, _user_input: dict[str, str] | None = None) -> FlowResult[Any, Any]:
        """Ask."""
        issue = ir.async_get(self.hass).async_get_issue(DOMAIN, self.issue_id)
        words = None if issue is None else issue.translation_placeholders
        options = [str(answer) for answer in (AboutMissing.WAIT, AboutMissing.FORGET)]
        return self.async_show_menu(step_id="init", menu_options=options, description_placeholders=words)

    async def async_step_wait(self, _user_input: dict[str, str] | None = None) -> FlowResult[Any, Any]:
        """Wait for them from now on."""
        return await self._answer(AboutMissing.WAIT)

    async def async_step_forget(self, _user_input: dict[str, str] | None = None) -> FlowResult[Any, Any]:
        """They are gone."""
        return await self._answer(AboutMissing.FORGET)

    async def _answer(self, answer: AboutMissing) -> FlowResult[Any, Any]:
        try:
            self._coordinator.data.library = await self._coordinator.client.answer_missing(answer)
        except FaceError as error:
            return self.async_abort(reason="refused", description_placeholders={"reason": str(error)})
        return self.async_create_entry(data={})


class PhotoProblemsFlow(RepairsFlow):
    """Shows what is wrong with photos and folders, and accepts photos that are right."""

    def __init__(self, coordinator: FaceCoordinator) -> None:
        self._client = coordinator.client

    async def async_step_init(self, _user_input: dict[str, str] | None = None) -> FlowResult[Any, Any]:
        """Begin."""
        return await self.async_step_problems()

    async def async_step_problems(self, user_input: dict[str, Any] | None = None) -> FlowResult[Any, Any]:
        """Show them, and accept what was chosen."""
        try:
            if user_input is not None:
                for chosen in user_input[CONF_ACCEPT]:
                    await self._client.accept_photo(*chosen.split("/"))
                return self.async_create_entry(data={})
            found = await self._client.problems()
        except FaceError as error:
            return self.async_abort(reason="refused", description_placeholders={"reason": str(error)})
        wrong = [one for one in found if one.kind not in (ProblemKind.SKIPPED, ProblemKind.MISSING)][:MOST_PROBLEMS]
        photos = [
            SelectOptionDict(value=f"{one.person_id}/{one.photo_id}", label=one.path)
            for one in wrong
            if one.person_id and one.photo_id and one.kind in (ProblemKind.SOMEBODY_ELSES, ProblemKind.UNLIKE)
        ]
        chooser = SelectSelector(SelectSelectorConfig(options=photos, multiple=True))
        # No name ends the code that it is shown as.
        lines = (f"- `{one.path.replace('`', "'")}`: {plain(one.message)}" for one in wrong)
        return self.async_show_form(
            step_id="problems",
            data_schema=probatio.Schema({probatio.Optional(CONF_ACCEPT, default=list): chooser}),
            description_placeholders={"problems": "\n".join(lines)},
        )


class GoneFlow(RepairsFlow):
    """Closes a question about a server that is gone meanwhile."""

    async def async_step_init(self, _user_input: dict[str, str] | None = None) -> FlowResult[Any, Any]:
        """Say so."""
        return self.async_abort(reason="no_people")


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Make the flow that mends an issue."""
    entry: FaceConfigEntry | None = hass.config_entries.async_get_entry(str((data or {}).get(ENTRY_ID)))
    if entry is None or not hasattr(entry, "runtime_data"):
        return GoneFlow()
    if issue_id.startswith(CAMERA_MISSING):
        subentry = entry.subentries.get(issue_id.removeprefix(CAMERA_MISSING))
        return GoneFlow() if subentry is None else ExchangeCameraFlow(entry, subentry)
    flows = {PEOPLE_MISSING: MissingPeopleFlow, PHOTO_PROBLEMS: PhotoProblemsFlow}
    flow = next((flow for start, flow in flows.items() if issue_id.startswith(start)), LinkPeopleFlow)
    return flow(entry.runtime_data)
