"""The reader's network in torch, for teaching; `models.reading.network` is its light twin.

Learnt with torch, read with numpy: `named` hands the weights over under the light path's names, and
a test proves that both see the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from models.reading.network import HEADS

DIMENSIONS, INNER, LAYERS, LONGEST = 160, 480, 4, 384
LEVELS = 5
_NEVER = -1e4


class Layer(nn.Module):
    """One pre-norm transformer layer."""

    def __init__(self) -> None:
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(DIMENSIONS), nn.LayerNorm(DIMENSIONS)
        self.mix, self.join = (
            nn.Linear(DIMENSIONS, 3 * DIMENSIONS),
            nn.Linear(DIMENSIONS, DIMENSIONS),
        )
        self.inner, self.outer = nn.Linear(DIMENSIONS, INNER), nn.Linear(INNER, DIMENSIONS)
        self.dropped = 0.0

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        batch, length, d = x.shape
        mixed = self.mix(self.norm1(x)).view(batch, length, 3, HEADS, d // HEADS)
        query, key, value = mixed.permute(2, 0, 3, 1, 4)
        heard = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        heard = self.join(heard.transpose(1, 2).reshape(batch, length, d))
        x = x + functional.dropout(heard, self.dropped, self.training)
        inner = functional.gelu(self.inner(self.norm2(x)), approximate="tanh")
        return x + functional.dropout(self.outer(inner), self.dropped, self.training)


class Language(nn.Module):
    """Characters to vectors that know their surroundings."""

    def __init__(self, characters: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(characters, DIMENSIONS)
        self.position = nn.Embedding(LONGEST, DIMENSIONS)
        nn.init.normal_(self.embedding.weight, std=0.02)
        nn.init.normal_(self.position.weight, std=0.02)
        self.near = nn.Conv1d(DIMENSIONS, DIMENSIONS, 3, padding=1)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.norm = nn.LayerNorm(DIMENSIONS)

    def forward(
        self, x: Tensor, empty: Tensor | None = None, heard: Tensor | None = None, first: int = 0
    ) -> Tensor:
        """(batch, L) character numbers to (batch, L, d). `empty`: places beyond a text's end;
        `heard`: added to the vectors, what the rules said; `first`: the first position."""
        e = self.embedding(x)
        if empty is not None:
            e = e * (~empty).unsqueeze(-1)
        near = functional.gelu(self.near(e.transpose(1, 2)), approximate="tanh").transpose(1, 2)
        e = e + near + self.position.weight[first : first + x.shape[1]]
        if heard is not None:
            e = e + heard
        mask = None if empty is None else (~empty)[:, None, None, :]
        for layer in self.layers:
            e = layer(e, mask)
        return self.norm(e)  # type: ignore[no-any-return]


class Twin(nn.Module):
    """The language with the heads that read demands."""

    def __init__(self, characters: int, facets: int, channels: int, kinds: int) -> None:
        super().__init__()
        self.language = Language(characters)
        self.rule = nn.Linear(channels, DIMENSIONS, bias=False)
        nn.init.normal_(self.rule.weight, std=0.05)
        self.asked, self.denied = nn.Linear(DIMENSIONS, facets), nn.Linear(DIMENSIONS, facets)
        nn.init.constant_(self.asked.bias, -4.0)
        nn.init.constant_(self.denied.bias, -5.0)
        self.kind, self.level = nn.Linear(DIMENSIONS, kinds), nn.Linear(DIMENSIONS, LEVELS)
        self.kind_of_facet = nn.Parameter(torch.zeros(facets, kinds))
        self.level_of_facet = nn.Parameter(torch.zeros(facets, DIMENSIONS, LEVELS))
        self.level_base = nn.Parameter(torch.zeros(facets, LEVELS))
        self.rule_asks = nn.Parameter(torch.zeros(facets))
        self.rule_lifts = nn.Parameter(torch.zeros(facets))
        self.rule_denies = nn.Parameter(torch.zeros(facets))
        self.drop = nn.Dropout(0.15)

    def forward(self, x: Tensor, empty: Tensor, heard: Tensor) -> dict[str, Tensor]:
        """Log-odds per character and, gathered over the characters on which they rest, per
        stretch."""
        facets = len(self.rule_asks)
        h = self.drop(self.language(x, empty, self.rule(heard)))
        said, lifted = heard[..., :facets], heard[..., facets : 2 * facets]
        asked = self.asked(h) + said * self.rule_asks + lifted * self.rule_lifts
        denied = self.denied(h) + lifted * self.rule_denies
        beyond = empty.unsqueeze(-1) * _NEVER
        share, denied_share = (torch.softmax(t + beyond, 1) for t in (asked, denied))
        met = torch.einsum("blf,bld->bfd", share, h)
        levels = torch.einsum("bfd,fdk->bfk", met, self.level_of_facet)
        return {
            "asked_at": asked,
            "denied_at": denied,
            "asked": (share * asked).sum(1),
            "denied": (denied_share * denied).sum(1),
            "kinds": self.kind(met) + self.kind_of_facet,
            "levels": levels + self.level(met) + self.level_base,
        }


def twin_of(weights: Mapping[str, NDArray[np.float32]]) -> Twin:
    """A network to go on teaching, from the weights of the light path: `named` backwards.

    Raises `ValueError` for weights of another shape of network.
    """
    twin = Twin(
        len(weights["embedding"]), len(weights["asked.bias"]),
        weights["rule.weight"].shape[1], len(weights["kind.bias"]),
    )  # fmt: skip
    state = {}
    for key, own in twin.state_dict().items():
        value = np.array(weights.get(_light_name(key), ()), np.float32)
        # Three (in, out) products to the (out, in, 3) of the convolution.
        state[key] = torch.from_numpy(value.transpose() if _is_convolution(key) else value)
        if state[key].shape != own.shape:
            raise ValueError(f"a network of another shape: {_light_name(key)}")
    if len(weights) != len(state):
        raise ValueError("a network of another shape: it has more layers")
    twin.load_state_dict(state)
    return twin


def named(twin: Twin) -> dict[str, NDArray[np.float32]]:
    """The weights under the names of the light path."""
    state: dict[str, Any] = {k: v.detach().numpy() for k, v in twin.state_dict().items()}
    # (out, in, 3) of the convolution to three (in, out) products.
    return {
        _light_name(key): value.transpose().copy() if _is_convolution(key) else value
        for key, value in state.items()
    }


def _is_convolution(key: str) -> bool:
    return key == "language.near.weight"


def _light_name(key: str) -> str:
    name = key.removeprefix("language.")
    if name.startswith("layers."):
        return name.removeprefix("layers.").replace("inner", "in").replace("outer", "out")
    if name in ("embedding.weight", "position.weight"):
        return name.removesuffix(".weight")
    return name
