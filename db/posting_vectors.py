"""Vectors of postings: learnt forms whose version is the model that made them. ``LearntPostingStore`` reads them."""

from db.driver.collections import KeptCollection

COLLECTION = KeptCollection(name="posting_vectors", not_personal="Made of postings, the same for everybody.")
