"""Drawn résumés: JSON Resume documents as people and tools write them."""

from typing import Any

from hypothesis import strategies as st

Json = dict[str, Any]

text = st.text(max_size=12)
date = st.sampled_from(["", "2020", "2020-03", "2020-03-14", "1999-19-39", "May 2014", "05/2014", None, 2019])
end = date | st.sampled_from(["Present", "heute"])
texts = st.lists(text, max_size=3)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=5,
)


def entries(*shapes: st.SearchStrategy[Any], most: int = 3) -> st.SearchStrategy[list[Any]]:
    """A list of entries, with others that the profile does not show."""
    return st.lists(
        st.one_of(*shapes, st.none(), st.just({"category": "Kitchen", "items": ["Knives"]})), max_size=most
    )


def part(**properties: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """An object with some of the properties, older names of them, and others."""
    older = st.fixed_dictionaries(
        {}, optional=dict.fromkeys(("company", "website", "gpa", "picture", "x-other"), anything)
    )
    known = st.fixed_dictionaries(
        {}, optional={name.rstrip("_"): value for name, value in properties.items()}
    )
    return st.builds(lambda extra, own: extra | own, older, known)


SECTIONS = {
    "basics",
    "work",
    "volunteer",
    "education",
    "awards",
    "publications",
    "skills",
    "languages",
    "interests",
}
SECTIONS |= {"references", "projects", "meta"}
documents = part(
    basics=part(
        name=text,
        label=text,
        summary=text,
        email=text,
        location=part(city=text, countryCode=st.sampled_from(["", "de", "DE", "Germany"]), region=text),
        profiles=entries(part(network=text, url=text), most=2),
    ),
    work=entries(part(name=text, position=text, startDate=date, url=text, highlights=texts), most=3),
    volunteer=entries(part(organization=text, endDate=end, summary=text), most=2),
    education=entries(part(institution=text, score=text, courses=texts), most=2),
    awards=entries(part(title=text, date=date), most=2),
    publications=entries(part(name=text, releaseDate=date), most=2),
    skills=entries(
        part(name=st.sampled_from(["", "Go", "go", "Rust"]), level=text, keywords=texts),
        st.sampled_from(["Go", "Baking"]),
        most=4,
    ),
    languages=entries(part(language=text, fluency=text), most=2),
    interests=entries(part(name=text, keywords=texts), most=2),
    references=entries(part(name=text, reference=text), most=2),
    projects=entries(part(name=text, type=text, roles=texts), most=2),
    meta=part(version=text, foothold=anything | part(careerGoals=anything, constraints=anything)),
).filter(lambda document: not document or SECTIONS & document.keys())
