"""Fuzzing by coverage: `python -m tests.fuzz TARGET --seconds N` (needs `pip install -e ".[fuzz]"`).

What it found is kept in findings/, a folder for each target, and read again by tests/test_findings.py in every run.
"""
