"""What decides: values in, values out.

No clock, no I/O, no randomness; imports the standard library and dateutil only.
"""
