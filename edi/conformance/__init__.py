"""Conformance: pyx12's checks of a file against its guide, and the 999 or 997 that answers it.

In: a binary stream. Out: Diagnostics in our words with segment numbers counted from the file's first ISA.
"""

from edi.conformance.checker import Checker
from edi.conformance.privacy import Privacy
from edi.conformance.report import FileReport, check_file

__all__ = ["Checker", "FileReport", "Privacy", "check_file"]
