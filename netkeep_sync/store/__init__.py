"""Memory between passes."""
