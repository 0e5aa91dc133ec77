"""Teaching the reader's network, with torch: first the language of postings, then the labels.

Nothing here is needed to read a posting.
"""
