"""Fakes of the outside world, faithful enough for the real clients to talk to."""
