"""Money and metrics over the rows of the view `metric_lines`: figures, deadlines, underpayment, changes of a payer.

Pure: rows in, rows out. What a figure counts is written once, as a Condition (see `conditions`), which is applied to
the rows here and rendered as a filter of `edi lines` elsewhere, so that a figure and its drill-down cannot disagree.
Definitions: domain.md section 4. Money is integer cents inside and decimal text in what is handed out.
"""
