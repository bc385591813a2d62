"""Finds names in prose: what `GET /cpu` computes. README.md beside this file says exactly how."""

import json
import re
from pathlib import Path

FOLDER = Path(__file__).parent
PARAGRAPH = (FOLDER / "paragraph.txt").read_text("utf-8").rstrip("\n")

LABELS = ("PERSON", "PLACE", "WATER", "GROUP", "WORK", "BUILDING", "EVENT", "DATE")
TAGS = ["O"] + [f"{part}-{label}" for label in LABELS for part in "BI"]
TAG_NUMBER = {tag: number for number, tag in enumerate(TAGS)}

# A word, with inner apostrophes and hyphens; a number; any other byte that is no space.
TOKEN = re.compile(rb"[A-Za-z\x80-\xff]+(?:['-][A-Za-z\x80-\xff]+)*|[0-9]+|[^\x00-\x20]")
LONGEST_NAME = 3
SCORE_AT_DISTANCE = (12, 7, 4)
IMPOSSIBLE = -1_000_000


def most_edits(word):
    """How many edits away a name may be: none from short words, one, and two from the longer."""
    return 0 if len(word) < 5 else 1 if len(word) < 9 else 2


def deletions(word):
    """What is left of a word without no, one or two bytes, as many as `most_edits` allows."""
    most = most_edits(word)
    size = len(word)
    left = [word]
    if most >= 1:
        left += [word[:i] + word[i + 1 :] for i in range(size)]
    if most >= 2:
        left += [word[:i] + word[i + 1 : j] + word[j + 1 :] for i in range(size) for j in range(i + 1, size)]
    return left


def read_table(name):
    return [line.split(b"\t") for line in (FOLDER / name).read_bytes().splitlines()]


def read_weights():
    """From a feature to the pairs of a tag and what the feature adds to that tag's score."""
    weights = {}
    for feature, tag, weight in read_table("weights.tsv"):
        weights.setdefault(feature, []).append((TAG_NUMBER[tag.decode()], int(weight)))
    return weights


def read_gazetteer():
    """From what deletions leave of a name to the names it may be of, each with its label's B tag."""
    names = {}
    for label, name in read_table("gazetteer.tsv"):
        for left in set(deletions(name)):
            names.setdefault(left, []).append((name, TAG_NUMBER["B-" + label.decode()]))
    return names


def read_transitions(weights):
    """For each tag and each before it, what each tag before that adds: [tag][before][before that].

    I only follows B or I of its label.
    """
    last = [[0] * len(TAGS) for _ in TAGS]
    last_but_one = [[0] * len(TAGS) for _ in TAGS]
    for before, name in enumerate(TAGS):
        for tag, weight in weights.get(b"after=" + name.encode(), ()):
            last[tag][before] = weight
        for tag, weight in weights.get(b"after-next=" + name.encode(), ()):
            last_but_one[tag][before] = weight
    for tag, name in enumerate(TAGS):
        if name.startswith("I"):
            last[tag] = [last[tag][b] if b in (tag - 1, tag) else IMPOSSIBLE for b in range(len(TAGS))]
    return [[[added + more for more in last_but_one[tag]] for added in last[tag]] for tag in range(len(TAGS))]


WEIGHTS = read_weights()
GAZETTEER = read_gazetteer()
TRANSITIONS = read_transitions(WEIGHTS)


def tag(text):
    """The answer of `/cpu` for a str: {"tokens": n, "entities": [{"text", "label", "start", "end"}, ...]}."""
    source = text.encode()
    tokens = [(match.group(), match.start(), match.end()) for match in TOKEN.finditer(source)]
    words = [word.lower() for word, _, _ in tokens]
    scores = [emission(tokens, words, i) for i in range(len(tokens))]
    add_gazetteer(words, scores)
    return {"tokens": len(tokens), "entities": entities(best_path(scores), tokens, source)}


def tag_json(text):
    """The same as the bytes that every server answers."""
    return json.dumps(tag(text), ensure_ascii=False, separators=(",", ":")).encode()


