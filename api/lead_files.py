"""The overnight job's files: two sets of Parquet parts and a manifest that knows what is done.

    manifest.json             what job this is, and every finished part with its checksum
    people/part-00000.parquet one row per person by id: status, and verdicts in numbers
    leads/part-00000.parquet  one row per lead: who, rank, posting, score, outcome, weak

A part is finished when the manifest says so and its files still have the checksums written there;
so a job can be taken up again after any interruption, and a damaged part is made again. Nothing
here names a person or a disability: ids and outcomes only, for the office's own use.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from matching.verdict import OUTCOMES

FORMAT = 1
MATCHED, NO_LEAD, REFUSED = "matched", "no_lead", "refused"
Lead = tuple[str, float, str, bool | None]
"""Posting, score, outcome, and whether nothing the person said leads there (None: not asked)."""
_COUNTS = tuple(str(o).lower() for o in OUTCOMES)


class JobFolderError(Exception):
    """The folder cannot take this job; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Job:
    """What makes two runs the same job: equal jobs give equal files."""

    on: str
    top: int
    ranking: str
    rules: str
    model: str
    data: str
    people_version: str
    people: int
    people_per_part: int


@dataclass(slots=True)
class PartRows:
    """The rows of one part, column by column. `counts` holds None for whoever refused."""

    ids: list[str] = field(default_factory=list)
    status: list[str] = field(default_factory=list)
    leads: list[int] = field(default_factory=list)
    counts: list[tuple[int, ...] | None] = field(default_factory=list)
    held_back: list[int | None] = field(default_factory=list)
    lead_person: list[str] = field(default_factory=list)
    lead_rank: list[int] = field(default_factory=list)
    lead_posting: list[str] = field(default_factory=list)
    lead_score: list[float] = field(default_factory=list)
    lead_outcome: list[str] = field(default_factory=list)
    lead_weak: list[bool | None] = field(default_factory=list)

    def add(
        self, person: str, counts: tuple[int, ...], held_back: int,
        leads: list[Lead],
    ) -> None:  # fmt: skip
        """One person who was matched, and their leads, best first."""
        self.ids.append(person)
        self.status.append(MATCHED if leads else NO_LEAD)
        self.leads.append(len(leads))
        self.counts.append(counts)
        self.held_back.append(held_back)
        for rank, (posting, score, outcome, weak) in enumerate(leads, 1):
            self.lead_person.append(person)
            self.lead_rank.append(rank)
            self.lead_posting.append(posting)
            self.lead_score.append(score)
            self.lead_outcome.append(outcome)
            self.lead_weak.append(weak)

    def add_refused(self, person: str) -> None:
        self.ids.append(person)
        self.status.append(REFUSED)
        self.leads.append(0)
        self.counts.append(None)
        self.held_back.append(None)

    def summary(self) -> dict[str, int]:
        found = {name: self.status.count(name) for name in (MATCHED, NO_LEAD, REFUSED)}
        return {"people": len(self.ids), "leads": len(self.lead_person), **found}


