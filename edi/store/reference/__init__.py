"""Reference data of an office: what its tables look like, its files read and checked, its rows kept in the database."""
