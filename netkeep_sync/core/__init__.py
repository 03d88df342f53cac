"""What decides: values in, values out. No clock, no I/O, no randomness; only the standard library and dateutil."""
