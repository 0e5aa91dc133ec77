"""One small office and one ready service for all the tests that only ask."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from api.office import Office
from tests.api.test_http.office import at_the_door, small_office


@pytest.fixture(scope="package")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with small_office(tmp_path_factory.mktemp("office")) as opened:
        yield opened


@pytest.fixture(scope="package")
def client(office: Office) -> Iterator[TestClient]:
    with at_the_door(office) as ready:
        yield ready
