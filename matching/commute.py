"""How long the way to work may take, as a range, from nothing but two districts.

A district is large and its centroid says little, so the estimate is a wide range: it refuses only
what no journey could make and admits only what any journey would; the rest is a question. The
parameters stand in parameters.yaml.
"""

from __future__ import annotations

import math

from data.records import DistrictCode
from data.vocabulary import Vocabulary

EARTH_RADIUS_KM = 6371.0


def distance_km(a: DistrictCode, b: DistrictCode, vocabulary: Vocabulary) -> float:
    """Great-circle distance between two district centroids (both GCJ-02), haversine formula."""
    one, two = vocabulary.districts[a], vocabulary.districts[b]
    lat1, lat2 = math.radians(one.lat_gcj02), math.radians(two.lat_gcj02)
    dlat, dlon = lat2 - lat1, math.radians(two.lon_gcj02 - one.lon_gcj02)
    h = math.sin(dlat / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(dlon / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(h))


def commute_minutes(
    home: DistrictCode | None, work: DistrictCode | None, vocabulary: Vocabulary
) -> tuple[float, float] | None:
    """Shortest and longest plausible one-way minutes, or None when a place is not known."""
    if home is None or work is None:
        return None
    number = vocabulary.parameters
    km = distance_km(home, work, vocabulary)
    nearest_km = max(0.0, km - number["commute_district_radius_km"].value)
    farthest_km = km + number["commute_district_radius_km"].value
    return (
        nearest_km * number["commute_fastest_minutes_per_km"].value,
        number["commute_start_minutes"].value
        + farthest_km * number["commute_slowest_minutes_per_km"].value,
    )
