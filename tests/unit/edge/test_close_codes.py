"""The enum of close codes is the protocol's documentation: decision 17 shows it, word for word."""

import ast
from pathlib import Path

from websockets.frames import CLOSE_CODE_EXPLANATIONS
from websockets.frames import CloseCode as Registered

from resolvers.edge.close_codes import CloseCode, close_code_table

ROOT = Path(__file__).parents[3]


def test_the_documented_table_is_the_enum() -> None:
    documented = (ROOT / "docs" / "decisions" / "0017-edge.md").read_text()
    rows = [row for row in documented.splitlines() if row[2:6].isdigit()]
    assert "\n".join(rows) == close_code_table()


def test_registered_codes_mean_what_the_registry_says() -> None:
    for code in CloseCode:
        if code < 3000:
            assert code.name in (Registered(code).name, "PROTOCOL_ERROR"), code
            assert code in CLOSE_CODE_EXPLANATIONS


def test_no_module_closes_with_a_bare_number() -> None:
    numbers = {code.value for code in CloseCode}
    for file in (ROOT / "resolvers").rglob("*.py"):
        if file.name != "close_codes.py":
            used = {
                node.value for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Constant)
            }
            assert not used & (numbers - {4400}), file  # with which the range of all of them begins
