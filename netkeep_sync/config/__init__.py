"""The user's file: read into a Roster with every mistake told at once; the settings around it."""
