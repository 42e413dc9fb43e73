"""What can go wrong between a client and a face server.

Raised by `client`, turned into Home Assistant's own errors by the layers above; must not know Home Assistant.
"""
# ruff: noqa: D107

from collections.abc import Mapping
from typing import Any


class FaceError(Exception):
    """Anything that went wrong with a face server."""


class InvalidAddressError(FaceError):
    """The text is not the address of a server."""


class CannotConnectError(FaceError):
    """Nobody answered at the address, or not in time."""


class NotAFaceServerError(CannotConnectError):
    """Somebody answered, but in other words than a face server's."""


class UnverifiedServerError(CannotConnectError):
    """Nothing vouches for the server's certificate."""


class PlainTextError(CannotConnectError):
    """The server does not speak TLS, and nobody said that it need not."""


class AnotherServerError(FaceError):
    """Another server answers than the one that is meant, by its id or by its certificate."""


class IncompatibleServerError(FaceError):
    """The server speaks no protocol version that this client speaks."""

    def __init__(self, server_min: int, server_max: int, client_version: int) -> None:
        """Keep the versions, so that a person can be told which side is older."""
        super().__init__(f"the server speaks protocol {server_min} to {server_max}, this client {client_version}")
        self.server_min = server_min
        self.server_max = server_max
        self.client_version = client_version


class InvalidTokenError(FaceError):
    """The server does not know the token."""


class ConnectionLostError(FaceError):
    """The connection is closed, or closed before the answer came."""


class RequestTimeoutError(FaceError):
    """The server did not answer a request in time."""


class RequestFailedError(FaceError):
    """The server answered a request with an error."""

    def __init__(self, code: str, message: str, details: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details: Mapping[str, Any] = details or {}


class SupersededError(RequestFailedError):
    """A newer picture of the same camera took this one's place."""


class BusyError(RequestFailedError):
    """The server's queue is full."""

    @property
    def retry_after_s(self) -> float:
        """Seconds after which another try makes sense."""
        return max(0.0, float(self.details.get("retry_after_ms", 1000)) / 1000)
