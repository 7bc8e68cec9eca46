-- The files of the database, for the report and the summary.
SELECT
    f.path, f.status, f.kinds, f.size_bytes, f.segments, f.used, f.ignored, f.unexpected, f.interchanges, f.transactions,
    f.imported_at, f.sha256
FROM file f
WHERE {where}
ORDER BY f.path, f.sha256
