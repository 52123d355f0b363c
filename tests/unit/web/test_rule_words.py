"""The sentence of a rule: written by hand for each shape, and never claiming more than the rule."""

import re
from itertools import combinations

import pytest
from hypothesis import given, settings

from issuer.core.awarding import stack_rule
from issuer.core.awarding.stack_progress import evaluate, left
from issuer.web.pages import rule_words, words
from issuer.web.pages.rule_words import BadgeName
from issuer.web.pages.words import Language
from tests.support import rules
from tests.unit.core.test_stack_rule import SPECIALIST

NAMES = {
    "P": BadgeName("Plan"),
    "Q": BadgeName("Question", levels={"proficient": "Proficient"}),
    "R": BadgeName("Reflect"),
    "S": BadgeName("Support"),
    "T": BadgeName("Teach"),
    "RW": BadgeName("Reading and Writing"),
    "LIST": BadgeName("Plan, Teach, Reflect"),
    "INC": BadgeName("Inclusión", "es"),
    "HIS": BadgeName("Historia", "es"),
    "HIE": BadgeName("Hielo", "es"),
    "ORI": BadgeName("Orientación", "es"),
    "MC-PLAN-FEEDBACK": BadgeName("Plan Feedback"),
    "MC-PEER": BadgeName("Peer Feedback"),
    "MC-SELF": BadgeName("Self-Assessment"),
    "MC-FAMILIES": BadgeName("Families"),
    "MC-LESSON-STUDY": BadgeName("Lesson Study"),
    "MC-MENTOR": BadgeName("Mentor Hours"),
    "MC-BOOK": BadgeName("Book Study"),
}


def points(target: int, **weights: int) -> object:
    return {"points": target, "of": [{"badge": code, "weight": weight} for code, weight in weights.items()]}


def some(needed: int, *of: object) -> object:
    return {"any": needed, "of": list(of)}


def every(*of: object) -> object:
    return {"all": list(of)}


CASES = [
    ("P", "Earn Plan.", "Obtenga Plan."),
    ("UNKNOWN-1", "Earn UNKNOWN-1.", "Obtenga UNKNOWN-1."),
    (
        {"badge": "Q", "minLevel": "proficient"},
        "Earn Question (Proficient or higher).",
        "Obtenga Question (nivel Proficient o superior).",
    ),
    (
        {"badge": "P", "minLevel": "gone"},
        "Earn Plan (gone or higher).",
        "Obtenga Plan (nivel gone o superior).",
    ),
    ("RW", "Earn “Reading and Writing”.", "Obtenga «Reading and Writing»."),
    (every("P"), "Earn Plan.", "Obtenga Plan."),
    (every("P", "Q"), "Earn Plan and Question.", "Obtenga Plan y Question."),
    (every("P", "Q", "R"), "Earn Plan, Question, and Reflect.", "Obtenga Plan, Question y Reflect."),
    (every("P", "INC"), "Earn Plan and Inclusión.", "Obtenga Plan e Inclusión."),
    (every("P", "HIS"), "Earn Plan and Historia.", "Obtenga Plan e Historia."),
    (every("P", "HIE"), "Earn Plan and Hielo.", "Obtenga Plan y Hielo."),
    (
        every("P", "RW", "LIST"),
        "Earn Plan, “Reading and Writing”, and “Plan, Teach, Reflect”.",
        "Obtenga Plan, «Reading and Writing» y «Plan, Teach, Reflect».",
    ),
    (some(1, "P"), "Earn Plan.", "Obtenga Plan."),
    (some(1, "P", "Q"), "Earn any one of Plan, Question.", "Obtenga una de estas opciones: Plan, Question."),
    (
        some(1, "P", "Q", "R"),
        "Earn any one of Plan, Question, Reflect.",
        "Obtenga una de estas opciones: Plan, Question, Reflect.",
    ),
    (
        some(2, "P", "Q", "R"),
        "Earn any 2 of 3: Plan, Question, Reflect.",
        "Obtenga 2 de estas 3 opciones: Plan, Question, Reflect.",
    ),
    (
        some(3, "P", "Q", "R", "S", "T"),
        "Earn any 3 of 5: Plan, Question, Reflect, Support, Teach.",
        "Obtenga 3 de estas 5 opciones: Plan, Question, Reflect, Support, Teach.",
    ),
    (some(2, "P", "Q"), "Earn Plan and Question.", "Obtenga Plan y Question."),
    (
        points(4, P=3, Q=2, R=1),
        "Earn 4 points from 3 badges: Plan (3 points), Question (2 points), Reflect (1 point).",
        "Obtenga 4 puntos entre 3 insignias: Plan (3 puntos), Question (2 puntos), Reflect (1 punto).",
    ),
    (
        points(1, P=1, Q=1),
        "Earn 1 point from 2 badges: Plan (1 point), Question (1 point).",
        "Obtenga 1 punto entre 2 insignias: Plan (1 punto), Question (1 punto).",
    ),
    (points(2, P=3), "Earn Plan.", "Obtenga Plan."),
    (
        SPECIALIST,
        (
            "Earn Plan Feedback, any 2 of 3 (Peer Feedback, Self-Assessment, Families), and 4 points from 3 "
            "badges (Lesson Study (3 points), Mentor Hours (2 points), Book Study (1 point))."
        ),
        (
            "Obtenga Plan Feedback, 2 de estas 3 opciones (Peer Feedback, Self-Assessment, Families), y 4 "
            "puntos entre 3 insignias "
            "(Lesson Study (3 puntos), Mentor Hours (2 puntos), Book Study (1 punto))."
        ),
    ),
    (
        every("P", some(1, "Q", "R")),
        "Earn Plan, and either Question or Reflect.",
        "Obtenga Plan, y una de estas dos (Question o Reflect).",
    ),
    (
        every(some(1, "P", "ORI"), "R"),
        "Earn either Plan or Orientación, and Reflect.",
        "Obtenga una de estas dos (Plan u Orientación), y Reflect.",
    ),
    (
        every("P", some(1, "Q", "R", "S")),
        "Earn Plan, and any 1 of 3 (Question, Reflect, Support).",
        "Obtenga Plan, y 1 de estas 3 opciones (Question, Reflect, Support).",
    ),
    (
        some(1, every("P", "Q"), "R"),
        "Earn any one of both Plan and Question; Reflect.",
        "Obtenga una de estas opciones: tanto Plan como Question; Reflect.",
    ),
    (
        some(2, every("P", "Q", "R"), "S", "T"),
        "Earn any 2 of 3: all 3 of these (Plan, Question, Reflect); Support; Teach.",
        "Obtenga 2 de estas 3 opciones: las 3 opciones siguientes (Plan, Question, Reflect); Support; Teach.",
    ),
    (
        every("P", some(1, every("Q", "R"), "S"), "T"),
        "Earn Plan; any 1 of 2 (both Question and Reflect; Support); and Teach.",
        "Obtenga Plan; 1 de estas 2 opciones (tanto Question como Reflect; Support); y Teach.",
    ),
    (
        some(1, every(some(1, "P", "Q"), "R"), "S"),
        "Earn any one of both of these (either Plan or Question; Reflect); Support.",
        (
            "Obtenga una de estas opciones: estas dos opciones (una de estas dos (Plan o Question); "
            "Reflect); Support."
        ),
    ),
    (
        every(every("P", "Q"), "R"),
        "Earn both Plan and Question, and Reflect.",
        "Obtenga tanto Plan como Question, y Reflect.",
    ),
    (
        some(1, points(2, P=1, Q=1, R=1), "S"),
        (
            "Earn any one of 2 points from 3 badges (Plan (1 point), Question (1 point), Reflect (1 point)); "
            "Support."
        ),
        (
            "Obtenga una de estas opciones: 2 puntos entre 3 insignias (Plan (1 punto), Question (1 punto), "
            "Reflect (1 punto)); Support."
        ),
    ),
    (every(every(every("P"))), "Earn Plan.", "Obtenga Plan."),
]


