"""The face server that Home Assistant runs itself: its wheel, its process, its folder."""
