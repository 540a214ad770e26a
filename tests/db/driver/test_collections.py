"""Every collection is declared, once, and says whether it is personal."""

import ast
from pathlib import Path
from types import ModuleType

import pytest

import db
from db.career_actions import CareerActionStore
from db.collections import all_collections, collections_of
from db.driver.client import Database
from db.driver.collections import KeptCollection, PersonalCollection, personal
from db.driver.records import Document
from resolvers.wiring.features import FEATURES
from tests.support.accounts_world import undeclared
from tests.support.factories import an_action

MODULES = sorted(Path(db.__file__).parent.rglob("*.py"))


def literal_names(source: str) -> list[str]:
    """Names of collections that are written out instead of taken from a declaration."""
    return [
        str(node.slice.value)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Subscript)
        and "database" in ast.unparse(node.value)
        and isinstance(node.slice, ast.Constant)
    ]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_stores_open_declared_collections_only(path: Path) -> None:
    assert literal_names(path.read_text()) == []


def test_a_store_that_opens_another_one_is_found() -> None:
    assert literal_names('self._secrets = database["secrets"]') == ["secrets"]


async def test_a_collection_that_declares_nothing_is_found_in_a_used_database(database: Database) -> None:
    await CareerActionStore(database).insert([an_action("p")])
    assert await undeclared(database) == set()
    await database["secrets"].insert_one({})
    assert await undeclared(database) == {"secrets"}


def test_one_name_is_declared_once() -> None:
    module = ModuleType("notes")
    module.__dict__.update(one=KeptCollection("notes", "Shared."), two=KeptCollection("notes", "Shared."))
    with pytest.raises(ValueError, match="notes is declared twice"):
        collections_of([module])


def test_every_kept_collection_says_why() -> None:
    kept = [each for each in all_collections() if isinstance(each, KeptCollection)]
    assert kept
    assert not [each.name for each in kept if not each.not_personal.endswith(".")]


def test_every_section_of_the_export_is_shown_by_a_feature() -> None:
    sections = [each.name for each in personal(all_collections()) if not isinstance(each.export, str)]
    shown = [exported.collection.name for feature in FEATURES for exported in feature.exports]
    assert sorted(shown) == sorted(sections)


def test_the_profile_is_deleted_last() -> None:
    assert [each.name for each in personal(all_collections())][-1] == "profiles"


def test_a_collection_without_a_section_is_no_list_of_the_export() -> None:
    elsewhere: PersonalCollection[Document] = PersonalCollection("notes", export="in the profile")
    with pytest.raises(TypeError, match="in the profile"):
        assert elsewhere.section