class JobFolder:
    """One job's folder while it is being filled. Raises JobFolderError when it is another job's."""

    def __init__(self, path: Path, job: Job, *, fresh: bool = False) -> None:
        self.path = path
        self.job = job
        self._parts: dict[str, dict[str, Any]] = {}
        path.mkdir(parents=True, exist_ok=True)
        if fresh and self._manifest.is_file():
            self._clear()
        elif self._manifest.is_file():
            self._take_up()
        elif any(path.iterdir()):
            raise JobFolderError(f"“{path}”里有别的文件：请换一个空文件夹，或新起一个名字")
        for name in ("people", "leads"):
            (path / name).mkdir(exist_ok=True)
        self._write_manifest(finished=False)

    @property
    def _manifest(self) -> Path:
        return self.path / "manifest.json"

    def is_done(self, number: int) -> bool:
        return _name(number) in self._parts

    def done(self) -> int:
        """How many parts are finished."""
        return len(self._parts)

    def write(self, number: int, rows: PartRows) -> None:
        """Write one part, and only then say that it is finished."""
        name = _name(number)
        people, leads = _tables(rows, self.job)
        digests = {}
        for kind, table in (("people", people), ("leads", leads)):
            digests[kind] = _write_table(self.path / kind / f"{name}.parquet", table)
        self._parts[name] = {**rows.summary(), "sha256": digests}
        self._write_manifest(finished=False)

    def finish(self) -> dict[str, int]:
        """Say that the job is whole; the totals of all parts."""
        self._write_manifest(finished=True)
        return self.totals()

    def totals(self) -> dict[str, int]:
        names = ("people", "leads", MATCHED, NO_LEAD, REFUSED)
        return {n: sum(int(p[n]) for p in self._parts.values()) for n in names}

    def _take_up(self) -> None:
        try:
            told = json.loads(self._manifest.read_text("utf-8"))
            before, parts = dict(told["job"]), dict(told["parts"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise JobFolderError(
                f"“{self.path}”里的 manifest.json 读不懂：请换一个文件夹，或加 --fresh 从头做"
            ) from error
        now = asdict(self.job)
        if told.get("format") != FORMAT or before != now:
            differ = "、".join(_LABELS[n] for n in now if before.get(n) != now[n]) or "文件格式"
            raise JobFolderError(
                f"“{self.path}”里是另一次配岗的结果（不同的是：{differ}）："
                "请换一个文件夹，或加 --fresh 从头做"
            )
        self._parts = {
            name: part
            for name, part in sorted(parts.items())
            if all(
                _digest(self.path / kind / f"{name}.parquet") == part["sha256"][kind]
                for kind in ("people", "leads")
            )
        }

    def _clear(self) -> None:
        self._manifest.unlink(missing_ok=True)
        for kind in ("people", "leads"):
            for file in (self.path / kind).glob("part-*.parquet"):
                file.unlink()

    def _write_manifest(self, *, finished: bool) -> None:
        content = {
            "format": FORMAT, "job": asdict(self.job), "finished": finished,
            "totals": self.totals(), "parts": dict(sorted(self._parts.items())),
        }  # fmt: skip
        fresh = self._manifest.with_suffix(".new")
        fresh.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")
        fresh.replace(self._manifest)


_LABELS = {
    "on": "日期", "top": "每人几条", "ranking": "排序办法", "rules": "规则", "model": "模型",
    "data": "岗位", "people_version": "求职人员", "people": "人数", "people_per_part": "每份人数",
}  # fmt: skip


def _name(number: int) -> str:
    return f"part-{number:05d}"


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _tables(rows: PartRows, job: Job) -> tuple[Any, Any]:
    import pyarrow as pa

    facts = {f"rengang.{k}": str(v) for k, v in asdict(job).items()}
    word = pa.dictionary(pa.int8(), pa.string())
    nothing = (None,) * len(OUTCOMES)
    columns = zip(*(c or nothing for c in rows.counts), strict=True) if rows.counts else (
        [] for _ in OUTCOMES)  # fmt: skip
    people = {
        "jobseeker_id": pa.array(rows.ids, pa.string()),
        "status": pa.array(rows.status, pa.string()).cast(word),
        "leads": pa.array(rows.leads, pa.int32()),
        **{n: pa.array(list(c), pa.int64()) for n, c in zip(_COUNTS, columns, strict=True)},
        "held_back": pa.array(rows.held_back, pa.int64()),
    }
    leads = {
        "jobseeker_id": pa.array(rows.lead_person, pa.string()),
        "rank": pa.array(rows.lead_rank, pa.int32()),
        "posting_id": pa.array(rows.lead_posting, pa.string()),
        "score": pa.array(rows.lead_score, pa.float64()),
        "outcome": pa.array(rows.lead_outcome, pa.string()).cast(word),
        "weak": pa.array(rows.lead_weak, pa.bool_()),
    }
    return (
        pa.table(people).replace_schema_metadata(facts),
        pa.table(leads).replace_schema_metadata(facts),
    )


def _write_table(path: Path, table: Any) -> str:
    import pyarrow.parquet as pq

    fresh = path.with_suffix(".new")
    pq.write_table(table, fresh, compression="zstd")
    digest = _digest(fresh)
    fresh.replace(path)
    return digest
