"""Ranking postings for a person by what the texts say: words, meaning, and our own task words."""
