"""Takes in what offices send: their own templates, and other files through a column mapping."""

from data.importing.engine import ImportResult, Progress, import_file
from data.importing.facts import age_facts, derived_facts, with_derived_facts
from data.importing.landing import import_into, land
from data.importing.mapping import ColumnMapping, MappingError, built_in_mappings, load_mapping
from data.importing.posts import Recogniser
from data.importing.problems import Problem, Severity

__all__ = [
    "ColumnMapping",
    "ImportResult",
    "MappingError",
    "Problem",
    "Progress",
    "Recogniser",
    "Severity",
    "age_facts",
    "built_in_mappings",
    "derived_facts",
    "import_file",
    "import_into",
    "land",
    "load_mapping",
    "with_derived_facts",
]
