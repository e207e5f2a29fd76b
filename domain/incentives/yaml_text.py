"""Plans as YAML, the open format in which they move between systems.

Every scalar stays the text it was written as, so “0.10” is never a float and “no” never a truth value.
What YAML knows beyond lists, mappings and text is refused: anchors, tags, keys said twice.
"""

from collections.abc import Mapping
from typing import Any

import yaml

from domain.errors import Invalid

LONGEST = 200_000
DEEPEST = 20


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
        _refuse_what_is_not_plain(text)
        found = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506  # it makes text, lists and mappings alone
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


def _refuse_what_is_not_plain(text: str) -> None:
    """Raises NotYaml for anchors, tags, nesting without end, and keys said twice."""
    keys: list[set[str] | None] = []
    is_key: list[bool] = []
    for event in yaml.parse(text, Loader=yaml.BaseLoader):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise NotYaml("Anchors and aliases are not read", event.start_mark)
        if getattr(event, "tag", None):
            raise NotYaml("Tags are not read", event.start_mark)
        if isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            keys.pop()
            is_key.pop()
            continue
        if not isinstance(event, yaml.NodeEvent):
            continue
        if isinstance(event, yaml.ScalarEvent) and not _is_writable(event.value):
            raise NotYaml("An escape stands for no letter", event.start_mark)
        if keys and keys[-1] is not None:
            if is_key[-1]:
                _refuse_second(event, keys[-1])
            is_key[-1] = not is_key[-1]
        if isinstance(event, yaml.CollectionStartEvent):
            is_mapping = isinstance(event, yaml.MappingStartEvent)
            keys.append(set() if is_mapping else None)
            is_key.append(True)
            if len(keys) > DEEPEST:
                raise NotYaml(f"A plan is at most {DEEPEST} levels deep", event.start_mark)


def _is_writable(text: str) -> bool:
    """Whether a text can be kept and sent: half a letter, and the letter nought, cannot."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def _refuse_second(event: yaml.NodeEvent, known: set[str]) -> None:
    if not isinstance(event, yaml.ScalarEvent):
        raise NotYaml("A key is a word", event.start_mark)
    if event.value in known:
        raise NotYaml(f"`{event.value}` is said twice", event.start_mark)
    known.add(event.value)


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


class _Dumper(yaml.SafeDumper):
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
