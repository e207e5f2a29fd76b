"""Plans as YAML, the open format in which they move between systems.

Every scalar stays the text it was written as, so “0.10” is never a float and “no” never a truth value.
What YAML knows beyond lists, mappings and text is refused: anchors, tags, keys said twice.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from domain.errors import Invalid
from domain.texts import misleading

LONGEST = 200_000
MISLEADS = "This holds a sign that is not shown, or that turns the order in which text is shown"
DEEPEST = 20
MOST_PARTS = 30_000


class NotYaml(Invalid):
    """A text is not YAML, or more than plans need of it; the sentence names line and column."""

    def __init__(self, what: str, mark: Any = None) -> None:
        where = f" (line {mark.line + 1}, column {mark.column + 1})" if mark is not None else ""
        super().__init__(f"{what}{where}.", path=("text",))


def read(text: str) -> Mapping[str, Any]:
    """The document of a text. Raises NotYaml."""
    if len(text) > LONGEST:
        raise NotYaml(f"A plan has at most {LONGEST} characters")
    try:
        found = _Reading().document(yaml.parse(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as refused:
        what = " ".join(filter(None, (refused.context, refused.problem)))
        raise NotYaml(f"This is not YAML: {what}", refused.problem_mark) from None
    except yaml.YAMLError as refused:
        raise NotYaml(f"This is not YAML: {str(refused).splitlines()[0]}") from None
    except (ValueError, OverflowError):  # of PyYAML's own, for an escape beyond all letters
        raise NotYaml("This is not YAML: an escape stands for no letter") from None
    if not isinstance(found, dict):
        raise NotYaml("A plan is a mapping of keys to values")
    return found


_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
"""Those in C, where PyYAML was built with them, are twenty times as quick."""


class _Reading:
    """A document, put together in one pass over what its parser meets, so that nothing is made of what
    is refused: anchors, tags, nesting without end, keys said twice, a second document."""

    def __init__(self) -> None:
        self._whole: list[Any] = []
        self._around: list[dict[str, Any] | list[Any]] = []
        self._keys: list[str | None] = []
        self._parts = 0

    def document(self, events: Iterable[yaml.Event]) -> Any:
        for event in events:
            if isinstance(event, yaml.NodeEvent):
                self._node(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                self._around.pop()
                self._keys.pop()
        return self._whole[0] if self._whole else None

    def _node(self, event: yaml.NodeEvent) -> None:
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise NotYaml(f"A plan has at most {MOST_PARTS} parts", event.start_mark)
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            raise NotYaml("Anchors and aliases are not read", event.start_mark)
        if getattr(event, "tag", None):
            raise NotYaml("Tags are not read", event.start_mark)
        if isinstance(event, yaml.ScalarEvent):
            if not _is_writable(event.value):
                raise NotYaml("An escape stands for no letter", event.start_mark)
            if misleading(event.value):
                raise NotYaml(MISLEADS, event.start_mark)
            self._add(event.value, event)
            return
        made: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
        self._add(made, event)
        self._around.append(made)
        self._keys.append(None)
        if len(self._around) > DEEPEST:
            raise NotYaml(f"A plan is at most {DEEPEST} levels deep", event.start_mark)

    def _add(self, value: Any, event: yaml.NodeEvent) -> None:
        """Put a value where it stands: as a key, under the key before it, or as the next of a list."""
        if not self._around:
            if self._whole:
                raise NotYaml("A text is one plan, and here another begins", event.start_mark)
            self._whole.append(value)
        elif isinstance(around := self._around[-1], list):
            around.append(value)
        elif (key := self._keys[-1]) is not None:
            around[key], self._keys[-1] = value, None
        elif not isinstance(value, str):
            raise NotYaml("A key is a word", event.start_mark)
        elif value in around:
            raise NotYaml(f"`{value}` is said twice", event.start_mark)
        else:
            self._keys[-1] = value


def _is_writable(text: str) -> bool:
    """Whether a text can be kept and sent: half a letter, and the letter nought, cannot."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def written(terms: Mapping[str, Any]) -> str:
    """A document as YAML, with its keys in their own order. `read` gives the same document."""
    return yaml.dump(
        _texts(terms),
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        default_flow_style=False,
        width=120,
    )


class _Dumper(_DUMPER):  # type: ignore[misc]  # one of two classes
    """Repeats what is the same instead of naming it."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _texts(value: Any) -> Any:
    """All scalars as text, as they are read again."""
    if isinstance(value, Mapping):
        return {str(name): _texts(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_texts(each) for each in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