SUBSETS = [choice for size in range(len(rules.CODES) + 1) for choice in combinations(rules.CODES, size)]


def understand(text: str) -> rules.Value:
    """Return the rule that a reader takes from an English phrase, who knows nothing of how it was made."""
    opened = re.fullmatch(r"(any one of|any \d+ of \d+:|\d+ points? from \d+ badges:) (.*)", text)
    if opened:
        return listed(opened[1], opened[2])
    for mark in ("; ", ", "):
        parts = apart(text, mark)
        if len(parts) > 1:
            return every(*(part_of(part.removeprefix("and ")) for part in parts))
    pair = re.fullmatch(r"([A-F]) and ([A-F])", text)
    return every(*pair.groups()) if pair else part_of(text)


def part_of(text: str) -> rules.Value:
    bracketed = re.fullmatch(r"([^(]*) \((.*)\)", text)
    pair = re.fullmatch(r"(both|either) (.) (?:and|or) (.)", text)
    if pair:
        return every(pair[2], pair[3]) if pair[1] == "both" else some(1, pair[2], pair[3])
    if bracketed:
        return listed(bracketed[1], bracketed[2])
    assert text in rules.CODES
    return text


def listed(opening: str, text: str) -> rules.Value:
    items = apart(text, "; ") if "; " in "".join(apart(text, "")) else apart(text, ", ")
    count = re.match(r"any (\w+) of|(\d+) point", opening)
    if count is None:
        assert opening in {"both of these", f"all {len(items)} of these"}
        return every(*map(part_of, items))
    if count[2]:
        weights = [re.fullmatch(r"(.) \((\d+) points?\)", item) for item in items]
        return points(int(count[2]), **{each[1]: int(each[2]) for each in weights if each})
    return some(1 if count[1] == "one" else int(count[1]), *map(part_of, items))


