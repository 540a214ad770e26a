"""Names of languages, as people write them in several languages."""

import re

from services.reference.occupations import folded

# A line is a language: its code, then its names in the languages people write résumés in, without accents.
_LINES = """
ar: arabic, arabisch, arabe, arabo, arabski
bg: bulgarian, bulgarisch, bulgare, bulgaro
ca: catalan, katalanisch, catala
cs: czech, tschechisch, tcheque, checo, cestina
da: danish, danisch, danois, danes, dansk
de: german, deutsch, allemand, aleman, tedesco, duits, niemiecki, alemao
el: greek, griechisch, grec, griego
en: english, englisch, anglais, ingles, inglese, engels, angielski
es: spanish, spanisch, espagnol, espanol, castellano, spagnolo, spaans, hiszpanski, espanhol
fi: finnish, finnisch, finnois, suomi
fr: french, franzosisch, francais, frances, francese, frans, francuski
hi: hindi
hu: hungarian, ungarisch, hongrois, hungaro, magyar
it: italian, italienisch, italien, italiano, italiaans, wloski
ja: japanese, japanisch, japonais, japones, 日本語
ko: korean, koreanisch, coreen, coreano, 한국어
nl: dutch, niederlandisch, neerlandais, neerlandes, holandes, nederlands, holenderski
no: norwegian, norwegisch, norvegien, noruego, norsk
pl: polish, polnisch, polonais, polaco, polski
pt: portuguese, portugiesisch, portugais, portugues, portugalski
ro: romanian, rumanisch, roumain, rumano
ru: russian, russisch, russe, ruso, rosyjski, русскии
sv: swedish, schwedisch, suedois, sueco, svenska
tl: tagalog, filipino
tr: turkish, turkisch, turc, turco, turkce
uk: ukrainian, ukrainisch, ukrainien, ucraniano, українська
zh: chinese, mandarin, chinesisch, chinois, chino, 中文, 普通话
"""
_CODES = {
    name.strip(): line.split(":")[0]
    for line in _LINES.strip().splitlines()
    for name in line.split(":")[1].split(",")
}


def code_of(language: str | None) -> str | None:
    """Return the code of a language by its name, written in any of the usual ones."""
    name = folded(language or "")
    return next((_CODES[word] for word in re.findall(r"\w+", name) if word in _CODES), None)
