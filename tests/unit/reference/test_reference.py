"""The tables that are shipped, the script that makes them, and how titles and texts are read with them."""

import csv
import importlib.util
import json
import zlib
from pathlib import Path
from types import ModuleType

import pytest

from services.kit.words.terms import words
from services.reference import occupations, tables
from services.reference.languages import LANGUAGES, alternatives, language_of, plain_title
from services.reference.occupations import alike, best, by_concepts, by_words, title_concepts, with_pairs

ROOT = Path(__file__).parents[3]
SHIPPED = ROOT / "services" / "reference" / "data"


@pytest.fixture
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reference_script", ROOT / ".ci" / "reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def published(folder: Path) -> Path:
    """Two occupations and two concepts in the shape of the published files."""
    onet, esco = folder / "onet", folder / "esco"
    onet.mkdir(parents=True)
    esco.mkdir()
    head = "O*NET-SOC Code\tTitle\tDescription\n"
    (onet / "Occupation Data.txt").write_text(
        f"{head}1\tBakers\tMix and bake bread.\n2\tPlumbers\tInstall pipes.\n", "utf-8"
    )
    (onet / "Alternate Titles.txt").write_text("a\tb\tc\td\n1\tPastry Maker\tn/a\t08\n", "utf-8")
    (onet / "Sample of Reported Titles.txt").write_text("a\tb\tc\n2\tPipe Fitter\tY\n", "utf-8")
    (onet / "Task Statements.txt").write_text("a\tb\tc\td\n1\t7\tKnead dough.\tCore\n", "utf-8")
    (onet / "Technology Skills.txt").write_text("a\tb\tc\td\te\n2\tAutoCAD\t1\tCAD software\tY\n", "utf-8")
    with (esco / "occupations_en.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["conceptUri", "description"])
        writer.writerow(["http://data.europa.eu/esco/occupation/b", "Bakers make bread."])
    for code in LANGUAGES:
        names = ("Bäcker/Bäckerin", "Klempner") if code == "de" else ("baker", "plumber")
        lines = [f"occupation/{id_}\t{name}" for id_, name in zip("bp", names, strict=True)]
        (esco / f"labels_{code}.tsv").write_text("\n".join(lines) + "\n", "utf-8")
    return folder


def built(script: ModuleType, source: Path, into: Path) -> dict[str, bytes]:
    script.DATA = into  # type: ignore[attr-defined]
    script.main(source)
    return {path.name: path.read_bytes() for path in sorted(into.iterdir())}


def test_the_same_files_make_the_same_tables(script: ModuleType, tmp_path: Path) -> None:
    source = published(tmp_path / "published")
    first, second = built(script, source, tmp_path / "one"), built(script, source, tmp_path / "two")
    assert first == second
    assert first.keys() == {
        "VERSION",
        "onet.table",
        "concepts.table",
        *(f"esco-{code}.table" for code in LANGUAGES),
    }
    with (source / "onet" / "Task Statements.txt").open("a", encoding="utf-8") as file:
        file.write("2\t8\tSolder copper joints.\tCore\n")
    changed = built(script, source, tmp_path / "three")
    assert changed["VERSION"] != first["VERSION"]


def test_a_title_in_another_language_reaches_the_occupation_by_its_concept(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built(script, published(tmp_path / "published"), tmp_path / "data")
    monkeypatch.setattr(tables, "_DATA", tmp_path / "data")
    caches = (tables.table, tables.version, occupations._words, occupations._concepts)
    for each in caches:
        each.cache_clear()
    try:
        assert nearest("Bäckerin") == "Bakers"
        assert nearest("Klempner") == "Plumbers"
    finally:
        for each in caches:
            each.cache_clear()


def nearest(title: str, code: str | None = None) -> str:
    concepts, _ = title_concepts(title, code)
    likeness = best(by_concepts(best(concepts, occupations.KEPT_CONCEPTS, 2.0)), occupations.KEPT)
    return occupations.title_of(next(iter(likeness)))


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.table")), ids=lambda path: str(path.name))
def test_each_table_names_its_source_and_licence(path: Path) -> None:
    facts = json.loads(zlib.decompress(path.read_bytes()).partition(b"\n")[0])
    assert facts["format"] == tables.FORMAT
    assert "ESCO" in facts["source"] or "O*NET" in facts["source"]
    assert facts["licence"]


def test_the_tables_are_small_and_their_origin_is_told() -> None:
    shipped = list(SHIPPED.glob("*.table"))
    assert len(shipped) == 2 + len(LANGUAGES)
    assert sum(path.stat().st_size for path in shipped) < 6_000_000
    notice = (SHIPPED / "NOTICE.md").read_text("utf-8")
    assert "CC BY 4.0" in notice
    assert "O*NET" in notice
    assert "ESCO" in notice


TRADES = {
    "Bookkeeping, Accounting, and Auditing Clerks": {"de": "Buchhalterin (m/w/d)", "es": "contable"},
    "Accountants and Auditors": {"en": "Accountant", "fr": "Comptable", "pl": "księgowy"},
    "Light Truck Drivers": {"de": "LKW-Fahrer", "fr": "chauffeur routier", "nl": "vrachtwagenchauffeur"},
    "Software Developers": {
        "de": "Softwareentwickler:in",
        "fr": "Développeuse",
        "nl": "softwareontwikkelaar",
    },
    "Chefs and Head Cooks": {"en": "Sous Chef", "fr": "cuisinière", "es": "cocinera"},
    "Electricians": {"de": "Elektriker", "fr": "électricien", "es": "electricista"},
}


@pytest.mark.parametrize(
    ("occupation", "code", "title"),
    [(name, code, title) for name, titles in TRADES.items() for code, title in titles.items()],
)
def test_a_title_is_read_in_the_language_it_is_written_in(occupation: str, code: str, title: str) -> None:
    assert nearest(title, code) == occupation
    assert nearest(title) == occupation


def test_a_compound_is_read_by_its_parts() -> None:
    assert "Truck Drivers" in nearest("Betonmischfahrer", "de")


def test_english_that_no_label_has_is_not_taken_for_another_language() -> None:
    for title in ("Senior Kernel Engineer", "Postdoctoral Researcher", "Head of Sales EMEA"):
        assert title_concepts(title, None)[1] == "en"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("we are looking for a nurse who can work in the evening with a small team", "en"),
        ("wir suchen eine erzieherin fur die betreuung von kindern mit dem team", "de"),
        ("nous recherchons une infirmiere pour le service de nuit dans une clinique", "fr"),
        ("buscamos una enfermera para el turno de noche en la clinica con experiencia", "es"),
        ("wij zoeken een verpleegkundige voor de nachtdienst op onze afdeling", "nl"),
        ("szukamy pielegniarki do pracy na nocnym dyzurze w szpitalu oraz w domu", "pl"),
        ("nurse", None),
    ],
)
def test_small_words_tell_the_language(text: str, code: str | None) -> None:
    assert language_of(text) == code


def test_marks_of_gender_are_no_words() -> None:
    assert plain_title("Erzieher:in (m/w/d)").split() == ["Erzieher"]
    assert plain_title("MitarbeiterIn").split() == ["Mitarbeiter"]
    assert alternatives("Bäcker/Bäckerin") == ["Bäcker", "Bäckerin"]


def test_texts_of_one_trade_are_alike_and_of_two_are_not() -> None:
    def likeness(text: str) -> dict[int, float]:
        weighted: dict[str, float] = {}
        with_pairs(words(text), 1.0, weighted)
        return best(by_words(weighted), occupations.KEPT)

    ward = likeness("Cares for patients on a surgical ward, gives medication and documents wounds.")
    nurse = likeness("Assessed patients, administered medications and dressed wounds in a hospital.")
    kernel = likeness("Writes device drivers in C and debugs the kernel of an operating system.")
    assert alike(ward, nurse) > 0.7
    assert alike(nurse, kernel) < 0.2
    assert sum(value * value for value in ward.values()) == pytest.approx(1.0)