def apart(text: str, mark: str) -> list[str]:
    """Return what stands between marks, those inside brackets left alone; without a mark, what is outside."""
    depth, found = 0, [""]
    for place, letter in enumerate(text):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if mark and not depth and text.startswith(mark, place):
            found.append("")
        elif mark and not depth and text.startswith(mark, place - 1) and letter == " ":
            continue
        elif mark or not depth:
            found[-1] += letter
    return found


def said(lang: Language, value: object) -> str:
    return rule_words.sentence(lang, stack_rule.parse(value), NAMES).striptags()


@pytest.mark.parametrize(("value", "english", "spanish"), CASES, ids=[case[1][:40] for case in CASES])
def test_a_rule_is_said_as_a_person_would_say_it(value: object, english: str, spanish: str) -> None:
    assert said("en", value) == english
    assert said("es", value) == spanish


def test_there_are_at_least_25_sentences_written_by_hand() -> None:
    assert len(CASES) >= 25


@pytest.mark.parametrize("lang", words.LANGUAGES)
@given(value=rules.rules)
def test_every_badge_of_a_rule_is_named_as_often_as_it_asks(lang: Language, value: rules.Value) -> None:
    rule = stack_rule.parse(value)
    names = {code: BadgeName(f"Name{code}") for code in rules.CODES}

    found = rule_words.sentence(lang, rule, names).striptags()

    assert re.findall(r"Name([A-F])", found) == [each.code for each in stack_rule.badges(rule)]
    assert found.count("(") == found.count(")")


@settings(max_examples=400)
@given(rules.plain_rules)
def test_a_sentence_read_by_its_words_alone_means_the_rule(value: rules.Value) -> None:
    found = rule_words.sentence("en", stack_rule.parse(value), {}).striptags()

    understood = understand(found.removeprefix("Earn ").removesuffix("."))

    for codes in SUBSETS:
        held = {(code, None) for code in codes}
        assert rules.satisfied(understood, held) == rules.satisfied(value, held), found


def test_a_name_cannot_become_markup_or_part_of_the_sentence() -> None:
    names = {"A": BadgeName("<b>Bold</b>, or {what}", "es")}

    found = rule_words.sentence("en", stack_rule.parse("A"), names)

    assert found == 'Earn <bdi lang="es">“&lt;b&gt;Bold&lt;/b&gt;, or {what}”</bdi>.'


@pytest.mark.parametrize(
    ("value", "codes", "english", "spanish"),
    [
        (every("P", "Q", "R"), "", "0 of 3 earned. Next: Plan.", "0 de 3 obtenidas. Siguiente: Plan."),
        (every("P", "Q", "R"), "P", "1 of 3 earned. Next: Question.",
         "1 de 3 obtenidas. Siguiente: Question."),
        (some(3, "P", "Q", "R", "S"), "PQ", "2 of 3 earned. Next: any one of Reflect, Support.",
         "2 de 3 obtenidas. Siguiente: una de estas opciones: Reflect, Support."),
        (points(4, P=3, Q=2, R=1), "P", ("3 of 4 points earned. Next: 1 point from 2 badges: "
         "Question (2 points), Reflect (1 point)."),
         ("3 de 4 puntos obtenidos. Siguiente: 1 punto entre 2 insignias: Question (2 puntos), "
          "Reflect (1 punto).")),
        (every("P", some(1, "Q", "R")), "P", "1 of 2 parts done. Next: any one of Question, Reflect.",
         "1 de 2 partes completas. Siguiente: una de estas opciones: Question, Reflect."),
        ("P", "", "0 of 1 earned. Next: Plan.", "0 de 1 obtenidas. Siguiente: Plan."),
        (some(1, "P", "Q"), "PQ", "Complete. Everything that is needed is earned.",
         "Completa. Tiene todo lo que se requiere."),
    ],
)  # fmt: skip
def test_progress_says_what_there_is_and_what_is_next(
    value: object, codes: str, english: str, spanish: str
) -> None:
    rule = stack_rule.parse(value)
    held = {(code, None) for code in codes}
    part, rest = evaluate(rule, held), left(rule, held)

    assert rule_words.summary("en", part, rest, NAMES).striptags() == english
    assert rule_words.summary("es", part, rest, NAMES).striptags() == spanish


@pytest.mark.parametrize(
    ("value", "english", "spanish"),
    [
        (every("P"), "This one", "Esta"),
        (every("P", "Q"), "Both of these", "Las dos de esta lista"),
        (every("P", "Q", "R"), "All 3 of these", "Las 3 de esta lista"),
        (some(1, "P"), "This one", "Esta"),
        (some(2, "P", "Q"), "Both of these", "Las dos de esta lista"),
        (some(1, "P", "Q"), "Any one of these 2", "Una de estas 2"),
        (some(2, "P", "Q", "R"), "Any 2 of these 3", "2 de estas 3"),
        (points(4, P=3, Q=2), "4 points from these", "4 puntos entre estas"),
    ],
)
def test_a_list_says_how_many_of_it_are_needed(value: object, english: str, spanish: str) -> None:
    rule = stack_rule.parse(value)

    assert rule_words.heading("en", rule) == english
    assert rule_words.heading("es", rule) == spanish
