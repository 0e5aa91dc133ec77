from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from data.records import JobPosting
from models.compose import SettingsError, build_matcher, build_ranker
from models.settings import RankerKind, Settings
from tests.matching.builders import TODAY, VOCABULARY, person, posting
from tests.models.test_sentence_encoder import save_tiny_model

ROOT = Path(__file__).parents[2]
LEXICAL = Settings(ranker=RankerKind.LEXICAL)
POSTINGS: list[JobPosting] = [
    posting([{"levels": {"stairs": 4}}], id="b", title="保洁员"),
    posting([{"levels": {"sit": 1}}], id="a", title="在线客服"),
]


@pytest.fixture(autouse=True)
def no_outside_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"RENGANG_{name.upper()}", raising=False)


def test_a_sentence_ranker_without_a_model_is_refused_with_the_setting_to_change() -> None:
    with pytest.raises(SettingsError, match="RENGANG_ENCODER_MODEL"):
        build_ranker([], VOCABULARY, Settings(ranker=RankerKind.SENTENCE))


@pytest.mark.parametrize(
    ("name", "value"),
    [("RANKER", "magic"), ("ENCODER_BATCH_SIZE", "0"), ("ENCODER_DIMENSIONS", "-1"),
     ("PORT", "70000"), ("LANGUAGE", "fr")],
)  # fmt: skip
def test_settings_that_cannot_be_meant_are_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"RENGANG_{name}", value)
    with pytest.raises(ValidationError):
        Settings()


def test_the_environment_and_an_env_file_choose(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("RENGANG_PORT=9000\nRENGANG_RANKER=sentence\nOTHER=1\n")
    assert (Settings().port, Settings().ranker) == (9000, RankerKind.SENTENCE)
    monkeypatch.setenv("RENGANG_PORT", "9001")
    assert Settings().port == 9001


@pytest.mark.parametrize("kind", [RankerKind.HYBRID, RankerKind.LEXICAL])
def test_the_rankers_in_the_box_load_no_torch(kind: RankerKind) -> None:
    code = (
        "import sys\n"
        "from data.vocabulary import load_vocabulary\n"
        "from models.compose import build_ranker\n"
        "from models.settings import Settings\n"
        "from tests.matching.builders import posting\n"
        "vocabulary = load_vocabulary()\n"
        f"settings = Settings(ranker='{kind}')\n"
        "print(build_ranker([posting(title='客服')], vocabulary, settings).version)\n"
        "sys.exit(any(m in sys.modules for m in ('torch', 'faiss', 'sentence_transformers')))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False,
                          env=os.environ | {"PYTHONPATH": str(ROOT)})  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_rows_of_the_ranker_are_rows_of_the_catalogue() -> None:
    matcher = build_matcher(POSTINGS, VOCABULARY, LEXICAL, data_version="d1")
    assert matcher.versions.rules == VOCABULARY.version
    assert matcher.versions.data == "d1"
    ordered = [matcher.postings[i] for i in matcher.catalogue.ids]
    expected = build_ranker(ordered, VOCABULARY, LEXICAL)
    assert matcher.versions.model.startswith(expected.version)


def test_the_built_matcher_shows_only_what_is_feasible() -> None:
    matcher = build_matcher(POSTINGS, VOCABULARY, LEXICAL)
    cannot_climb = person({"stairs": 0, "sit": 4})
    found = matcher.match(cannot_climb, on=TODAY, limit=10)
    assert [m.posting_id for m in found.matches] == ["a"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_settings_choose_the_sentence_ranker(tmp_path: Path) -> None:
    model = save_tiny_model(tmp_path / "tiny")
    settings = Settings(ranker=RankerKind.SENTENCE, encoder_model=str(model), encoder_device="cpu")
    matcher = build_matcher(POSTINGS, VOCABULARY, settings)
    assert matcher.versions.model.startswith("sentence-tiny-")
    found = matcher.match(person({"stairs": 0, "sit": 4}), on=TODAY, limit=10)
    assert [m.posting_id for m in found.matches] == ["a"]
