"""Properties are the same on every machine and at every run."""

from hypothesis import settings

settings.register_profile("core", deadline=None, derandomize=True, database=None, max_examples=100)
settings.load_profile("core")
