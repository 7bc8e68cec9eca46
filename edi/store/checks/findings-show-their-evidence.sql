-- Evidence and dependent findings belong to findings that exist.
-- after: analyze
SELECT e.finding_id, 'evidence' AS what FROM evidence e WHERE NOT EXISTS (SELECT 1 FROM finding n WHERE n.id = e.finding_id)
UNION ALL
SELECT n.id, 'depends on' FROM finding n
WHERE n.depends_on IS NOT NULL AND NOT EXISTS (SELECT 1 FROM finding other WHERE other.id = n.depends_on)
