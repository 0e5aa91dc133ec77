"""The light path of the reader's network: a small transformer over characters, in numpy.

It sees a posting's title and a stretch of its text character by character, together with what the
rules said of each character, and tells for every facet whether it is asked for, whether it is
denied, how high, of which kind, and where. Training needs torch (`models/reading/teaching/`);
reading a posting must not, so this module repeats the forward pass and a test proves the two equal.

Shapes: L characters, d dimensions, F facets. Pre-norm layers (Xiong et al. 2020), a convolution of
three characters before the first, learned positions, tanh-GELU.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
FORMAT = 3
"""Of the folder; another number is refused."""
HEADS = 5
_EPSILON = np.float32(1e-5)
_ONE, _CUBE = np.float32(1), np.float32(0.044715)
_GELU = np.float32(-2 * 0.7978845608028654)
_HIGHEST = np.float32(80)
"""Above it e^x does not fit, and x / (1 + e^x) is 0 long before."""


@dataclass(frozen=True, slots=True)
class View:
    """What the network sees in one stretch. `asked`, `denied`: (F,) log-odds that the stretch asks
    for or denies a facet; `kinds`: (F, kinds) scores; `levels`: (F, 5) log-odds that level 0..4 is
    acceptable; `at`: (F,) the character on which most of `asked` rests, `denied_at` likewise."""

    asked: Floats
    denied: Floats
    kinds: Floats
    levels: Floats
    at: NDArray[np.int64]
    denied_at: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Network:
    """The weights by name, as float32."""

    weights: Mapping[str, Floats]
    layers: int

    @property
    def longest(self) -> int:
        """How many characters fit into one stretch."""
        return len(self.weights["position"])

    def see(self, characters: NDArray[np.int64], signals: Floats) -> View:
        """One stretch: (L,) numbers of characters and (L, channels) signals of the rules."""
        w = self.weights
        h = self._encode(characters, signals)
        facets = len(w["asked.bias"])
        said, lifted = signals[:, :facets], signals[:, facets : 2 * facets]
        asked = h @ w["asked.weight"].T + w["asked.bias"]
        asked += said * w["rule_asks"] + lifted * w["rule_lifts"]
        denied = h @ w["denied.weight"].T + w["denied.bias"] + lifted * w["rule_denies"]
        share, denied_share = _softmax(asked.T.copy()), _softmax(denied.T.copy())
        met = share @ h
        base = w["level.bias"] + w["level_base"]
        levels = np.matmul(met[:, None, :], w["level_of_facet"])[:, 0]
        return View(
            np.asarray((share * asked.T).sum(axis=1), np.float32),
            np.asarray((denied_share * denied.T).sum(axis=1), np.float32),
            np.asarray(met @ w["kind.weight"].T + w["kind.bias"] + w["kind_of_facet"], np.float32),
            np.asarray(levels + met @ w["level.weight"].T + base, np.float32),
            asked.argmax(axis=0),
            denied.argmax(axis=0),
        )

    def _encode(self, characters: NDArray[np.int64], signals: Floats) -> Floats:
        w, n = self.weights, len(characters)
        x = w["embedding"][characters]
        padded = np.zeros((n + 2, x.shape[1]), np.float32)
        padded[1:-1] = x
        near = _linear(padded[:-2], w["near.weight"][0], w["near.bias"])
        near += padded[1:-1] @ w["near.weight"][1]
        near += padded[2:] @ w["near.weight"][2]
        x += _gelu(near)
        x += w["position"][:n]
        x += signals @ w["rule.weight"].T
        for i in range(self.layers):
            x += self._attend(_normed(x, w, f"{i}.norm1"), i)
            inner = _linear(_normed(x, w, f"{i}.norm2"), w[f"{i}.in.weight"].T, w[f"{i}.in.bias"])
            x += _linear(_gelu(inner), w[f"{i}.out.weight"].T, w[f"{i}.out.bias"])
        return _normed(x, w, "norm")

    def _attend(self, x: Floats, i: int) -> Floats:
        w, (n, d) = self.weights, x.shape
        mixed = _linear(x, w[f"{i}.mix.weight"].T, w[f"{i}.mix.bias"])
        query, key, value = mixed.reshape(n, 3, HEADS, d // HEADS).transpose(1, 2, 0, 3)
        score = np.matmul(query, key.transpose(0, 2, 1))
        score *= np.float32((d // HEADS) ** -0.5)
        heard = np.matmul(_softmax(score), value).transpose(1, 0, 2).reshape(n, d)
        return _linear(heard, w[f"{i}.join.weight"].T, w[f"{i}.join.bias"])


def _linear(x: Floats, weight: Floats, bias: Floats) -> Floats:
    y: Floats = np.matmul(x, weight)
    y += bias
    return y


def _softmax(x: Floats) -> Floats:
    """Over the last axis, in place: memory for every step costs more than the sums."""
    x -= x.max(axis=-1, keepdims=True)
    np.exp(x, out=x)
    x /= x.sum(axis=-1, keepdims=True)
    return x


def _gelu(x: Floats) -> Floats:
    """x / (1 + e^-2u) with u = c (x + 0.044715 x^3), which is x (1 + tanh u) / 2."""
    u: Floats = x * x
    u *= _CUBE
    u += _ONE
    u *= x
    u *= _GELU
    np.minimum(u, _HIGHEST, out=u)
    np.exp(u, out=u)
    u += _ONE
    np.divide(x, u, out=u)
    return u


def _normed(x: Floats, w: Mapping[str, Floats], name: str) -> Floats:
    centred: Floats = x - x.mean(axis=-1, keepdims=True)
    spread = np.einsum("nd,nd->n", centred, centred)[:, None] / np.float32(x.shape[1])
    centred /= np.sqrt(spread + _EPSILON)
    centred *= w[f"{name}.weight"]
    centred += w[f"{name}.bias"]
    return centred


def fingerprint(arrays: Mapping[str, NDArray[Any]], facts: Mapping[str, Any]) -> str:
    """What tells one network from another: its weights and all that is needed to read with it."""
    digest = blake2b(digest_size=4)
    needed = [facts.get(k) for k in ("format", "facets", "layers", "shapes", "characters")]
    digest.update(json.dumps(needed, ensure_ascii=False).encode())
    for name in sorted(arrays):
        digest.update(name.encode() + np.ascontiguousarray(arrays[name]).tobytes())
    return digest.hexdigest()


def pack(weights: Mapping[str, Floats]) -> tuple[dict[str, NDArray[Any]], list[list[Any]]]:
    """Weights as arrays for disk: matrices as int8 with one scale a row, the rest as they are.

    A quarter of the size; the answers differ less than two trainings do.
    """
    codes, scales, rest, shapes = [], [], [], []
    for name in sorted(weights):
        value = np.asarray(weights[name], np.float32)
        shapes.append([name, list(value.shape)])
        if value.ndim < 2:
            rest.append(value.ravel())
            continue
        rows = value.reshape(len(value), -1)
        scale = np.abs(rows).max(axis=1, keepdims=True) / 127
        scale[scale == 0] = 1
        codes.append(np.clip(np.rint(rows / scale), -127, 127).astype(np.int8).ravel())
        scales.append(scale.astype(np.float32).ravel())
    arrays = {
        "codes": np.concatenate(codes),
        "scales": np.concatenate(scales),
        "rest": np.concatenate(rest),
    }
    return arrays, shapes


def unpack(arrays: Mapping[str, NDArray[Any]], shapes: list[list[Any]]) -> dict[str, Floats]:
    """The weights of `pack`."""
    place = {"codes": 0, "scales": 0, "rest": 0}

    def take(name: str, count: int) -> NDArray[Any]:
        start = place[name]
        place[name] = start + count
        return arrays[name][start : start + count]

    weights: dict[str, Floats] = {}
    for name, shape in shapes:
        count = int(np.prod(shape))
        if len(shape) < 2:
            weights[name] = np.asarray(take("rest", count), np.float32).reshape(shape)
            continue
        rows = take("codes", count).reshape(shape[0], -1).astype(np.float32)
        weights[name] = (rows * take("scales", shape[0])[:, None]).reshape(shape)
    return weights
