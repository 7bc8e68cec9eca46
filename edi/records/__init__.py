"""From segments to rows, as mappings/*.xml say."""
