"""Effects in order. Read `sync_pass.py` first: one pass, top to bottom."""
