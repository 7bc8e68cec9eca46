"""Histories made to be hard to link: every way in which a payer may answer a claim without repeating it cleanly.

`office` makes the claims, `shapes` their lines, `decide` what a payer does with a line, `bend` how it reports lines,
`dress` how it repeats numbers, members and dates, `payer` posts the answers, `stories_*` tell one history each, and
`output` prints files and truth. What links to what is noted while the story is told, never worked out by matching.
"""
