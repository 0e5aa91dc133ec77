"""The model card that is written beside the weights."""

from __future__ import annotations

from typing import Any

_CARD = """---
language: zh
library_name: sentence-transformers
pipeline_tag: sentence-similarity
tags: [static-embedding, job-matching]
---
# 人岗 box encoder

A static Chinese sentence encoder for job postings and jobseekers' own words: one vector of
{dimensions} numbers per word, a text is the mean of its words, made length one. int8 codes with a
scale per row. Loads with `SentenceTransformer(folder)`, and with `models.encoder.light` (tokenizers
and numpy, no torch), which gives the same vectors.

## What went in
- {postings} distinct job postings (title, occupational tags, duties) of the files below, given by
  the user at training time. Public postings carry no licence: no text of them is in this folder.
  What remains of them is a table of word vectors and a list of single words with how often they
  occur (words of at most 12 characters, seen at least twice); no sentence can be read back from
  either.
- Our own table of {occupations} occupations, the names that postings give them and the expressions
  in which people tell their tasks (`data/vocabulary/task_words.yaml`), and texts generated from it.
- No other model, and no data set whose licence allows research only.

{files}
Sources kept out: {without}.

## How it was trained
{pieces} pieces (Unigram: counted words and all characters), {pairs} pairs (a title with its duties,
halves of one text, two postings of one title, an invented profile with a posting, expressions of
our table with a posting of that occupation). Contrast inside batches of {batch}, temperature
{temperature}, both ways, same-title neighbours masked, at 256, 128 and 64 dimensions at once,
{epochs} epochs of Adam from {learning_rate}, seed {seed}. One thread: the same files give the same
bytes. `rengang train encoder` runs it.

## How it was measured
{figures}

## What it is not for
- Not for deciding who may do a job. It orders postings that a filter has already admitted, and has
  no notion of what a person can or cannot do.
- Not for judging people: the texts given to it must hold no diagnosis, category, name, sex or age.
- Not a general encoder: it knows postings and work, little else; negation and word order are
  beyond a mean of word vectors ("不做销售" looks like sales: callers take such clauses out).
- Rural, craft, cleaning and massage posts were rare in the training files; there it rests on our
  own table.
"""

_UNMEASURED = "This copy has not been measured. `rengang evaluate ranking` measures it."

BOX_CORPUS: tuple[str, ...] = ("00f4bf07add42fcf", "41496043e2718fed")
"""Digests of the files that the model in the box was trained on."""
BOX_FIGURES = """On 32 invented profiles and 15,000 real postings of Guangzhou with graded
judgments (by a language model; unjudged postings count as unsuitable), 95 % bootstrap intervals:

| system | nDCG@10 | Recall@50 | Judged@10 | condensed nDCG@10 |
|---|---|---|---|---|
| TF-IDF of character runs (best baseline) | .732 [.634, .820] | .668 | .944 | .745 |
| this encoder alone | .642 [.546, .729] | .612 | .741 | .842 |
| hybrid of the house with this encoder | .869 [.823, .906] | .791 | .972 | .878 |

The weights of the hybrid were chosen on the same profiles; left-out eighths of them lost about .02.
Trained without one source and measured on it (title to text, 1,500 titles), R@10 as a multiple of
BM25's: hybrid 1.18 [1.12, 1.25] on 51job_gz_2018 and 1.13 [1.06, 1.21] on 51job_2022, this encoder
alone .89 on both. The encoder alone is weaker than
BM25 there: use it beside words, not instead of them."""
"""What was measured with the model in the box; written into a card only for that training."""


def model_card(facts: dict[str, Any]) -> str:
    """The card of a training, from the facts that the training wrote down."""
    from models.encoder.recipe import Recipe, recipe_facts

    files = "".join(f"- {f['file']} (sha256 {f['sha256']}…)\n" for f in facts["corpus"])
    is_box = (
        tuple(f["sha256"] for f in facts["corpus"]) == BOX_CORPUS
        and facts["recipe"] == recipe_facts(Recipe())
        and not facts["without_sources"]
    )
    return _CARD.format(
        **{
            **facts["recipe"],
            **{k: facts[k] for k in ("postings", "occupations", "pieces", "pairs")},
        },
        files=files,
        without=", ".join(facts["without_sources"]) or "none",
        figures=BOX_FIGURES if is_box and BOX_FIGURES else _UNMEASURED,
    )
