"""Words that people write to one another, as Markdown: what they may hold, and how they are shown.

Words are kept as they were written, and beside that as HTML made once, when they are written. Two
libraries stand between somebody's words and somebody else's screen, each enough by itself: the one
that reads Markdown makes no tag out of a tag that was written, and the other lets only harmless tags
through. What would grow beyond measure (a short text that names a long address a thousand times, a
wide table of empty rows) is not read as such.
"""

import asyncio
import re
from importlib import import_module

import nh3
from markdown_it import MarkdownIt

from domain.goals.rules import sound_text
from domain.texts import UNPRINTABLE

LONGEST = 10_000
"""Signs of the longest words that anybody writes at once."""

_AT_ONCE = 1_000
_LINES = frozenset("\t\n")
_SCHEMES = frozenset({"http", "https", "mailto"})
_ADDRESS = re.compile(rf"(?:{'|'.join(sorted(_SCHEMES))}):[^\s\\]", re.IGNORECASE)
_SHOWN = frozenset(
    {
        *("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "code"),
        *("strong", "em", "s", "ul", "ol", "li", "a"),
        *("table", "thead", "tbody", "tr", "th", "td"),
    }
)

# How many cells a table may leave out, for the reader to fill in: by default enough to make 600 kB
# out of two.
vars(import_module("markdown_it.rules_block.table"))["MAX_AUTOCOMPLETED_CELLS"] = 1_000


class _Reader(MarkdownIt):
    def validateLink(self, url: str) -> bool:
        """Only addresses that name where they lead: nothing relative, nothing that is run."""
        return _ADDRESS.match(url) is not None


# CommonMark with tables and strike-through; without HTML, images, and addresses named elsewhere in
# the text. How deep things stand in one another is bounded.
_READER = (
    _Reader("commonmark", {"html": False, "maxNesting": 20})
    .enable(["table", "strikethrough"])
    .disable(["image", "html_block", "html_inline", "reference"])
)
_CLEANER = nh3.Cleaner(
    tags=set(_SHOWN),
    attributes={"*": set(), "a": {"href"}, "ol": {"start"}},
    url_schemes=set(_SCHEMES),
    url_relative="deny",
    link_rel="nofollow noopener noreferrer",
    strip_comments=True,
)


def sound_words(text: str, *, longest: int = LONGEST, path: str) -> str:
    """Trimmed words that show what they say, with lines ended as everywhere. Raises Invalid."""
    if len(text) <= 2 * longest:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return sound_text(text, longest=longest, path=path)


def rendered(words: str) -> str:
    """The words, which are Markdown, as HTML that may be shown as it is."""
    html = _CLEANER.clean(_READER.render(words))
    # An address may spell out, in another writing, a sign that the words themselves may not hold.
    return UNPRINTABLE.sub(lambda found: found[0] if found[0] in _LINES else "", html).strip()


async def html_of(words: str) -> str:
    """`rendered` for an act: long words, which can take half a second, keep nobody else waiting."""
    if len(words) <= _AT_ONCE:
        return rendered(words)
    return await asyncio.to_thread(rendered, words)
