"""From bytes to segments: delimiters, envelopes, values and what was wrong."""
