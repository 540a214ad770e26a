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


@pytest.mark.parametrize(
    "text",
    [
        "€ 3.500,- brutto p.M.",
        "KV-Mindestgehalt 2.500 € (14x jährlich)",
        "TVöD E13, 4.629 € bis 6.500 €",
        "18,50 € die Stunde",
        "SMIC 1 801,80 € brut",
        "1.800 € brutos al mes en 14 pagas",
        "€3.000,- tot €4.000,- p/m",
        "3.000 tot 4.000 euro bruto per mnd",
        "maandsalaris 14.500 euro",
        "schaal 11, € 4.332 - € 5.929",
        "1.600 euro lordi mensili x 14 mensilità",
        "8000 zł/mc",
        "12 000 - 15 000 zł brutto / msc",
        "45 000 kr i månaden",
        "45 000 SEK",
        "$14,500 biweekly",
        "$13,000 every month",
        "¥300,000",
    ],
)
def test_pay_that_may_be_of_a_month_stays_text(text: str) -> None:
    salary = read_salary(text)
    assert (salary.text, salary.minimum, salary.maximum) == (text, None, None)


@pytest.mark.parametrize(
    ("text", "minimum", "maximum", "currency"),
    [
        ("ab 50.000 € Jahresgehalt", 50000, None, "EUR"),
        ("mindestens 42.000 EUR", 42000, None, "EUR"),
        ("bis zu 60.000 € p.a.", None, 60000, "EUR"),
        ("bis 60.000 € jährlich", None, 60000, "EUR"),
        ("55 bis 65 Tausend Euro", 55000, 65000, "EUR"),
        ("13 Monatsgehälter, 52.000 €", 52000, 52000, "EUR"),
        ("95’000.- bis 110’000.- Fr.", 95000, 110000, "CHF"),
        ("à partir de 38 000 €", 38000, None, "EUR"),
        ("jusqu'à 60 000 € annuels", None, 60000, "EUR"),
        ("45 à 55 k€ brut/an", 45000, 55000, "EUR"),
        ("entre 45K€ et 55K€ selon profil", 45000, 55000, "EUR"),
        ("desde 28.000 €", 28000, None, "EUR"),
        ("hasta 40.000 € b/a", None, 40000, "EUR"),
        ("55 mil euros", 55000, 55000, "EUR"),
        ("vanaf € 45.000", 45000, None, "EUR"),
        ("tot € 60.000 bruto per jaar", None, 60000, "EUR"),
        ("€ 48.000,- tot € 60.000,- per jaar", 48000, 60000, "EUR"),
        ("od 120 000 PLN rocznie", 120000, None, "PLN"),
        ("do 150 tys. zł brutto rocznie", None, 150000, "PLN"),
        ("RAL: 30.000/35.000 euro", 30000, 35000, "EUR"),
        ("da 28.000 € annui", 28000, None, "EUR"),
        ("fino a 40.000 € lordi annui", None, 40000, "EUR"),
        ("$95,000.00/yr - $120,000.00/yr", 95000, 120000, "USD"),
        ("₹12,00,000 - ₹18,00,000 per annum", 1200000, 1800000, "INR"),
        ("年収600万円〜800万円", 6000000, 8000000, "JPY"),
        ("7,500 EUR a year", 7500, 7500, "EUR"),
        # Numbers that are no pay.
        ("E 13 TV-L, 55.000 € - 65.000 €", 55000, 65000, "EUR"),
        ("Ref. 12345, £40,000", 40000, 40000, "GBP"),
        ("£28,000 pro rata (£16,800 actual)", 28000, 28000, "GBP"),
        ("Gehalt 50.000 €, 2.000 € Weiterbildungsbudget", 50000, 50000, "EUR"),
        ("€60,000 (35 hours per week)", 60000, 60000, "EUR"),
        ("60.000 € bei 38,5 Stunden pro Woche", 60000, 60000, "EUR"),
        ("48 000 € pour 39 h par semaine", 48000, 48000, "EUR"),
        ("€50,000 per year, paid monthly", 50000, 50000, "EUR"),
    ],
)
def test_a_years_pay_is_read_in_the_words_of_other_languages(
    text: str, minimum: int | None, maximum: int | None, currency: str
) -> None:
    salary = read_salary(text)
    assert (salary.minimum, salary.maximum, salary.currency) == (minimum, maximum, currency)
