"""One calendar system per file, one contract (`target.py`) for all."""
