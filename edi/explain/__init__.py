"""A colleague's answer to "what is this?": a rule, a cause, a code, a finding, a claim, a link.

In: what a person typed, the data files, and a database where the question is about one. Out: an Answer, which prints as
text and as JSON. Nothing is decided here: it tells what the rules and the analysis know.
"""

from edi.explain.answer import Answer
from edi.explain.counts import add_counts
from edi.explain.lines import claim, finding
from edi.explain.links import link
from edi.explain.words import Explainer

__all__ = ["Answer", "Explainer", "add_counts", "claim", "finding", "link"]
