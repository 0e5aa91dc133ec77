"""The controlled vocabulary: every facet, rule parameter and label, dated and cited."""

from data.vocabulary.loader import VocabularyError, load_vocabulary, load_vocabulary_from
from data.vocabulary.tables import Label, Language, Vocabulary

__all__ = [
    "Label",
    "Language",
    "Vocabulary",
    "VocabularyError",
    "load_vocabulary",
    "load_vocabulary_from",
]