def emission(tokens, words, i):
    """What the features of the i-th token add to the score of each tag."""
    word = words[i]
    kind = shape(tokens[i][0])
    before = words[i - 1] if i > 0 else b"."
    after = words[i + 1] if i + 1 < len(words) else b"."
    features = [b"shape=" + kind, b"word=" + word, b"before=" + before, b"next=" + after]
    if before in (b".", b"!", b"?"):
        features.append(b"start=" + kind)
    framed = b"^" + word + b"$"
    features += [b"gram=" + framed[at : at + size] for size in range(2, 6) for at in range(len(framed) - size + 1)]
    scores = [0] * len(TAGS)
    for feature in features:
        for number, weight in WEIGHTS.get(feature, ()):
            scores[number] += weight
    return scores


def is_word(token):
    return token[0] >= 0x80 or token[:1].isalpha()


def shape(token):
    if token[:1].isdigit():
        return b"number"
    if not is_word(token):
        return b"mark"
    capitals = sum(0x41 <= byte <= 0x5A for byte in token)
    if capitals == 0:
        return b"lower"
    if capitals == 1 and 0x41 <= token[0] <= 0x5A:
        return b"title"
    return b"upper" if capitals == len(token) else b"mixed"


def add_gazetteer(words, scores):
    """Looks every run of one to three words up, and adds to the tags of those that are a name or nearly one."""
    for first in range(len(words)):
        run = b""
        for last in range(first, min(first + LONGEST_NAME, len(words))):
            if not is_word(words[last]):
                break
            run = run + b" " + words[last] if run else words[last]
            for begin, score in lookup(run).items():
                scores[first][begin] += score
                for i in range(first + 1, last + 1):
                    scores[i][begin + 1] += score


def lookup(run):
    """The labels, as their B tags, of the names that are a few edits away, with the best score of each."""
    candidates = set()
    for left in deletions(run):
        candidates.update(GAZETTEER.get(left, ()))
    found = {}
    for name, begin in candidates:
        distance = edit_distance(run, name)
        if distance <= most_edits(run):
            found[begin] = max(found.get(begin, 0), SCORE_AT_DISTANCE[distance])
    return found


def edit_distance(a, b):
    """How many bytes must be changed, added or removed to make `b` of `a` (Levenshtein)."""
    above = list(range(len(b) + 1))
    for i, x in enumerate(a):
        row = [i + 1]
        for j, y in enumerate(b):
            row.append(min(above[j] + (x != y), above[j + 1] + 1, row[j] + 1))
        above = row
    return above[-1]


def best_path(scores):
    """The tags of the highest sum (Viterbi, of second order); of equal ones, the tag that comes first in TAGS."""
    # best[b][a]: the best sum of a path that ends with the tags a, b. Before the text stand two O.
    every = range(len(TAGS))
    best = [[IMPOSSIBLE] * len(TAGS) for _ in every]
    best[0][0] = 0
    came_from = []
    for emissions in scores:
        sums = []
        choices = []
        for tag in every:
            emitted = emissions[tag]
            row = []
            chosen = []
            for before, added in zip(best, TRANSITIONS[tag]):
                ways = [so_far + weight for so_far, weight in zip(before, added)]
                highest = max(ways)
                row.append(highest + emitted)
                chosen.append(ways.index(highest))
            sums.append(row)
            choices.append(chosen)
        best = sums
        came_from.append(choices)
    _, tag, before = max((best[tag][before], -tag, -before) for tag in every for before in every)
    tag, before = -tag, -before
    path = []
    for choices in reversed(came_from):
        path.append(tag)
        tag, before = before, choices[tag][before]
    return path[::-1]


def entities(path, tokens, source):
    spans = []
    for tag, (_, start, end) in zip(path, tokens):
        part, _, label = TAGS[tag].partition("-")
        if part == "B":
            spans.append([label, start, end])
        elif part == "I":
            spans[-1][2] = end
    return [
        {"text": source[start:end].decode(), "label": label, "start": start, "end": end}
        for label, start, end in spans
    ]
