"""netkeep-sync: check-ins with the people who matter, booked on your calendar from one YAML file."""

__version__ = "0.1.0"
