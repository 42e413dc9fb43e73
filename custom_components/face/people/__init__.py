"""Who of the server's people is who in Home Assistant."""
