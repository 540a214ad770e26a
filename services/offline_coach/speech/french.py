"""French."""

import re

from db.career_actions import ActionType as T
from services.offline_coach.speech.speech import Cues, Lines, Speech, any_of

_SMALL = """
bonjour bonsoir salut qui etes es tu merci oui non je j ai suis mon moi tu que quoi comment appris fait peux sais veux
voudrais c est plus bien aussi mais parce ont a cela ca rien personne n m s aimerais avoir
"""
LINES = Lines(
    conjunction="et",
    who_i_am=(
        "Je suis le coach hors ligne : je travaille avec des règles, "
        "et seulement à partir de ce que vous écrivez."
    ),
    who_i_am_asked=(
        "Je suis le coach hors ligne de Foothold : un ensemble de "
        "règles, ni une personne ni un modèle de langue. Je peux "
        "poser des questions utiles et garder ce que vous répondez."
    ),
    echoes={
        "unfinished": ("Vous écrivez « {quote} », et il est bon de le dire aussi clairement.",),
        "learned": (
            "« {quote} » : voilà ce qui a sa place dans un profil.",
            "Vous écrivez « {quote} », et j'aimerais garder cela.",
        ),
        "insight": ("« {quote} » : le remarquer vaut autant que le résultat.",),
        "people": ("Vous écrivez « {quote} ». Les personnes restent souvent plus longtemps que la tâche.",),
        "hard": ("« {quote} » n'a pas l'air facile.",),
        "enjoyed": ("« {quote} » : cela dit quelque chose de la suite.",),
        "want": ("« {quote} » : c'est une direction avec laquelle on peut travailler.",),
        "limits": ("« {quote} » est utile à savoir, car un plan doit tenir dans votre vie.",),
        "result": (
            "Vous écrivez « {quote} ». Cela peut se montrer.",
            "« {quote} » : c'est un résultat, et pas seulement une intention.",
        ),
        "experience": ("Vous écrivez « {quote} ». On peut construire là-dessus.",),
        "other": ("Vous écrivez « {quote} », et j'en prends note.",),
    },
    thanks=("Merci de me l'écrire.", "Merci, cela aide."),
    nothing=("C'est aussi une réponse.", "Très bien, il ne faut pas qu'il y ait quelque chose."),
    thin=("Merci. Une réponse courte suffit.", "Bien, cela suffit pour commencer."),
    asked_back=(
        "C'est une bonne question à garder, et des règles comme les miennes ne peuvent y répondre pour vous.",
    ),
    greeting=("Bonjour et bienvenue.", "Bonjour, ravi de vous lire."),
    finished=("Bravo : « {title} » est terminé.", "« {title} » est fait, et cela mérite un instant."),
    finished_unnamed=("Bravo d'être allé jusqu'au bout.",),
    follow_ups={
        "unfinished": ("Qu'est-ce qui l'a empêché, et quelle partie est faite malgré tout ?",),
        "insight": ("Que ferez-vous autrement grâce à cela ?",),
        "learned": ("Que savez-vous faire maintenant que vous auriez laissé à d'autres auparavant ?",),
        "people": ("Y a-t-il là quelqu'un avec qui vous aimeriez faire davantage, et quoi ?",),
        "hard": ("Qu'est-ce qui vous a aidé à passer ce moment, ou qu'essaieriez-vous une autre fois ?",),
        "enjoyed": ("De quoi exactement en voudriez-vous davantage ?",),
        "want": (
            (
                "Qu'est-ce qui vous y attire, et quel serait le plus "
                "petit pas dans les deux semaines qui viennent ?"
            ),
        ),
        "limits": ("Que doit encore respecter une proposition : le lieu, les heures, le salaire ?",),
        "result": ("Quel a été le choix le plus difficile en chemin ?",),
        "experience": ("Quelle part en faites-vous le mieux, et laquelle laisseriez-vous volontiers ?",),
    },
    skill_with_level=(
        "Votre profil dit « {level} » pour {skill} : est-ce encore juste, et qu'est-ce qui le montre ?"
    ),
    skill_without_level="Où en êtes-vous avec {skill} : au début, à l'aise, ou la personne à qui l'on demande ?",
    by_action={
        T.REPLICATE: ("Avez-vous obtenu le même résultat que l'original, et où a-t-il fallu deviner ?",),
        T.COLLABORATE: ("Avec qui l'avez-vous fait, et qu'en est-il sorti qu'aucun n'aurait fait seul ?",),
        T.START_ORG: ("Qui est venu, et qu'avez-vous appris de leurs besoins ?",),
        T.IDENTIFY_GAPS: ("Quel manque s'est révélé réel, et à quoi l'avez-vous vu ?",),
        T.VOLUNTEER: ("Que vous a-t-on demandé, et pour quoi est-on revenu vers vous ?",),
        T.BUILD_TOOLS: ("Que fait-il maintenant, et qui l'a essayé à part vous ?",),
        T.TEACH_WRITE: ("Pour qui était-ce, et quelle question vous a surpris ?",),
        T.DEVELOP_SKILLS: (
            "Que savez-vous faire que vous ne saviez pas avant, et comment vous êtes-vous exercé ?",
        ),
    },
    done=("Qu'avez-vous fait d'abord, et qu'y a-t-il maintenant qui n'existait pas avant ?",),
    learned=("Qu'avez-vous appris en le faisant qu'aucune lecture ne vous aurait dit ?",),
    people=(
        (
            "Avec qui cela vous a-t-il mis en contact, et quelque chose "
            "vous a-t-il intéressé sans que vous l'attendiez ?"
        ),
    ),
    next=("Qu'est-ce que cela change à ce que vous voulez faire ensuite ?",),
    goals=("À quoi voudriez-vous que votre travail ressemble dans deux ou trois ans ?",),
    goals_from=(
        "Votre profil dit « {anchor} », mais pas où vous voulez "
        "aller ensuite. Qu'aimeriez-vous faire maintenant ?"
    ),
    skills=("Quelles trois compétences nommerait d'abord une personne qui a travaillé avec vous ?",),
    levels=(
        "Vous citez {skills} sans niveau. Laquelle est la plus "
        "solide, et à quoi vous a-t-elle servi récemment ?"
    ),
    deeds=("Qu'avez-vous fait, mené ou réparé, au travail ou ailleurs, et qu'en est-il sorti ?",),
    interests=("Sur quelle question lisez-vous sans que personne vous le demande ?",),
    limits=(
        "Que doit respecter une proposition : le lieu, le télétravail, les heures par semaine, le salaire ?",
    ),
    unpaid=("Faites-vous quelque chose pour d'autres sans être payé ?",),
    studies=("Qu'avez-vous étudié ou appris par vous-même, avec ou sans diplôme ?",),
    languages=("Dans quelles langues pourriez-vous travailler ?",),
    goal_known=(
        "Vous voulez « {anchor} », dit votre profil. Qu'avez-vous "
        "déjà essayé pour cela, et qu'est-ce qui bloque ?"
    ),
    project_known="Votre profil cite « {anchor} ». Quelle en était votre part, et que feriez-vous autrement ?",
    use_more="De {skills}, que voudriez-vous utiliser plus qu'aujourd'hui, et pour quoi ?",
    summary_openings=("Je résume ce que vous m'avez dit.", "Alors je résume."),
    summary_parts={
        "did": "Ce que vous avez fait : « {quote} ».",
        "learned": "Ce que vous en retenez : « {quote} ».",
        "people": "Qui y a pris part : « {quote} ».",
        "experience": "Ce que vous apportez : « {quote} ».",
        "unfinished": "Ce qui est resté ouvert : « {quote} ».",
        "hard": "Ce qui n'a pas été facile : « {quote} ».",
        "enjoyed": "Ce qui vous a plu : « {quote} ».",
        "limits": "Ce qu'il faut respecter : « {quote} ».",
        "want": "Ce que vous voulez ensuite : « {quote} ».",
        "other": "Dans vos mots : « {quote} ».",
    },
    not_in_profile=("Passons à une chose que votre profil ne dit pas encore.",),
    you_are_welcome="Je vous en prie, et bonne route. Ce qu'on peut en apprendre attend que vous le regardiez.",
    summary_empty="Il n'y avait pas grand-chose à noter cette fois, et c'est très bien.",
    summary_closings=(
        "Regardez maintenant ce qu'on peut en apprendre, et décidez de ce qui a sa place dans votre profil.",
    ),
    after_summary=("Cela s'ajoute au reste. Regardez ce qu'on peut en apprendre quand vous voulez.",),
)
CUES = Cues(
    topics={
        "unfinished": any_of(
            r"pas (?:\w+ ){0,2}(?:fini|terminé|réussi|commencé|fait)"
            r"; abandonné; à moitié; jamais (?:fini|commencé)"
        ),
        "insight": any_of(
            r"(?:compris|appris|remarqué|découvert|réalisé|constaté) (?:que|pourquoi|comment|qu)"
        ),
        "learned": any_of(
            r"appris; apprends; apprendre; pratiqué; entraînée?; comprends mieux; maîtrise; progressé"
        ),
        "want": any_of(
            r"(?:je )?veux; voudrais; aimerais; j'aimerais; souhaite"
            r"; mon objectif; mon but; j'espère; envisage; rêve; devenir"
            r"; m'intéresse; cherche"
        ),
        "result": any_of(
            r"construit; fait; écrit; publié; organisé; mené; dirigé; créé"
            r"; conçu; lancé; présenté; réparé; vendu; terminé; formé"
            r"; aidé; mis en place; réalisé; enseigné"
        ),
        "people": any_of(
            r"rencontrée?s?; parlé (?:à|avec); collègues?; mentor\w*"
            r"; amie?s?; équipe; clients?; patients?; élèves?; parents?"
            r"; voisine?s?; chef\w*"
        ),
        "enjoyed": any_of(
            r"plu; plaît; aimé; adoré; plaisir; fière?; passionnant\w*; intéressant\w*; content\w*; heureu\w+"
        ),
        "hard": any_of(
            r"difficile\w*; dur\w*; compliqué\w*; problèmes?; échoué; erreurs?"
            r"; bloquée?; fatigu\w+; stress\w*; peur; ennuy\w+; déçue?"
        ),
        "limits": any_of(
            r"heures par (?:semaine|jour); temps partiel; temps plein"
            r"; télétravail; enfants?; famille; salaire; déménager; visa"
            r"; le soir; week-?ends?"
        ),
        "experience": any_of(
            r"travaille (?:comme|chez|dans|à|depuis); travaillé; étud\w+"
            r"; formation; diplôme; expérience; \d+ ans; je suis; j'étais"
            r"; bénévol\w+; projet"
        ),
    },
    closing=any_of(
        r"c'est tout; rien (?:de plus|d'autre); j'ai (?:fini|terminé)"
        r"; au revoir; ça suffit; je dois (?:y aller|partir)"
    ),
    bye=any_of(r"au revoir; laisse(?:z)?-moi; je ne veux pas (?:parler|écrire); arrête(?:z)?"),
    thanks=any_of(r"merci; au revoir; à bientôt"),
    nothing=re.compile(
        r"\W*(?:non|rien|personne|aucune? idée|aucune?|je ne sais"
        r" pas|sais pas|pas (?:vraiment|encore)|jamais)\b"
        r"(?:[\s,]+[\w']+){0,3}\W*$",
        re.IGNORECASE,
    ),
    greeting=re.compile(r"\W*(?:bonjour|bonsoir|salut|coucou)\b", re.IGNORECASE),
    about_coach=any_of(
        r"(?:êtes-vous|es-tu|vous êtes|tu es) (?:une? )?(?:\w+"
        r" )?(?:robot|ia|modèle|personne|humain\w*|machine|chatgpt|ordinateur)"
        r"; qui êtes-vous; qui es-tu; quel modèle"
    ),
    own=any_of("je; nous; mon; ma; mes; moi; j'ai; j"),
    helping=any_of(r"bénévol\w+; volontariat"),
    spelled=lambda text: text.replace("’", "'"),
)
FRENCH = Speech(
    "fr",
    LINES,
    CUES,
    frozenset(_SMALL.split()),
)
