"""The SQLite file: schema, import, forget, views and checks."""
