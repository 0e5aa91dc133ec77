"""The tables that ship, and what a broken copy of them is told."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from data.clauses import write_clauses
from data.records import Category, Education, Track
from data.vocabulary import Language, load_vocabulary
from data.vocabulary.loader import FILES, VocabularyError, load_vocabulary_from
from data.vocabulary.tables import Label

VOCABULARY = load_vocabulary()
TABLES: dict[str, Mapping[Any, Any]] = {
    "facets": VOCABULARY.facets,
    "categories": VOCABULARY.categories,
    "provisions": VOCABULARY.provisions,
    "aids": VOCABULARY.aids,
    "accommodations": VOCABULARY.accommodations,
    "rules": VOCABULARY.rules,
    "tracks": VOCABULARY.tracks,
    "restrictions": VOCABULARY.restrictions,
    "families": VOCABULARY.families,
    "districts": VOCABULARY.districts,
    "employer_kinds": VOCABULARY.employer_kinds,
    "education": VOCABULARY.education,
    "parameters": VOCABULARY.parameters,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the tables that a test may break."""
    source = resources.files("data.vocabulary")
    for file in FILES:
        (tmp_path / f"{file}.yaml").write_text((source / f"{file}.yaml").read_text("utf-8"))
    return tmp_path


def edit(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / f"{file}.yaml"
    text = path.read_text("utf-8")
    assert old in text, f"{file}.yaml no longer holds {old!r}: the test breaks nothing"
    path.write_text(text.replace(old, new, 1), "utf-8")


def problems_of(folder: Path) -> list[str]:
    with pytest.raises(VocabularyError) as caught:
        load_vocabulary_from(folder)
    return caught.value.problems


def test_a_key_written_twice_is_refused_with_file_and_line(folder: Path) -> None:
    text = (folder / "places.yaml").read_text("utf-8")
    code = next(iter(VOCABULARY.districts))
    lines = text.splitlines()
    at = next(i for i, line in enumerate(lines) if line.strip().strip("'\":").startswith(code))
    entry = lines[at : at + 1]
    while len(entry) + at < len(lines) and lines[at + len(entry)].startswith("    "):
        entry.append(lines[at + len(entry)])
    (folder / "places.yaml").write_text("\n".join([*lines, *entry]), "utf-8")
    (problem,) = problems_of(folder)
    assert "places.yaml" in problem
    assert f"line {len(lines) + 1}:" in problem
    assert code in problem


def test_every_content_mistake_of_every_file_is_reported_together(folder: Path) -> None:
    edit(folder, "facets", "kind: F", "kind: X")
    edit(folder, "families", "{screen_access: 4}", "{screen_acess: 4}")
    edit(folder, "restrictions", "reference: proposal", "reference: ''")
    edit(folder, "aids", "reference:", "referenz:")
    problems = problems_of(folder)
    for place in (
        "facets.yaml: facets.vis_near",
        "families.yaml: JF01: nothing is called 'screen_acess'",
        "restrictions.yaml: restrictions.no_heights",
        "aids.yaml: ",
    ):
        assert any(p.startswith(place) for p in problems), (place, problems)


def test_unreadable_files_are_reported_together(folder: Path) -> None:
    for file in ("facets", "places", "messages"):
        path = folder / f"{file}.yaml"
        path.write_text(path.read_text("utf-8") + "\n  - : [\n", "utf-8")
    problems = problems_of(folder)
    assert [p.split(":")[0] for p in problems] == ["facets.yaml", "places.yaml", "messages.yaml"]


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("facets", "  vis_near:", "  vis_neer:", "nothing is called 'vis_near'"),
        ("facets", "    kind: F", "    kynd: F", "'kind' is missing"),
        ("facets", "      - '看不见，或只有光感'\n", "", ""),
        ("presumptions", "  mental:", "  mentall:", "mental"),
        ("families", "{screen_access: 4}", "{screen_access: 5}", "0 to 4"),
        ("families", "'(在线|线上", "'((在线|线上", "families.JF01"),
        ("restrictions", "caps: {balance: 3, stairs: 3}", "caps: {balance: 7}", "0 to 4"),
        ("restrictions", "forbids: [work_at_height_certificate]", "forbids: [flying]", "'flying'"),
        ("eligibility", "  open:", "  opened:", "open"),
        ("education", "  NONE:", "  NOTHING:", "NONE is missing"),
        ("messages", "en: Suitable}", "fr: Suitable}", "outcome_FEASIBLE"),
    ],
)
def test_a_mistake_is_refused_and_named(
    folder: Path, file: str, old: str, new: str, said: str
) -> None:
    edit(folder, file, old, new)
    problems = problems_of(folder)
    assert any(p.startswith(f"{file}.yaml") and said in p for p in problems) or (
        file == "facets" and any(said in p for p in problems)
    ), problems


def test_a_lost_facet_is_counted(folder: Path) -> None:
    path = folder / "facets.yaml"
    text = path.read_text("utf-8")
    last = list(VOCABULARY.facets)[-1]
    path.write_text(text[: text.index(f"\n  {last}:\n")] + "\n", "utf-8")
    assert any("holds 43 facets, not 44" in p for p in problems_of(folder))


@pytest.mark.parametrize("file", FILES)
def test_the_version_changes_with_one_character_of_any_table(folder: Path, file: str) -> None:
    before = load_vocabulary_from(folder).version
    assert before == VOCABULARY.version
    path = folder / f"{file}.yaml"
    path.write_text(path.read_text("utf-8") + "#", "utf-8")
    assert load_vocabulary_from(folder).version != before


