"""Makes services/reference/data/ordinary.txt: English words that sentences write in small letters.

    python .ci/ordinary_words.py FOLDER

FOLDER is that of ``.ci/reference.py``. A word counts that O*NET's tasks or ESCO's descriptions and labels have in small
letters at least twice and more often than with a capital, unless it is far more often the first of a product's name.
"""

import csv
import re
import sys
from collections import Counter
from pathlib import Path

TARGET = Path(__file__).parent.parent / "services/reference/data/ordinary.txt"
_WORD = re.compile(r"[A-Za-z][A-Za-z'-]*")


def main(folder: Path) -> None:
    small: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    texts = [line.split("\t")[2] for line in _lines(folder / "onet" / "Task Statements.txt")]
    with (folder / "esco" / "occupations_en.csv").open(encoding="utf-8", newline="") as file:
        texts += [row["description"] for row in csv.DictReader(file)]
    for text in texts:
        for sentence in re.split(r"[.!?]\s", text):
            for word in _WORD.findall(sentence)[1:]:  # the first has a capital whatever it is
                (small if word.islower() else capital)[word.lower()] += 1
    for line in _lines(folder / "esco" / "labels_en.tsv"):
        small.update(word for word in _WORD.findall(line.split("\t")[1]) if word.islower())
    names: Counter[str] = Counter()
    for line in _lines(folder / "onet" / "Technology Skills.txt"):
        names.update(word.lower() for word in _WORD.findall(line.split("\t")[1])[:1])
    found = [
        word
        for word, count in small.items()
        if count >= 2 and capital[word] < count and names[word] <= 2 * count
    ]
    TARGET.write_text("".join(f"{word}\n" for word in sorted(found)), "utf-8")
    sys.stdout.write(f"{TARGET.name}: {len(found)} words, {TARGET.stat().st_size} bytes\n")


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines()[1:]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
