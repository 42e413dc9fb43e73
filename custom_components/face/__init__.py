"""Set up a face server."""
