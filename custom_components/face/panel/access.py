"""What a signed-in user may see of a server, by their rights on the entities that show the same."""
# ruff: noqa: TID252

from homeassistant.auth.models import User
from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.components.image.const import DOMAIN as IMAGE
from homeassistant.core import HomeAssistant

from .. import ids
from ..coordinator import FaceCoordinator


def may_see_camera(coordinator: FaceCoordinator, user: User, full_id: str | None) -> bool:
    """Whether a user may see a camera; those that Home Assistant does not have are for administrators."""
    if user.is_admin:
        return True
    subentry = None if full_id is None else coordinator.camera_subentry(full_id)
    feed = None if subentry is None else coordinator.feeds.get(subentry.subentry_id)
    return feed is not None and user.permissions.check_entity(feed.entity_id, POLICY_READ)


def may_see_person(hass: HomeAssistant, coordinator: FaceCoordinator, user: User, person_id: str) -> bool:
    """Whether a user may see a person: who may see the entity with their face."""
    if user.is_admin:
        return True
    entity_id = ids.entity_id(hass, IMAGE, coordinator.config_entry, person_id, ids.FACE)
    return entity_id is not None and user.permissions.check_entity(entity_id, POLICY_READ)
