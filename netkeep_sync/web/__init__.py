"""The feed, the pages, and the application that serves them."""
