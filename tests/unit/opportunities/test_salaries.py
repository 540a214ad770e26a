"""Pay as people write it: with cents, periods and sums beside it. What is not certain stays text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.opportunities.salaries import read_salary

AMOUNTS = st.integers(12, 400).map(lambda thousands: thousands * 1000)
WRITTEN = st.sampled_from(
    ["{:,}", "{:,}.00", "k", "DOT", "DOT,00", "APOSTROPHE"]
)  # DOT: as it is written in Germany
ASIDE = st.sampled_from(
    ["", " + 10% bonus", " plus equity", " (2026)", "; up to $5,000 sign-on", ", €3,000 relocation"]
)
BEFORE = st.sampled_from(["", "Salary band 2026: ", "Pay in 2025: ", "100 %: "])
PERIODS = [
    "im Monat",
    "pro Monat",
    "/month",
    "par mois",
    "al mes",
    "per maand",
    "al mese",
    "por mês",
    "miesięcznie",
]
PERIODS += [
    "per hour",
    "pro Stunde",
    "/h",
    "mensuel",
    "monatlich",
    "mtl. brutto",
    "a day",
    "par jour",
    "la semana",
]


def written(amount: int, form: str) -> str:
    if form.startswith("DOT"):
        return f"{amount:,}".replace(",", ".") + form.removeprefix("DOT")
    if form == "APOSTROPHE":
        return f"{amount:,}".replace(",", "'")
    return f"{amount // 1000}k" if form.endswith("k") else f"{amount:,}" + form.removeprefix("{:,}")


@given(low=AMOUNTS, more=AMOUNTS, form=WRITTEN, before=BEFORE, aside=ASIDE)
def test_a_range_is_read_with_its_cents_and_without_what_is_no_pay(
    low: int, more: int, form: str, before: str, aside: str
) -> None:
    high = low + more
    salary = read_salary(f"{before}€{written(low, form)} – €{written(high, form)}{aside}")
    assert (salary.minimum, salary.maximum, salary.currency) == (low, high, "EUR")


@given(amount=AMOUNTS, form=WRITTEN, before=BEFORE, aside=ASIDE)
def test_one_amount_is_one_amount(amount: int, form: str, before: str, aside: str) -> None:
    salary = read_salary(f"{before}£{written(amount, form)}{aside}")
    assert (salary.minimum, salary.maximum) == (amount, amount)


@pytest.mark.parametrize("period", PERIODS)
@given(amount=st.integers(1, 9), form=st.sampled_from(["DOT", "{:,}", "DOT,00"]))
def test_pay_of_another_period_stays_text(period: str, amount: int, form: str) -> None:
    text = f"{written(amount * 1000, form)} € {period}"
    salary = read_salary(text)
    assert (salary.text, salary.minimum, salary.maximum) == (text, None, None)
