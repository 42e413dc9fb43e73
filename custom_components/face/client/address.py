"""The addresses that a person may type or paste: a host, a URL, or the pairing string with its token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from yarl import URL

from .errors import InvalidAddressError

DEFAULT_PORT = 8765


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a server is, and the token that a pairing string carries."""

    url: str
    token: str | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `face://host:port/?token=…`, `http://host:port`, `host:port` or `host`."""
        text = text.strip()
        if "://" not in text:
            text = f"http://{text}"
        try:
            url = URL(text)
            port = url.explicit_port
        except ValueError as error:
            raise InvalidAddressError(str(error)) from error
        schemes = {"face": "http", "faces": "https", "http": "http", "https": "https", "ws": "http", "wss": "https"}
        if (scheme := schemes.get(url.scheme)) is None or not url.host:
            message = "expected face://host:port/?token=…, http://host:port or host:port"
            raise InvalidAddressError(message)
        base = URL.build(scheme=scheme, host=url.host, port=port or DEFAULT_PORT)
        return cls(url=str(base).rstrip("/"), token=url.query.get("token"))
