"""Spanish."""

import re

from db.career_actions import ActionType as T
from services.offline_coach.speech.speech import Cues, Lines, Speech, any_of

_SMALL = """
hola gracias quien eres usted yo he soy estoy mi me tu que como aprendido aprendi hecho hice puedo quiero quisiera muy
mas bien tambien esta tengo pero porque nada nadie eso todo adios gustaria trabajo ayude fue
"""
LINES = Lines(
    conjunction="y",
    who_i_am="Soy el coach sin conexión: trabajo con reglas y solo con lo que usted escribe.",
    who_i_am_asked=(
        "Soy el coach sin conexión de Foothold: un conjunto de reglas, ni "
        "una persona ni un modelo de lenguaje. Puedo hacer "
        "preguntas útiles y guardar lo que responda."
    ),
    echoes={
        "unfinished": ("Escribe «{quote}», y es bueno decirlo con tanta claridad.",),
        "learned": (
            "«{quote}»: eso es lo que debe estar en un perfil.",
            "Escribe «{quote}», y me gustaría conservarlo.",
        ),
        "insight": ("«{quote}»: darse cuenta vale tanto como el resultado.",),
        "people": ("Escribe «{quote}». Las personas suelen quedar más tiempo que la tarea.",),
        "hard": ("«{quote}» no suena fácil.",),
        "enjoyed": ("«{quote}»: eso dice algo sobre hacia dónde mirar.",),
        "want": ("«{quote}»: es una dirección con la que se puede trabajar.",),
        "limits": ("«{quote}» es bueno saberlo, porque un plan tiene que caber en su vida.",),
        "result": (
            "Escribe «{quote}». Eso se puede mostrar.",
            "«{quote}»: es un resultado, y no solo una intención.",
        ),
        "experience": ("Escribe «{quote}». Sobre eso se puede construir.",),
        "other": ("Escribe «{quote}», y lo tengo en cuenta.",),
    },
    thanks=("Gracias por contármelo.", "Gracias, eso ayuda."),
    nothing=("También es una respuesta.", "Está bien, no tiene que haber nada."),
    thin=("Gracias. Una respuesta corta basta.", "Bien, es suficiente para empezar."),
    asked_back=(
        "Es una buena pregunta para llevarse, y unas reglas como las mías no pueden responderla por usted.",
    ),
    greeting=("Hola, le doy la bienvenida.", "Hola, qué bien que esté aquí."),
    finished=("Bien hecho: «{title}» está terminado.", "«{title}» está hecho, y eso merece un momento."),
    finished_unnamed=("Bien hecho por llegar hasta el final.",),
    follow_ups={
        "unfinished": ("¿Qué se interpuso, y qué parte sí quedó hecha?",),
        "insight": ("¿Qué hará de otra manera por eso?",),
        "learned": ("¿Qué sabe hacer ahora que antes habría dejado a otros?",),
        "people": ("¿Hay alguien con quien le gustaría hacer más, y qué sería?",),
        "hard": ("¿Qué le ayudó a superarlo, o qué probaría otra vez?",),
        "enjoyed": ("¿De qué exactamente querría más?",),
        "want": ("¿Qué le atrae de eso, y cuál sería el paso más pequeño en las próximas dos semanas?",),
        "limits": ("¿Qué más debe respetar una propuesta: lugar, horas o sueldo?",),
        "result": ("¿Cuál fue la decisión más difícil por el camino?",),
        "experience": ("¿Qué parte de eso hace mejor, y cuál dejaría atrás?",),
    },
    skill_with_level="Su perfil dice «{level}» para {skill}: ¿sigue siendo así, y qué lo muestra?",
    skill_without_level="¿Hasta dónde ha llegado con {skill}: empieza, se siente a gusto, o es a quien preguntan?",
    by_action={
        T.REPLICATE: ("¿Obtuvo el mismo resultado que el original, y dónde tuvo que adivinar?",),
        T.COLLABORATE: ("¿Con quién lo hizo, y qué salió que nadie habría hecho solo?",),
        T.START_ORG: ("¿Quién vino, y qué supo de lo que necesitan?",),
        T.IDENTIFY_GAPS: ("¿Qué carencia resultó real, y en qué lo notó?",),
        T.VOLUNTEER: ("¿Qué le pidieron, y para qué volvieron a buscarle?",),
        T.BUILD_TOOLS: ("¿Qué hace ahora, y quién lo ha probado además de usted?",),
        T.TEACH_WRITE: ("¿Para quién fue, y qué pregunta le sorprendió?",),
        T.DEVELOP_SKILLS: ("¿Qué sabe hacer ahora que antes no podía, y cómo practicó?",),
    },
    done=("¿Qué hizo primero, y qué hay ahora que antes no había?",),
    learned=("¿Qué aprendió al hacerlo que ninguna lectura le habría dicho?",),
    people=("¿Con quién le puso en contacto, y algo despertó su interés sin que lo esperara?",),
    next=("¿Qué cambia en lo que quiere hacer a continuación?",),
    goals=("¿Cómo le gustaría que fuera su trabajo dentro de dos o tres años?",),
    goals_from="Su perfil dice «{anchor}», pero no adónde quiere ir desde ahí. ¿Qué le gustaría hacer ahora?",
    skills=("¿Qué tres habilidades nombraría primero alguien que ha trabajado con usted?",),
    levels="Nombra {skills} sin nivel. ¿Cuál domina más, y para qué le sirvió la última vez?",
    deeds=("¿Qué ha hecho, dirigido o arreglado, en el trabajo o fuera, y qué salió de ello?",),
    interests=("¿Sobre qué pregunta lee aunque nadie se lo pida?",),
    limits=("¿Qué debe respetar una propuesta: lugar, trabajo a distancia, horas a la semana, sueldo?",),
    unpaid=("¿Hace algo por otras personas sin que le paguen?",),
    studies=("¿Qué ha estudiado o aprendido por su cuenta, con título o sin él?",),
    languages=("¿En qué idiomas podría trabajar?",),
    goal_known="Quiere «{anchor}», dice su perfil. ¿Qué ha probado ya para ello, y qué lo impide?",
    project_known="Su perfil nombra «{anchor}». ¿Cuál fue su parte, y qué haría de otra manera?",
    use_more="De {skills}, ¿qué le gustaría usar más que ahora, y para qué?",
    summary_openings=("Resumo lo que me ha contado.", "Entonces resumo."),
    summary_parts={
        "did": "Lo que hizo: «{quote}».",
        "learned": "Lo que se lleva: «{quote}».",
        "people": "Quién participó: «{quote}».",
        "experience": "Lo que aporta: «{quote}».",
        "unfinished": "Lo que quedó abierto: «{quote}».",
        "hard": "Lo que no fue fácil: «{quote}».",
        "enjoyed": "Lo que le gustó: «{quote}».",
        "limits": "Lo que hay que respetar: «{quote}».",
        "want": "Lo que quiere a continuación: «{quote}».",
        "other": "En sus palabras: «{quote}».",
    },
    not_in_profile=("Ahora, algo que su perfil todavía no dice.",),
    you_are_welcome="No hay de qué, y mucha suerte. Lo que se puede aprender de esto espera a que lo mire.",
    summary_empty="Esta vez no había mucho que anotar, y está bien.",
    summary_closings=("Mire ahora lo que se puede aprender de esto, y decida qué debe estar en su perfil.",),
    after_summary=("Eso se suma a lo demás. Mire lo que se puede aprender de ello cuando quiera.",),
)
CUES = Cues(
    topics={
        "unfinished": any_of(
            r"no (?:\w+ ){0,2}(?:terminé|acabé|pude|terminado|acabado|empezado|conseguí); abandoné; a medias"
        ),
        "insight": any_of(
            r"(?:aprendí|entendí|descubrí|comprendí|vi|noté|me di cuenta de) (?:que|por qué|cómo)"
        ),
        "learned": any_of(
            r"aprendí; aprendido; aprendiendo; practiqué; practicado; entiendo mejor; domino; mejoré; sé ya"
        ),
        "want": any_of(
            r"quiero; quisiera; me gustaría; mi objetivo; mi meta; espero"
            r"; pienso; sueño; llegar a ser; me interesa; busco"
        ),
        "result": any_of(
            r"hice; construí; escribí; publiqué; organicé; dirigí; creé"
            r"; diseñé; lancé; presenté; arreglé; vendí; terminé; formé"
            r"; ayudé; enseñé; monté; preparé; he hecho; he creado"
        ),
        "people": any_of(
            r"conocí; hablé con; compañer[oa]s?; colegas?; mentor\w*"
            r"; amig[oa]s?; equipo; clientes?; pacientes?; alumn[oa]s?"
            r"; padres; vecin[oa]s?; jef[ea]"
        ),
        "enjoyed": any_of(
            r"gustó; gusta; encantó; encanta; disfrut\w+; orgullos[oa]"
            r"; interesante\w*; content[oa]; feliz; divertid[oa]"
        ),
        "hard": any_of(
            r"difícil\w*; duro; complicad[oa]; problemas?; fracas\w+; error\w*"
            r"; atascad[oa]; cansad[oa]; estrés; miedo; aburrid[oa]"
        ),
        "limits": any_of(
            r"horas (?:a la|por) semana; media jornada; jornada completa"
            r"; a distancia; teletrabajo; hij[oa]s?; familia; sueldo"
            r"; mudarme; visado; por las tardes; fines? de semana"
        ),
        "experience": any_of(
            r"trabajo (?:como|en|de|desde); trabajé; estudi\w+; formación"
            r"; título; experiencia; \d+ años; soy; era; voluntari\w+"
            r"; proyecto"
        ),
    },
    closing=any_of(r"eso es todo; nada más; ya (?:terminé|está); adiós; hasta luego; basta; tengo que irme"),
    bye=any_of(r"adiós; hasta luego; déjame; déjeme; no quiero (?:hablar|escribir)"),
    thanks=any_of(r"gracias; adiós; hasta luego"),
    nothing=re.compile(
        (
            r"\W*(?:no|nada|nadie|ningun[oa]?|ni idea|no (?:lo"
            r" )?sé|todavía no|aún no|nunca)\b(?:[\s,]+\w+){0,2}\W*$"
        ),
        re.IGNORECASE,
    ),
    greeting=re.compile(r"\W*(?:hola|buen[oa]s (?:días|tardes|noches)|buenas)\b", re.IGNORECASE),
    about_coach=any_of(
        r"(?:eres|es usted) (?:una? )?(?:\w+"
        r" )?(?:bot|robot|ia|modelo|persona|human[oa]|máquina|chatgpt|ordenador); quién eres"
        r"; quién es usted; qué modelo"
    ),
    own=any_of("yo; mi; mis; me; he; hice; soy; nosotros"),
    helping=any_of(r"voluntari\w+"),
)
SPANISH = Speech(
    "es",
    LINES,
    CUES,
    frozenset(_SMALL.split()),
)
