"""Exact vector search among admissible rows, alive under change, kept on disk."""
