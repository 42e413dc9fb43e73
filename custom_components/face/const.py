"""Names that several files of the integration use."""

from datetime import timedelta
import logging
from typing import Final

DOMAIN: Final = "face"
LOGGER: Final = logging.getLogger(__package__)

# What is stored of a server (config entry).
CONF_ADDRESS: Final = "address"
CONF_FINGERPRINT: Final = "fingerprint"
# Whether its address came from the network, and not from a person.
CONF_DISCOVERED: Final = "discovered"
# Whether Home Assistant runs the server itself; then its address and token are the running one's.
CONF_LOCAL: Final = "local"
# Which Home Assistant person a face person is: id of the one → id of the other (options of the config entry).
CONF_LINKS: Final = "links"
# The same of people who are gone from the server, until they are back.
CONF_LINKS_ASIDE: Final = "links_aside"
# Whether users who are not administrators may teach and correct, too (options of the config entry).
CONF_EVERYBODY_TEACHES: Final = "everybody_teaches"

# What is stored of a camera (config subentry).
SUBENTRY_CAMERA: Final = "camera"
CONF_CAMERA: Final = "camera"
CONF_TRIGGERS: Final = "triggers"
CONF_PICTURES: Final = "pictures"
CONF_SPACING: Final = "spacing"
CONF_COOLDOWN: Final = "cooldown"
CONF_INTERVAL: Final = "interval"
CONF_MIN_FACE: Final = "min_face"
CONF_ROTATE: Final = "rotate"
# Parts of its picture where no face counts: left, top, width and height, as fractions of the picture's.
CONF_IGNORED_AREAS: Final = "ignored_areas"
CONF_AREA: Final = "area"
CONF_COUNTS_AS_HOME: Final = "counts_as_home"
CONF_ENABLED: Final = "enabled"
# These change while the camera runs, by its switches; the others need a reload.
LIVE_CAMERA_SETTINGS: Final = frozenset({CONF_COUNTS_AS_HOME, CONF_ENABLED})

DEFAULT_PICTURES: Final = 6
DEFAULT_SPACING_S: Final = 0.7
DEFAULT_COOLDOWN_S: Final = 10.0
# A camera that is asked more often than this repeats itself or chokes.
MIN_INTERVAL_S: Final = 2.0

STATS_INTERVAL: Final = timedelta(seconds=30)
RECONNECT_FIRST_S: Final = 1.0
# With the time that a connection may take, the server is found again within a quarter of a minute.
RECONNECT_LONGEST_S: Final = 5.0

ATTR_AREA: Final = "area"
ATTR_CAMERA: Final = "camera"
ATTR_NOT_A_PERSON: Final = "not_a_person"
ATTR_GRADE: Final = "grade"
ATTR_PEOPLE: Final = "people"
ATTR_PERSON: Final = "person"
ATTR_PERSON_ID: Final = "person_id"
ATTR_PROBABILITY: Final = "probability"
ATTR_SIGHTING_ID: Final = "sighting_id"
ATTR_UNKNOWN_ID: Final = "unknown_id"
