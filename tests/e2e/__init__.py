"""The whole of it: a real Home Assistant, a real face-server, real camera entities, nothing mocked."""
