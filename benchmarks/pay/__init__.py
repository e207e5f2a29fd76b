"""How long pay takes."""
