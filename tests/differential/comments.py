"""What people say about goals, sales, customers, pay and more, whom they mention, and who hears of it."""

from tests.differential.furnishing import Furniture
from tests.differential.words import LONG, hostile, mark

PEOPLE = ("Rui", "Sam", "Mona", "Tom", "Olga", "Vera", "Cora", "Eve", "Kim", "Audrey", "Hal")
THINGS = (
    "goal", "sale", "goal", "account", "blocker", "pay_result", "territory", "opportunity",
    "one_to_one", "task", "assessment", "recognition", "insight",
)  # fmt: skip
COMMENTS = 130


def furnish_comments(made: Furniture) -> None:
    for number in range(COMMENTS):
        kind = THINGS[number % len(THINGS)]
        rows = made.rows[kind]
        # Many about few things, and about the others one.
        thing = rows[number % 3 if number % 2 else number % len(rows)]["id"]
        id, withdrawn = made.new_id(), number % 7 == 3
        author = made.id("person", PEOPLE[number % len(PEOPLE)])
        words = f"{hostile(number)} {LONG if number % 9 == 0 else ''} {mark('comment', id)}"
        made.add(
            "comment",
            id=id,
            subject_kind=kind,
            subject_id=thing,
            author_id=author,
            body=None if withdrawn else words,
            body_html=None if withdrawn else f"<p>{words}</p>",
            written_at=made.instant(number),
            received_at=made.instant(number // 2),
            edited_at=made.instant(number + 1) if number % 5 == 0 else None,
            withdrawn_at=made.instant(number + 2) if withdrawn else None,
            version=1 + number % 3,
            readers=None
            if number % 4
            else [made.id("person", each) for each in PEOPLE if each != PEOPLE[number // 4 % 11]],
        )
        for version in range(1, 1 if withdrawn else 1 + number % 3):
            said = f"{hostile(number + version)} {mark('comment', id)}"
            made.add(
                "comment_version",
                comment_id=id,
                version=version,
                body=said,
                body_html=f"<p>{said}</p>",
                said_at=made.instant(number + version),
            )
            made.rows["comment_version"][-1].pop("id")
        made.add(
            "notice",
            person_id=made.id("person", PEOPLE[(number + 5) % len(PEOPLE)]),
            subject_kind="comment",
            subject_id=id,
            kind="commented",
            occasion="once",
            days=None,
            percent=None,
            sent_at=made.instant(number),
            read_at=None,
        )
        for person in {PEOPLE[(number + turn) % len(PEOPLE)] for turn in range(number % 4)}:
            mentioned = made.id("person", person)
            mention = made.add(
                "mention", comment_id=id, person_id=mentioned, mentioned_at=made.instant(number)
            )
            made.add(
                "notice",
                person_id=mentioned,
                subject_kind="mention",
                subject_id=mention,
                kind="mentioned",
                occasion="once",
                days=None,
                percent=None,
                sent_at=made.instant(number),
                read_at=None,
            )
