"""What others know, read only."""
