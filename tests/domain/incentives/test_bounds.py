"""Whatever is sent as a plan is read, tried and looked through in a moment, or refused."""

import time

import pytest

from domain.errors import Invalid
from domain.incentives.plan_rules import drafted

HEAD = "currency: USD\nmeasures:\n- key: m\ncomponents:\n"


def component(number: int, tiers: int) -> str:
    told = ", ".join(f"{{start: {n * 1000}, pays: 0.0{n + 10}}}" for n in range(tiers))
    table = f"{{method: marginal, tiers: [{told}]}}"
    return f"- key: c{number}\n  name: n\n  commission: {{measure: m, table: {table}}}\n"


def examples(number: int, deals: int) -> str:
    """Deals that go all the way up and down again."""
    sold = ", ".join(f"{{name: d{n}, amount: {777000 * (-1) ** n}}}" for n in range(deals))
    return "examples:\n" + "".join(
        f"- name: e{n}\n  total: 1\n  deals: [{sold}]\n" for n in range(number)
    )


def grid(cells: int, tiers: int) -> str:
    starts, pays = ", ".join(map(str, range(tiers))), ", ".join("1" * tiers)
    rates = ", ".join(f"v{n}: [{pays}]" for n in range(cells - 1))
    told = f"{{method: marginal, by: [product.name], starts: [{starts}], rates: {{{rates}, otherwise: [{pays}]}}}}"  # fmt: skip
    return f"  commission: {{measure: m, grid: {told}}}\n"


SUM = " + ".join(["100 USD"] * 196)
LONG = f"({SUM}) + ({SUM})"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (HEAD + "".join(component(n, 50) for n in range(50)) + examples(3, 1), None),
        (HEAD + component(0, 40) + examples(10, 45), None),
        (HEAD + component(0, 40) + examples(10, 50), "The examples take too long"),
        (HEAD + "".join(f"- key: c{n}\n  name: n\n{grid(52, 24)}" for n in range(3)), None),
        (HEAD + "".join(f"- key: c{n}\n  name: n\n{grid(26, 50)}" for n in range(4)), "at most 5000 tiers"),
        (HEAD + "".join(f"- key: c{n}\n  name: n\n  formula: {LONG}\n" for n in range(10)), None),
        (HEAD + "".join(f"- key: c{n}\n  name: n\n  formula: {LONG}\n" for n in range(10)) + component(0, 1).replace(
            "commission:", f"gate: {LONG} > 1 USD\n  commission:"), "at most 40000 characters together"),
        (HEAD.replace("- key: m\n", "".join(f"- key: m{n}\n" for n in range(50)) + "- key: m\n") + component(0, 1),
         "at most 50 measures"),
    ],
)  # fmt: skip
def test_what_is_too_large_is_refused_and_nothing_takes_long(text: str, says: str | None) -> None:
    begun = time.process_time()

    if says is None:
        drafted("hostile", text)
    else:
        with pytest.raises(Invalid, match=says):
            drafted("hostile", text)

    assert time.process_time() - begun < 2  # a third of that on a machine that is not busy
