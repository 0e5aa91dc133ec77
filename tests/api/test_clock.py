"""Both doors take the same day for today: that of Guangzhou, wherever the machine stands."""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo

import pytest

from api import clock
from api.commands.common import today
from api.http.desk import Desk
from api.http.profile import MatchRequest


class Evening(datetime):
    """Five in the afternoon in London is one o'clock of the next day in Guangzhou."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Evening:
        return cls(2026, 11, 29, 17, tzinfo=UTC).astimezone(tz)


def test_both_doors_take_the_day_of_guangzhou(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "datetime", Evening)
    assert today(None) == date(2026, 11, 30)
    assert Desk.day(MatchRequest(jobseeker_id="x")) == date(2026, 11, 30)
    assert today(date(2026, 1, 2)) == date(2026, 1, 2)
