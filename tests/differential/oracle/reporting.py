"""Who stands above whom on a day: lines run between positions, and people hold positions."""

from datetime import date
from uuid import UUID

from tests.differential.oracle.facts import Facts, holds_on


class Tree:
    """The reporting tree as it stands on one day."""

    def __init__(self, facts: Facts, day: date) -> None:
        self._boss = {
            line["position_id"]: line["manager_position_id"]
            for line in facts.lines
            if holds_on(line, day)
        }
        self.holder: dict[UUID, UUID] = {}
        self.held: dict[UUID, list[UUID]] = {}
        for holding in facts.holdings:
            if holds_on(holding, day):
                self.holder[holding["position_id"]] = holding["person_id"]
                self.held.setdefault(holding["person_id"], []).append(holding["position_id"])
        self.above = {person: self._above(person) for person in facts.rows["Person"]}

    def manager_position(self, position: UUID) -> UUID | None:
        """The position that this one reports to."""
        return self._boss.get(position)

    def _above(self, person: UUID) -> dict[UUID, set[int]]:
        """Everybody above a person, and over how many lines; a vacant position passes its line on,
        and nobody stands above themselves."""
        found: dict[UUID, set[int]] = {}
        for position in self.held.get(person, []):
            lines, above = 1, self._boss.get(position)
            while above is not None:
                holder = self.holder.get(above)
                if holder is not None and holder != person:
                    found.setdefault(holder, set()).add(lines)
                lines, above = lines + 1, self._boss.get(above)
        return found

    def is_above(self, person: UUID | None, other: UUID | None) -> bool:
        return other is not None and person in self.above.get(other, {})

    def is_at_the_top(self, person: UUID) -> bool:
        return not self.above[person]

    def nearest_above(self, person: UUID) -> UUID | None:
        """The nearest person above; of several as near, the one whose id comes first."""
        above = self.above[person]
        return min(above, key=lambda one: (min(above[one]), one)) if above else None

    def directly_above(self, person: UUID) -> set[UUID]:
        """People one line above, not counting across a vacant position."""
        return {above for above, lines in self.above[person].items() if 1 in lines}
