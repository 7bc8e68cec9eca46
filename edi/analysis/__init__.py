"""Decisions: what belongs together, where each cent went, and why. Pure: no SQL, files or click."""
