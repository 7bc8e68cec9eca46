"""The scrub checks over claims before they go out (domain.md section 7): each names the denial that it would prevent.

`auditor` puts a claim beside the patient's history and asks every check; `checks` is their register; `access`,
`coding`, `studies`, `supplies` and `claims` hold them; mappings/audit.csv holds their words. Facts of
`edi.analysis.facts` are asked wherever the question is the same.
"""
