"""German."""

import re

from db.career_actions import ActionType as T
from services.offline_coach.speech.speech import Cues, Lines, Speech, any_of

_SMALL = """
hallo danke wer bist dir dein ja nein ich habe bin mein meine meinen mich mir du was wie gelernt gemacht kann weiss will
mochte gern gerne guten tag warum wenn dass es noch schon sehr hatte war wurde er sie wir nichts niemand
keine ahnung aber weil alles
"""
LINES = Lines(
    conjunction="und",
    who_i_am="Ich bin der Coach ohne Netz: Ich arbeite nach Regeln und baue nur auf das, was Sie schreiben.",
    who_i_am_asked=(
        "Ich bin der Coach von Foothold, der ohne Netz arbeitet: eine "
        "Sammlung von Regeln, weder ein Mensch noch ein "
        "Sprachmodell. Ich kann nützliche Fragen stellen und behalten, was Sie antworten."
    ),
    echoes={
        "unfinished": ("Sie schreiben „{quote}“, und es ist gut, das so offen zu sagen.",),
        "learned": (
            "„{quote}“: Genau so etwas gehört in ein Profil.",
            "Sie schreiben „{quote}“, und das möchte ich festhalten.",
        ),
        "insight": ("„{quote}“: Das zu bemerken ist so viel wert wie das Ergebnis.",),
        "people": ("Sie schreiben „{quote}“. Menschen bleiben oft länger als die Aufgabe.",),
        "hard": ("„{quote}“ klingt nicht leicht.",),
        "enjoyed": ("„{quote}“: Das sagt etwas darüber, wo es weitergehen kann.",),
        "want": ("„{quote}“: Das ist eine Richtung, mit der man arbeiten kann.",),
        "limits": ("„{quote}“ ist gut zu wissen, denn ein Plan muss ins Leben passen.",),
        "result": (
            "Sie schreiben „{quote}“. Das kann man zeigen.",
            "„{quote}“: Das ist ein Ergebnis, nicht nur ein Vorsatz.",
        ),
        "experience": ("Sie schreiben „{quote}“. Darauf lässt sich bauen.",),
        "other": ("Sie schreiben „{quote}“, und das nehme ich auf.",),
    },
    thanks=("Danke, dass Sie mir das schreiben.", "Danke, das hilft."),
    nothing=("Auch das ist eine Antwort.", "Das ist in Ordnung, es muss nichts geben."),
    thin=("Danke. Eine kurze Antwort genügt.", "Gut, das reicht für den Anfang."),
    asked_back=(
        "Das ist eine gute Frage zum Mitnehmen, und Regeln wie meine können sie nicht für Sie beantworten.",
    ),
    greeting=("Hallo und willkommen.", "Guten Tag, schön, dass Sie da sind."),
    finished=(
        "Gut gemacht: „{title}“ ist geschafft.",
        "„{title}“ ist erledigt, und das verdient einen Moment.",
    ),
    finished_unnamed=("Gut, dass Sie das zu Ende gebracht haben.",),
    follow_ups={
        "unfinished": ("Was kam dazwischen, und welcher Teil ist trotzdem fertig geworden?",),
        "insight": ("Was werden Sie deshalb anders machen?",),
        "learned": ("Was können Sie jetzt, das Sie vorher anderen überlassen hätten?",),
        "people": ("Ist jemand dabei, mit dem Sie gern mehr machen würden, und was wäre das?",),
        "hard": ("Was hat Ihnen darüber hinweggeholfen, oder was würden Sie ein anderes Mal versuchen?",),
        "enjoyed": ("Wovon genau daran hätten Sie gern mehr?",),
        "want": (
            "Was zieht Sie daran an, und was wäre der kleinste Schritt dorthin in den nächsten zwei Wochen?",
        ),
        "limits": ("Was muss ein Vorschlag noch achten: Ort, Stunden oder Gehalt?",),
        "result": ("Was war unterwegs die schwerste Entscheidung?",),
        "experience": ("Was davon können Sie am besten, und was würden Sie lieber hinter sich lassen?",),
    },
    skill_with_level="In Ihrem Profil steht zu {skill} „{level}“: Passt das noch, und woran sieht man es?",
    skill_without_level="Wie weit sind Sie inzwischen mit {skill}: am Anfang, sicher, oder fragt man Sie um Rat?",
    by_action={
        T.REPLICATE: ("Kam dasselbe heraus wie beim Vorbild, und wo mussten Sie raten?",),
        T.COLLABORATE: (
            "Mit wem haben Sie es gemacht, und was ist entstanden, das keiner allein geschafft hätte?",
        ),
        T.START_ORG: ("Wer ist gekommen, und was haben Sie darüber erfahren, was diese Menschen brauchen?",),
        T.IDENTIFY_GAPS: ("Welche Lücke war eine echte, und woran haben Sie es gemerkt?",),
        T.VOLUNTEER: ("Worum hat man Sie gebeten, und womit kam man wieder auf Sie zu?",),
        T.BUILD_TOOLS: ("Was kann es jetzt, und wer hat es außer Ihnen ausprobiert?",),
        T.TEACH_WRITE: ("Für wen war es, und welche Frage hat Sie überrascht?",),
        T.DEVELOP_SKILLS: ("Was können Sie jetzt, das vorher nicht ging, und wie haben Sie geübt?",),
    },
    done=("Was haben Sie zuerst getan, und was gibt es jetzt, das es vorher nicht gab?",),
    learned=(
        "Was haben Sie dabei gelernt, das in keinem Buch steht, und was hat es am meisten von Ihnen verlangt?",
    ),
    people=(
        (
            "Mit wem hat es Sie zusammengebracht, und hat etwas Ihr "
            "Interesse geweckt, womit Sie nicht gerechnet haben?"
        ),
    ),
    next=("Was ändert es daran, was Sie als Nächstes tun wollen?",),
    goals=("Wie soll Ihre Arbeit in zwei oder drei Jahren aussehen?",),
    goals_from=(
        "In Ihrem Profil steht „{anchor}“, aber nicht, wohin Sie "
        "von dort wollen. Was möchten Sie als Nächstes?"
    ),
    skills=("Welche drei Fähigkeiten würde jemand zuerst nennen, der mit Ihnen gearbeitet hat?",),
    levels=(
        "Sie nennen {skills} ohne Stufe. Was davon können Sie am "
        "besten, und wofür haben Sie es zuletzt gebraucht?"
    ),
    deeds=("Was haben Sie einmal gemacht, geleitet oder in Ordnung gebracht, und was ist daraus geworden?",),
    interests=("Über welche Frage lesen Sie, auch wenn niemand Sie darum bittet?",),
    limits=("Was muss ein Vorschlag achten: Ort, Arbeit von zu Hause, Stunden in der Woche, Gehalt?",),
    unpaid=("Tun Sie etwas für andere, ohne dafür bezahlt zu werden?",),
    studies=("Was haben Sie gelernt oder sich selbst beigebracht, mit oder ohne Abschluss?",),
    languages=("In welchen Sprachen könnten Sie arbeiten?",),
    goal_known=(
        "Sie wollen „{anchor}“, steht in Ihrem Profil. Was haben "
        "Sie dafür schon versucht, und was steht im Weg?"
    ),
    project_known=(
        "In Ihrem Profil steht „{anchor}“. Was war Ihr eigener Teil daran, und was würden Sie anders machen?"
    ),
    use_more="Was von {skills} würden Sie gern mehr gebrauchen als jetzt, und wofür?",
    summary_openings=("Ich fasse zusammen, was Sie mir geschrieben haben.", "Dann fasse ich zusammen."),
    summary_parts={
        "did": "Was Sie getan haben: „{quote}“.",
        "learned": "Was Sie mitnehmen: „{quote}“.",
        "people": "Wer dazukam: „{quote}“.",
        "experience": "Was Sie mitbringen: „{quote}“.",
        "unfinished": "Was offen blieb: „{quote}“.",
        "hard": "Was nicht leicht war: „{quote}“.",
        "enjoyed": "Was Ihnen gefallen hat: „{quote}“.",
        "limits": "Worauf zu achten ist: „{quote}“.",
        "want": "Was Sie als Nächstes wollen: „{quote}“.",
        "other": "In Ihren Worten: „{quote}“.",
    },
    not_in_profile=("Nun zu etwas, das in Ihrem Profil noch nicht steht.",),
    you_are_welcome="Gern, und alles Gute. Was sich hieraus lernen lässt, wartet, bis Sie es durchsehen.",
    summary_empty="Diesmal gab es nicht viel festzuhalten, und das ist in Ordnung.",
    summary_closings=(
        "Sehen Sie nun durch, was sich hieraus lernen lässt, und entscheiden Sie, was ins Profil gehört.",
    ),
    after_summary=(
        "Das kommt zum Übrigen. Sehen Sie durch, was sich daraus lernen lässt, wann immer Sie möchten.",
    ),
)
CUES = Cues(
    topics={
        "unfinished": any_of(
            r"nicht (?:\w+ ){0,2}(?:geschafft|fertig|beendet|dazu"
            r" gekommen|angefangen); aufgegeben; abgebrochen; nur halb"
            r"; nie (?:\w+ )?(?:fertig|begonnen)"
        ),
        "insight": any_of(
            r"(?:gemerkt|gelernt|verstanden|festgestellt|erkannt|begriffen|entdeckt),? (?:dass|wie|warum)"
        ),
        "learned": any_of(
            r"gelernt; lerne; beigebracht; geübt; verstehe jetzt; kann jetzt; besser geworden; angeeignet"
        ),
        "want": any_of(
            r"möchte; will; würde gern(?:e)?; mein ziel; ich plane"
            r"; vorhabe; habe vor; hoffe; träume; wechseln; werden will"
            r"; interessiere mich; suche; als nächstes"
        ),
        "result": any_of(
            r"gebaut; gemacht; geschrieben; veröffentlicht; organisiert"
            r"; geleitet; gehalten; erstellt; entwickelt; eingeführt"
            r"; aufgebaut; verkauft; fertiggestellt; abgeschlossen"
            r"; gezeigt; repariert; halbiert; gestaltet; gegründet"
            r"; begonnen; ausgebildet; betreut; geholfen"
        ),
        "people": any_of(
            r"kennengelernt; getroffen; gesprochen; kolleg\w+; mentor\w*"
            r"; freund\w*; team; kund\w+; gäste; eltern; schüler\w*"
            r"; teilnehm\w+; nachbar\w*; chef\w*"
        ),
        "enjoyed": any_of(
            r"spaß; freude; gefallen; gefällt; gern(?:e)? gemacht"
            r"; liebe; mag; stolz; spannend; interessant; schön"
        ),
        "hard": any_of(
            r"schwer; schwierig\w*; anstrengend\w*; mühsam; probleme?"
            r"; gescheitert; fehler; verwirr\w+; stress\w*; nervös; angst"
            r"; langweilig\w*; überfordert; enttäusch\w+; müde"
        ),
        "limits": any_of(
            r"stunden (?:pro|in der|am) (?:woche|tag); teilzeit; vollzeit"
            r"; homeoffice; von zu hause; kind\w*; familie; gehalt"
            r"; umziehen; pendeln; abends; wochenende\w*; visum"
        ),
        "experience": any_of(
            r"arbeite (?:als|bei|in|im|seit)"
            r"; habe (?:\w+ ){0,4}gearbeitet; studier\w+; ausbildung; studium; erfahrung"
            r"; \d+ jahren?; ich bin; ich war; ehrenamt\w*; projekt"
        ),
    },
    closing=any_of(
        r"das (?:ist|war) alles; das war(?:'s|s); nichts mehr"
        r"; ich bin fertig; tschüss; auf wiedersehen; genug; muss (?:los|gehen)"
    ),
    bye=any_of(r"tschüss; auf wiedersehen; lass mich in ruhe; möchte nicht (?:reden|schreiben); hör auf"),
    thanks=any_of(r"danke\w*; vielen dank; tschüss; auf wiedersehen"),
    nothing=re.compile(
        r"\W*(?:nein|nö|nichts|niemand\w*|keine(?:r|s)?|keine ahnung|weiß"
        r" nicht|ich weiß (?:es )?nicht|noch nicht|nicht wirklich"
        r"|nie)\b(?:[\s,]+\w+){0,3}\W*$",
        re.IGNORECASE,
    ),
    greeting=re.compile(
        r"\W*(?:hallo|hi|hey|guten (?:morgen|tag|abend)|servus|moin|grüß gott|grüezi)\b", re.IGNORECASE
    ),
    about_coach=any_of(
        r"(?:bist du|sind sie) (?:\w+ )?(?:ein(?:e)? )?(?:\w+"
        r" )?(?:bot|roboter|ki|modell|mensch|maschine|chatgpt|computer|echt)"
        r"; wer bist du; wer sind sie; was bist du; was sind sie; welches modell"
    ),
    own=any_of("ich; wir; mein; meine; mir; mich"),
    helping=any_of(r"ehrenamt\w*; freiwillig\w*"),
)
GERMAN = Speech(
    "de",
    LINES,
    CUES,
    frozenset(_SMALL.split()),
)
