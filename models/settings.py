"""Everything an operator may set, from the environment (`RENGANG_…`) or a `.env` file."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from data.vocabulary import Language


class RankerKind(StrEnum):
    HYBRID = "hybrid"
    LEXICAL = "lexical"
    SENTENCE = "sentence"


class Settings(BaseSettings):
    """One value that the composition root builds from; every field has a safe default.

    `database`: a file name or any SQLAlchemy URL. `ranker`: hybrid is the encoder in the box with
    words; lexical is words alone; sentence takes the model named in `encoder_model`, by name or
    folder. `weights`: a file of ranking weights that `rengang evaluate feedback` found to be
    better (default: those of parameters.yaml). `cache_folder`: where compiled catalogues are kept
    (default: beside the database file).
    """

    model_config = SettingsConfigDict(env_prefix="RENGANG_", env_file=".env", extra="ignore")

    database: str = "rengang.db"
    ranker: RankerKind = RankerKind.HYBRID
    encoder_model: str = ""
    encoder_query_prefix: str = ""
    encoder_document_prefix: str = ""
    encoder_batch_size: int = Field(default=64, ge=1)
    encoder_device: str | None = None
    encoder_dimensions: int | None = Field(default=None, ge=1)
    language: Language = Language.ZH
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    weights: Path | None = None
    cache_folder: Path | None = None
