"""Makes the tables of services/reference/data from the files that O*NET and ESCO publish.

    python .ci/reference.py FOLDER

FOLDER/onet has the text files of the O*NET database ("Occupation Data.txt", "Alternate Titles.txt", "Sample of
Reported Titles.txt", "Task Statements.txt", "Technology Skills.txt"); FOLDER/esco has "occupations_en.csv" as ESCO
publishes it, and a file "labels_CODE.tsv" for each language: concept, tab, label. A crosswalk between the two is
neither needed nor read: it stays a measure of what comes out. The same files make the same tables, byte for byte.
"""

import csv
import hashlib
import math
import sys
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from services.kit.words.terms import words
from services.reference import occupations, tables
from services.reference.languages import LANGUAGES, Language, alternatives
from services.reference.tables import Rows, Words, as_rarity, as_rows, packed, word_id

DATA = Path(occupations.__file__).parent / "data"
SOURCE_ONET = (
    "O*NET database by the U.S. Department of Labor, Employment and Training Administration (USDOL/ETA)"
)
LICENCE_ONET = "CC BY 4.0; changed: counted, weighted and cut"
SOURCE_ESCO = "ESCO, European Skills, Competences, Qualifications and Occupations, European Commission"
LICENCE_ESCO = "Commission Decision 2011/833/EU on reuse; changed: counted, weighted and cut"

MOST_WORDS = 22_000
MOST_OCCUPATIONS = 40  # of a word, and of a concept
MOST_CONCEPTS = 60  # of a word


def main(folder: Path) -> None:
    onet = Onet(folder / "onet")
    written = {"onet": onet.table()}
    descriptions = _descriptions(folder / "esco" / "occupations_en.csv")
    labels = {code: _labels(folder / "esco" / f"labels_{code}.tsv") for code in LANGUAGES}
    concepts = sorted({concept for each in labels.values() for concept in each})
    written["concepts"] = _concepts(onet, concepts, labels["en"], descriptions)
    for code, each in labels.items():
        written[f"esco-{code}"] = _labelled(LANGUAGES[code], each, concepts)
    DATA.mkdir(exist_ok=True)
    digest = hashlib.sha256(b"".join(written[name] for name in sorted(written)))
    version = f"{tables.FORMAT}-{digest.hexdigest()[:16]}"
    for name, data in written.items():
        (DATA / f"{name}.table").write_bytes(data)
        sys.stdout.write(f"{name}: {len(data)} bytes\n")
    (DATA / "VERSION").write_text(version + "\n", "utf-8")
    sys.stdout.write(f"{version}: {sum(map(len, written.values()))} bytes\n")


class Onet:
    """O*NET's occupations as unit vectors over words and pairs of words."""

    def __init__(self, folder: Path) -> None:
        self.titles: dict[str, str] = {}
        counts: dict[str, dict[str, float]] = {}
        for code, title, description in _rows(folder / "Occupation Data.txt"):
            self.titles[code] = title
            counts[code] = defaultdict(float)
            _add(counts[code], title, 4.0)
            _add(counts[code], description, 1.0)
        titles: dict[str, set[str]] = defaultdict(set)
        for name in ("Alternate Titles.txt", "Sample of Reported Titles.txt"):
            for code, title, *_ in _rows(folder / name):
                titles[code].add(title)
        for code, found in titles.items():
            for title in sorted(found):
                _add(counts[code], title, 1.5)
        for code, _, task, *_ in _rows(folder / "Task Statements.txt"):
            _add(counts[code], task, 0.7)
        for code, example, _, commodity, *_ in _rows(folder / "Technology Skills.txt"):
            _add(counts[code], example, 0.7, prose=False)
            _add(counts[code], commodity, 0.2, prose=False)
        self.codes = list(counts)
        spread = Counter(word for found in counts.values() for word in found)
        total = len(self.codes)
        self.rarity = {word: math.log(total / number) for word, number in spread.items()}
        self.vectors: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for at, code in enumerate(self.codes):
            vector = {
                word: math.log1p(count) * self.rarity[word]
                for word, count in counts[code].items()
                if " " not in word or spread[word] > 1
            }
            length = math.sqrt(math.fsum(value * value for value in vector.values()))
            for word, value in vector.items():
                self.vectors[word].append((at, value / length))
        self._keep()

    def _keep(self) -> None:
        """Keep the words that say most, and of each the occupations that it says it of."""
        mass = {
            word: math.sqrt(math.fsum(value * value for _, value in row))
            for word, row in self.vectors.items()
        }
        # A pair has to say more than a word to be kept: there are many more of them.
        kept = sorted(mass, key=lambda word: (-mass[word] * (0.6 if " " in word else 1.0), word))[:MOST_WORDS]
        self.vectors = defaultdict(list, {word: _most(self.vectors[word], MOST_OCCUPATIONS) for word in kept})

    def likeness(self, weighted: Mapping[str, float]) -> dict[int, float]:
        found: dict[int, float] = defaultdict(float)
        for word, weight in weighted.items():
            for at, value in self.vectors.get(word, ()):
                found[at] += weight * self.rarity[word] * value
        return found

    def table(self) -> bytes:
        facts = {
            "source": SOURCE_ONET,
            "licence": LICENCE_ONET,
            "titles": [self.titles[code] for code in self.codes],
            "codes": self.codes,
        }
        return _words_table(facts, self.vectors, self.rarity)


