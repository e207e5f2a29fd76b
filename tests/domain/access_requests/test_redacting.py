"""Third parties are taken out, and the subject stays."""

import pytest

from domain.access_requests.redacting import Known, Redaction

JAE = Known("Jae Pak", "jae@example.com", "0192aaaa-0000-7000-8000-000000000001")
OTHERS = [
    Known("Grace O'Hara", "grace@example.com", "0192aaaa-0000-7000-8000-000000000002"),
    Known("José Saraiva", None, "0192aaaa-0000-7000-8000-000000000003"),
    Known("Jae Lund", None, "0192aaaa-0000-7000-8000-000000000004"),
    Known("Li Na", None, "0192aaaa-0000-7000-8000-000000000005"),
    Known("Sören Weiß", None, "0192aaaa-0000-7000-8000-000000000006"),
    Known("Robert (Bob) Quinn", None, "0192aaaa-0000-7000-8000-000000000009"),
    Known("王伟", None, "0192aaaa-0000-7000-8000-000000000007"),
    Known("김 철수", None, "0192aaaa-0000-7000-8000-000000000008"),
]
WITHOUT = Redaction.of(OTHERS, JAE)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Jae was late again.", "Jae was late again."),
        ("Grace O'Hara complained of Jae.", "[somebody else] complained of Jae."),
        ("GRACE and jose know, Saraiva's too.", "[somebody else] and [somebody else] know, [somebody else]'s too."),
        ("Jose\u0301 heard it", "[somebody else] heard it"),
        ("with Jae Lund and Jae Pak", "with [somebody else] and Jae Pak"),
        ("Li Na said so; Li is too short to be sure of", "[somebody else] said so; Li is too short to be sure of"),
        ("graceful", "graceful"),
        ("Bob said so, Bobby and R. Q. too", "[somebody else] said so, Bobby and R. Q. too"),
        ("mail grace@example.com, not jae@example.com", "mail [somebody else], not jae@example.com"),
        ("stranger@elsewhere.org or +44 20 7946 0958", "[somebody else] or [somebody else]"),
        ("sold 1,138,801.23 on 2014-03-01, order 43659", "sold 1,138,801.23 on 2014-03-01, order 43659"),
        ("@[Grace](person_0192aaaa-0000-7000-8000-000000000002)", "@[[somebody else]]([somebody else])"),
        ("@[Jae](person_0192aaaa-0000-7000-8000-000000000001)", "@[Jae](person_0192aaaa-0000-7000-8000-000000000001)"),
        ("Grace, José.", "[somebody else]."),
        ("_Grace_ and __Saraiva__", "_[somebody else]_ and __[somebody else]__"),
        ("Gr**ac**e, G*r*~~ace~~ and `Grace`", "[somebody else]~~ and `[somebody else]`"),
        ("**Grace*and*Saraiva**", "**[somebody else]*and*[somebody else]**"),
        ("Gr\u200bace, Gra\u00adce; by\u200bGrace", "[somebody else]; by\u200b[somebody else]"),
        ("Gr&#97;ce, &#x47;race; Jos&eacute; & co", "[somebody else]; [somebody else] & co"),
        ("Graces idea, Grace2, gracesaraiva", "[somebody else]s idea, [somebody else]2, gracesaraiva"),
        ("Na, Li met Grace_O'Hara, not Jae_Pak", "[somebody else] met [somebody else], not Jae_Pak"),
        ("SOEREN WEISS", "[somebody else]"),
        ("我和王伟谈过", "我和[somebody else]谈过"),
        ("철수가 김치를", "[somebody else]가 김치를"),
        ("", ""),
    ],
)  # fmt: skip
def test_everybody_else_is_taken_out_of_a_text(written: str, shown: str) -> None:
    assert WITHOUT(written) == shown


def test_where_nobody_else_is_known_only_what_looks_like_an_address_goes() -> None:
    alone = Redaction.of([], JAE)

    assert alone("Grace wrote to g@example.com") == "Grace wrote to [somebody else]"


def test_a_long_text_is_done_in_the_time_that_reading_it_takes() -> None:
    crowd = [Known(f"Person{n} Family{n}", None, str(n)) for n in range(2_000)]

    shown = Redaction.of(crowd, JAE)("Family77 and nobody. " * 500)

    assert shown.count("[somebody else]") == 500
    assert "Family" not in shown
