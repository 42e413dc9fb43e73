"""A client of `face-server`, by its PROTOCOL.md. Knows nothing of Home Assistant, and could be published apart.

`connection` speaks, `address` reads what a person types, `wire` has the types of the messages (written from the
server's schema), `reading` turns JSON into them, `errors` says what can go wrong.
"""

from .address import Address
from .connection import FaceClient
from .errors import FaceError

__all__ = ["Address", "FaceClient", "FaceError"]