def _words_table(
    facts: Mapping[str, object], rows: Mapping[str, Sequence[tuple[int, float]]], rarity: Mapping[str, float]
) -> bytes:
    """Pack the words in the order of their numbers; of two with the same number the first in the alphabet stays."""
    by_id = {word_id(word): word for word in sorted(rows, reverse=True)}
    ordered = [by_id[id_] for id_ in sorted(by_id)]
    arrays = {
        "ids": array("I", sorted(by_id)),
        "rarities": array("B", [as_rarity(rarity[word]) for word in ordered]),
        **as_rows([rows[word] for word in ordered]),
    }
    return packed(dict(facts), arrays)


def _concepts(
    onet: Onet,
    concepts: Sequence[str],
    labels: Mapping[str, Sequence[str]],
    descriptions: Mapping[str, str],
) -> bytes:
    """Pack how much each concept reads like each occupation, by its English labels and its description."""
    rows = []
    for concept in concepts:
        counts: dict[str, float] = defaultdict(float)
        for at, label in enumerate(labels.get(concept, ())):
            _add(counts, label, 2.0 if at == 0 else 1.0)
        _add(counts, descriptions.get(concept, ""), 0.5)
        found = onet.likeness({word: math.log1p(count) for word, count in counts.items()})
        rows.append(list(occupations.best(found, MOST_OCCUPATIONS, 1.0).items()))
    facts = {"source": f"{SOURCE_ESCO}; {SOURCE_ONET}", "licence": LICENCE_ESCO}
    return packed(facts, as_rows(rows))


def _labelled(language: Language, labels: Mapping[str, Sequence[str]], concepts: Sequence[str]) -> bytes:
    """Pack the words of a language's labels, each with the concepts that have it."""
    number = {concept: at for at, concept in enumerate(concepts)}
    titles = {
        number[concept]: sorted({each for label in found for each in alternatives(label)})
        for concept, found in labels.items()
    }
    whole = {
        stem
        for found in titles.values()
        for title in found
        for stem in occupations.stems(words(title), language)
    }
    known = _known(whole)
    split = {
        concept: [_label_words(title, language, known) for title in found]
        for concept, found in titles.items()
    }
    spread = Counter(word for found in split.values() for word in {word for label in found for word in label})
    rarity = {word: math.log(1 + len(split) / count) for word, count in spread.items()}
    rows: dict[str, dict[int, float]] = defaultdict(dict)
    for concept, found in split.items():
        for label in found:
            vector = {word: weight * rarity[word] for word, weight in label.items()}
            length = math.sqrt(math.fsum(value * value for value in vector.values()))
            for word, value in vector.items():
                rows[word][concept] = max(rows[word].get(concept, 0.0), value / length)
    kept = {word: _most(list(row.items()), MOST_CONCEPTS) for word, row in rows.items()}
    facts = {
        "source": SOURCE_ESCO,
        "licence": LICENCE_ESCO,
        "language": language.code,
    }
    return _words_table(facts, kept, rarity)


def _label_words(title: str, language: Language, known: Words) -> dict[str, float]:
    found: dict[str, float] = {}
    for stem in occupations.stems(words(title), language):
        for part, weight in occupations.spread(stem, language, known):
            found[part] = max(found.get(part, 0.0), weight)
    return found


def _known(found: Iterable[str]) -> Words:
    ids = sorted({word_id(word) for word in found})
    none = Rows(array("I", [0] * (len(ids) + 1)), array("H"), array("B"))
    return Words(array("I", ids), array("B", [0] * len(ids)), none)


def _add(counts: dict[str, float], text: str, weight: float, *, prose: bool = True) -> None:
    found = words(text, prose=prose)
    for word in found:
        counts[word] += weight
    for one, other in pairwise(found):
        counts[f"{one} {other}"] += weight


def _most(row: Sequence[tuple[int, float]], most: int) -> list[tuple[int, float]]:
    return sorted(sorted(row, key=lambda entry: (-entry[1], entry[0]))[:most])


def _rows(path: Path) -> Iterator[list[str]]:
    lines = path.read_text("utf-8").splitlines()
    yield from (line.split("\t") for line in lines[1:])


def _labels(path: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for line in path.read_text("utf-8").splitlines():
        concept, label = line.split("\t", 1)
        found[concept].append(label)
    return found


def _descriptions(path: Path) -> dict[str, str]:
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row["conceptUri"].removeprefix("http://data.europa.eu/esco/"): row["description"]
            for row in csv.DictReader(file)
        }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
