"""Schema revisions of the store, run by `data.store` whenever a database is opened."""
