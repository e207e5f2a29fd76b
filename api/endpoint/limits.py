"""How much one GraphQL request may ask for. Every refusal by a limit names the limit."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """Bounds on a document and its variables; counts are inclusive ("at most").

    `depth`, `aliases`, `root_fields`, `directives` and `selections` are counted with fragments
    spread out, as execution would meet them. `comparisons` are the pairs of fields that would be
    merged into one, each of which validation compares with the other; 2,000 take it 50 ms.
    """

    characters: int = 50_000
    tokens: int = 2_000
    operations: int = 20
    fragments: int = 50
    depth: int = 16
    aliases: int = 50
    root_fields: int = 20
    directives: int = 50
    selections: int = 2_000
    comparisons: int = 2_000
    validation_errors: int = 20
    coercion_errors: int = 20
    json_depth: int = 32
    json_values: int = 20_000
    list_items: int = 1_000
    message_characters: int = 300
    cached_characters: int = 400_000
    """Source text of cached documents; parsed, it takes up to 300 bytes a character."""