def test_there_are_44_facets_with_five_levels_in_both_languages() -> None:
    assert len(VOCABULARY.facets) == 44
    for facet in VOCABULARY.facets.values():
        assert len(facet.levels) == 5, facet.id
        for language in Language:
            words = [level.text(language).strip() for level in facet.levels]
            assert all(words), facet.id
            assert len(set(words)) == 5, f"{facet.id}: two levels read the same"
        assert facet.icf, facet.id


def test_kinds_and_safety_are_those_of_the_domain() -> None:
    facets = VOCABULARY.facets.values()
    assert {f.id for f in facets if f.safety} == {
        "vis_far", "vis_field", "hear_alert", "balance", "safety",
    }  # fmt: skip
    assert {f.id for f in facets if f.kind.value == "S"} == {
        "screen_access", "read_zh", "write_zh", "numeracy", "type",
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_entry_has_a_reference(name: str) -> None:
    assert TABLES[name]
    bare = [key for key, entry in TABLES[name].items() if not entry.reference.strip()]
    assert not bare


def labels_of(entry: Any) -> Iterable[tuple[str, Label]]:
    for field in ("label", "question", "remedy", "condition", "trap", "meaning"):
        value = getattr(entry, field, None)
        if isinstance(value, Label):
            yield field, value


@pytest.mark.parametrize("name", sorted(TABLES))
def test_labels_are_filled_in_both_languages(name: str) -> None:
    empty = [
        (key, field)
        for key, entry in TABLES[name].items()
        for field, label in labels_of(entry)
        if not (label.zh.strip() and label.en.strip()) or label.zh == "None" or label.en == "None"
    ]
    assert not empty


def test_english_labels_hold_no_chinese() -> None:
    mixed = [
        (name, key, label.en)
        for name, table in TABLES.items()
        for key, entry in table.items()
        for _, label in labels_of(entry)
        if any("\u4e00" <= c <= "\u9fff" for c in label.en)
    ]
    assert not mixed


def test_all_34_families_are_there() -> None:
    plain = {family[:4] for family in VOCABULARY.families}
    assert plain == {f"JF{n:02d}" for n in range(1, 35)}


def test_every_template_demands_known_facets_and_says_something() -> None:
    for family in VOCABULARY.families.values():
        if family.demands is None:
            continue
        assert family.demands, f"{family.id}: an empty template admits everybody"
        for clause in family.demands:
            for alternative in clause.alternatives:
                assert {f for f, _ in alternative.levels} <= set(VOCABULARY.facets)
                assert set(alternative.provided) <= set(VOCABULARY.provisions)


def test_only_the_families_without_a_common_task_lack_a_template() -> None:
    assert {f.id for f in VOCABULARY.families.values() if f.demands is None} == {"JF24", "JF34"}


def test_templates_read_back_from_their_written_form() -> None:
    from data.clauses import parse_clauses

    for family in VOCABULARY.families.values():
        if family.demands is not None:
            assert parse_clauses(write_clauses(family.demands)) == family.demands


@pytest.mark.parametrize(
    "name", ["provisions", "aids", "rules", "restrictions", "categories", "tracks", "districts"]
)
def test_no_two_entries_of_a_table_share_a_name(name: str) -> None:
    spoken = Counter(
        word
        for entry in TABLES[name].values()
        for word in {entry.label.zh.casefold(), *(a.casefold() for a in entry.aliases)}
    )
    assert [word for word, count in spoken.items() if count > 1] == []


def test_closed_lists_are_complete() -> None:
    assert set(VOCABULARY.categories) == set(Category)
    assert set(VOCABULARY.tracks) == set(Track)
    assert set(VOCABULARY.education) == set(Education)
    assert len(VOCABULARY.districts) == 11


def test_a_multiple_certificate_suspends_whatever_a_component_might() -> None:
    multiple = VOCABULARY.categories[Category.MULTIPLE].suspends
    for category in Category:
        assert set(VOCABULARY.categories[category].suspends) <= set(multiple), category


def test_an_accommodation_lowers_only_what_it_names_and_never_raises_demands() -> None:
    for accommodation in VOCABULARY.accommodations.values():
        assert accommodation.provision in VOCABULARY.provisions
        assert all(0 <= level <= 4 for level in accommodation.lowers.values())


def test_the_loaded_tables_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        VOCABULARY.facets["new"] = next(iter(VOCABULARY.facets.values()))  # type: ignore[index]
    with pytest.raises(AttributeError):
        VOCABULARY.version = "x"  # type: ignore[misc]


def test_a_missing_table_is_named(folder: Path) -> None:
    (folder / "aids.yaml").unlink()
    with pytest.raises((VocabularyError, OSError), match="aids"):
        load_vocabulary_from(folder)


def test_a_table_without_a_date_does_not_hide_other_mistakes(folder: Path) -> None:
    edit(folder, "aids", "as_of:", "of:")
    edit(folder, "restrictions", "caps: {balance: 3, stairs: 3}", "caps: {balance: 7}")
    problems = problems_of(folder)
    assert any(p.startswith("aids.yaml") and "as_of" in p for p in problems)
    assert any(p.startswith("restrictions.yaml") for p in problems)


def test_a_copy_elsewhere_has_the_same_version(folder: Path, tmp_path_factory: Any) -> None:
    other = tmp_path_factory.mktemp("copy")
    shutil.copytree(folder, other, dirs_exist_ok=True)
    assert load_vocabulary_from(other).version == VOCABULARY.version
