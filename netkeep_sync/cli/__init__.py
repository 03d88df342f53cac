"""The command line: reads arguments, prints answers. `main.py` is the only error boundary."""
