"""Drills that try to break the program: each is a command, bounded in time, and says what it checked."""
