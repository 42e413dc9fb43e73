"""The way of a camera's pictures to the server: when they are taken, how, and what is sent."""
