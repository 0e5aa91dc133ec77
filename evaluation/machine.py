"""What this machine can do at most, measured in the same run as the results beside it.

Machines are shared and noisy, so a figure in seconds says little; its ratio to the machine's own
limit, taken minutes apart, says more.
"""

from __future__ import annotations

import os
import platform
import resource
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np


def machine_limits(seed: int = 1) -> dict[str, Any]:
    """Memory bandwidth and matrix product of all processors, in about three seconds.

    `read_gb_per_s`: a matrix of 1 GiB float32 times a vector, bytes of the matrix by time, the best
    of five. `product_gflop_per_s`: tiles of 1,024 x 256 by 256 x 1,024, the shape of the overnight
    job, the best of five rounds of fifty. `copy_gb_per_s`: one thread, bytes read and written.
    """
    from threadpoolctl import threadpool_info

    draw = np.random.default_rng(seed)
    matrix = np.ones((1 << 20, 256), np.float32)
    vector = draw.standard_normal(256, dtype=np.float32)
    read_s = min(seconds(lambda: matrix @ vector) for _ in range(5))
    tile = draw.standard_normal((1024, 256), dtype=np.float32)
    turned = draw.standard_normal((256, 1024), dtype=np.float32)
    out = np.empty((1024, 1024), np.float32)

    def fifty() -> None:
        for _ in range(50):
            np.matmul(tile, turned, out=out)

    product_s = min(seconds(fifty) for _ in range(5)) / 50
    block = np.ones(32_000_000)
    target = np.empty_like(block)
    copy_s = min(seconds(lambda: np.copyto(target, block)) for _ in range(3))
    blas = [i for i in threadpool_info() if i["user_api"] == "blas"]
    return {
        "processor": _processor(), "processors": os.cpu_count(),
        "python": platform.python_version(), "numpy": np.__version__,
        "blas": [f"{i['internal_api']} {i.get('architecture', '')} x{i['num_threads']}"
                 for i in blas],
        "read_gb_per_s": round(matrix.nbytes / read_s / 1e9, 1),
        "product_gflop_per_s": round(2 * 1024 * 1024 * 256 / product_s / 1e9, 1),
        "copy_gb_per_s": round(2 * block.nbytes / copy_s / 1e9, 1),
    }  # fmt: skip


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:  # noqa: PTH123
            for line in lines:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def percentiles_ms(calls: Sequence[Callable[[], object]]) -> dict[str, float]:
    """Half of the calls take no longer than p50, nineteen of twenty no longer than p95."""
    p50, p95 = np.percentile([seconds(c) * 1000 for c in calls], [50, 95])
    return {"p50_ms": round(float(p50), 3), "p95_ms": round(float(p95), 3)}


def peak_memory_mb() -> int:
    """The most this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
