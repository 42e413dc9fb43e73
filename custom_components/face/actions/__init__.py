"""What the actions need: the picture that is meant, whether this may be done, and the answer."""
