"""Who may do and see what: the user who called, by their rights on the entities that show the same."""
# ruff: noqa: TID252

from enum import Enum
from typing import Any

from homeassistant.auth.models import User
from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.components.image.const import DOMAIN as IMAGE
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import Unauthorized, UnknownUser

from .. import ids
from ..const import CONF_EVERYBODY_TEACHES
from ..coordinator import FaceCoordinator


class May(Enum):
    """Who may do something: everybody, whoever may say who somebody is, or administrators."""

    ALL = "all"
    TEACH = "teach"
    ADMINISTER = "administer"


async def async_require(hass: HomeAssistant, entry: ConfigEntry[Any], context: Context, may: May) -> None:
    """Refuse a signed-in user who may not do this: a face that is taught as Dad's opens Dad's doors."""
    if may is May.ADMINISTER or (may is May.TEACH and not entry.options.get(CONF_EVERYBODY_TEACHES)):
        await async_require_admin(hass, context)


async def async_require_admin(hass: HomeAssistant, context: Context) -> None:
    """Refuse a signed-in user who is not an administrator; automations have no user and may."""
    user = await async_user(hass, context)
    if user is not None and not user.is_admin:
        raise Unauthorized(context=context)


async def async_require_view(hass: HomeAssistant, context: Context, entity_id: str) -> None:
    """Refuse a signed-in user who may not see this entity."""
    user = await async_user(hass, context)
    if user is not None and not user.permissions.check_entity(entity_id, POLICY_READ):
        raise Unauthorized(context=context, entity_id=entity_id, permission=POLICY_READ)


async def async_user(hass: HomeAssistant, context: Context) -> User | None:
    """Find the signed-in user behind a call; automations have none."""
    user = None if context.user_id is None else await hass.auth.async_get_user(context.user_id)
    if user is None and context.user_id is not None:
        raise UnknownUser(context=context)
    return user


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
