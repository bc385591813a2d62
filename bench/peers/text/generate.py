#!/usr/bin/env python3
"""Makes gazetteer.tsv, of invented names, the `gram=` lines of weights.tsv, and cases.json, of what
tagger.py answers. Run it after a change of any of them.

The same numbers come out on every machine: they are from a generator written out here.
"""

import json
from pathlib import Path

FOLDER = Path(__file__).parent

# The names that paragraph.txt is about.
TOLD = {
    "PERSON": ["Ilsabet Marren", "Dorrin Marren", "Edric Holmsund", "Maud Ketterling", "Ilsabet", "Dorrin", "Edric"],
    "PLACE": ["Oldmere", "Tessaly", "Vantrey", "Port Callow", "Lower Marches"],
    "WATER": ["Sarnow Canal", "River Aune"],
    "GROUP": ["Harbour Society", "Aune Navigation Company", "Tessaly University"],
    "WORK": ["Vantrey Chronicle", "Atlas"],
    "BUILDING": ["Callow Museum"],
    "EVENT": ["Great Flood"],
}
ONSETS = "b br c ch d dr f fl g gr h j k l m n p qu r s sk st t th tr v w wh z".split()
VOWELS = "a e i o u ai ea ie oa ou".split()
CODAS = "b d g k l ll m n nd ng r rn rt s sk st t th x y".split()
# How many names of a label there are, and what they end with.
ENDINGS = {
    "PERSON": (300, None),
    "PLACE": (250, "bridge burgh by dale fell field ford ham haven mere mouth ness stead thorpe ton wick"),
    "WATER": (100, " canal| lake| bay| sound| strait| falls"),
    "GROUP": (100, " academy| bank| college| company| council| guild| institute| society| trust| union"),
    "WORK": (100, " almanac| ballads| chronicle| gazette| herald| letters| lexicon| memoirs| register| sonnets"),
    "BUILDING": (75, " castle| abbey| museum| lock| lighthouse| tower| theatre| hall"),
    "EVENT": (75, " flood| war| siege| treaty| fair| rising| famine| election"),
}


class Dice:
    """A linear congruential generator, with Knuth's constants."""

    def __init__(self, seed):
        self.state = seed

    def below(self, limit):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % limit

    def choose(self, choices):
        return choices[self.below(len(choices))]


def word(dice, syllables):
    return "".join(dice.choose(ONSETS) + dice.choose(VOWELS) for _ in range(syllables)) + dice.choose(CODAS)


def invented(dice, endings):
    stem = word(dice, 1 + dice.below(2))
    if endings is None:
        return stem + " " + word(dice, 1 + dice.below(2)) if dice.below(2) else stem
    return stem + dice.choose(endings.split("|") if "|" in endings else endings.split())


def gazetteer():
    """Pairs of a label and a name."""
    dice = Dice(seed=1)
    for label, (count, endings) in ENDINGS.items():
        names = dict.fromkeys(name.lower() for name in TOLD[label])
        while len(names) < count:
            names[invented(dice, endings)] = None
        for name in names:
            yield label, name


def grams(names):
    """Features for the pieces of words that stand, nearly always, in names of one label."""
    counts = {}
    for label, name in names:
        for framed in (f"^{part}$" for part in name.split()):
            for gram in {framed[at : at + size] for size in range(2, 6) for at in range(len(framed) - size + 1)}:
                of_label = counts.setdefault(gram, {})
                of_label[label] = of_label.get(label, 0) + 1
    for gram, of_label in sorted(counts.items()):
        label = max(of_label, key=of_label.get)
        total = sum(of_label.values())
        if total >= 3 and of_label[label] * 5 >= total * 4:
            yield f"gram={gram}\tB-{label}\t1\n"
            yield f"gram={gram}\tI-{label}\t1\n"


def texts(paragraph):
    yield ""
    yield " \n\t"
    yield "Oldmere"
    yield "oldmere, OLDMERE and oldMere; Oldmeer, Oldmer, Oldmeree and Odlmere."
    yield "Who was Edric Holmsund? Edric Holmsnd! Dr Zwelthorpe-Quine met O'Brannagh in 1849."
    yield 'Ilsabet\nMarren said "no\\never" at Port\tCallow.'
    yield "Zoë Åkerström of Saint-Rémy wrote “Élégies” — and 東京 too 🚢."
    yield "' - -- a- -b c'd' e--f 12th 3.5 \x7f \x01 Vantrey\x02Chronicle"
    yield "The River Aune River Aune River Aune"
    yield paragraph.swapcase()
    for start in range(0, 120, 24):
        yield " ".join(paragraph.split()[start : start + 24])
    yield paragraph


def main():
    names = list(gazetteer())
    (FOLDER / "gazetteer.tsv").write_text("".join(f"{label}\t{name}\n" for label, name in names), "utf-8")
    by_hand = (FOLDER / "weights.tsv").read_text("utf-8").splitlines(keepends=True)
    by_hand = [line for line in by_hand if not line.startswith("gram=")]
    (FOLDER / "weights.tsv").write_text("".join([*by_hand, *grams(names)]), "utf-8")
    import tagger  # reads what was just written

    cases = [{"text": text, "answer": tagger.tag_json(text).decode()} for text in texts(tagger.PARAGRAPH)]
    (FOLDER / "cases.json").write_text(json.dumps(cases, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
