"""What people write to one another is shown as they meant it, and does nothing else."""

import time
from html.parser import HTMLParser

import pytest

from domain.errors import Invalid
from domain.writing import LONGEST, html_of, rendered, sound_words

SHOWN = """\
# Acme, *one* year on

You **listened** first, and ~~talked~~ asked. See [the offer](https://acme.example/o?a=1&b=2) or
write to <ada@attain.example>.

3. Call `Acme`
   - by Friday

> "We never had that."

| Stage | Days |
|-------|-----:|
| Offer | 12   |
"""
AS_HTML = """\
<h1>Acme, <em>one</em> year on</h1>
<p>You <strong>listened</strong> first, and <s>talked</s> asked. See\
 <a href="https://acme.example/o?a=1&amp;b=2" rel="nofollow noopener noreferrer">the offer</a> or
write to <a href="mailto:ada@attain.example" rel="nofollow noopener noreferrer">ada@attain.example</a>.</p>
<ol start="3">
<li>Call <code>Acme</code>
<ul>
<li>by Friday</li>
</ul>
</li>
</ol>
<blockquote>
<p>"We never had that."</p>
</blockquote>
<table>
<thead>
<tr>
<th>Stage</th>
<th>Days</th>
</tr>
</thead>
<tbody>
<tr>
<td>Offer</td>
<td>12</td>
</tr>
</tbody>
</table>"""

# What is written, and the whole of what is shown.
HOSTILE = {
    "<script>alert(1)</script>": "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
    "<img src=x onerror=alert(1)>": "<p>&lt;img src=x onerror=alert(1)&gt;</p>",
    "<div\nonclick=alert(1)>\n\nhello": "<p>&lt;div\nonclick=alert(1)&gt;</p>\n<p>hello</p>",
    "<!-- not shown? --><![CDATA[x]]><?x?>": (
        "<p>&lt;!-- not shown? --&gt;&lt;![CDATA[x]]&gt;&lt;?x?&gt;</p>"
    ),
    "[x](javascript:alert(1))": "<p>[x](javascript:alert(1))</p>",
    "[x](JaVa&#115;cript:alert(1))": "<p>[x](JaVascript:alert(1))</p>",
    "[x](java&Tab;script:alert(1))": "<p>[x](java\tscript:alert(1))</p>",
    "[x](\x01javascript:alert(1))": "<p>[x](javascript:alert(1))</p>",
    "[x](vbscript:x) <javascript:x>": "<p>[x](vbscript:x) &lt;javascript:x&gt;</p>",
    "[x](data:text/html;base64,PHM+)": "<p>[x](data:text/html;base64,PHM+)</p>",
    "![x](data:image/png;base64,AA==)": "<p>![x](data:image/png;base64,AA==)</p>",
    "[x](//elsewhere.example)": "<p>[x](//elsewhere.example)</p>",
    "[x](/auth/sign-out)": "<p>[x](/auth/sign-out)</p>",
    "[x](file:///etc/passwd)": "<p>[x](file:///etc/passwd)</p>",
    "![seen](https://a.example/seen.png)": (
        '<p>!<a href="https://a.example/seen.png" rel="nofollow noopener noreferrer">seen</a></p>'
    ),
    '[x](https://a.example"onclick=alert(1))': (
        '<p><a href="https://a.example%22onclick=alert(1)"'
        ' rel="nofollow noopener noreferrer">x</a></p>'
    ),
    '[x](https://a.example "a title")': (
        '<p><a href="https://a.example" rel="nofollow noopener noreferrer">x</a></p>'
    ),
    "<https://a.example/%E2%80%AEgpj>": (
        '<p><a href="https://a.example/%E2%80%AEgpj" rel="nofollow noopener noreferrer">'
        "https://a.example/gpj</a></p>"
    ),
    "&#x202e;gpj &#0; &lt;b&gt;": "<p>gpj  &lt;b&gt;</p>",
    "[a]: javascript:alert(1)\n[a]": "<p>[a]: javascript:alert(1)\n[a]</p>",
    "```js onload=x\n<b>\n```": "<pre><code>&lt;b&gt;\n</code></pre>",
    "[a [b](https://b.example)](javascript:x)": (
        '<p>[a <a href="https://b.example" rel="nofollow noopener noreferrer">b</a>]'
        "(javascript:x)</p>"
    ),
    "`<b>` \\<i\\> **<u>**": "<p><code>&lt;b&gt;</code> &lt;i&gt; <strong>&lt;u&gt;</strong></p>",
}

LONG = {
    "quotations": ">" * LONGEST,
    "brackets": "[" * LONGEST,
    "lists": "- " * (LONGEST // 2),
    "a wide table of empty rows": "|" + "a|" * 1000 + "\n|" + "-|" * 1000 + "\n" + "|\n" * 2000,
    "an address named many times": f"[a]: https://{'x' * 5000}\n" + "[a]" * 1600,
    "entities": "&" * LONGEST,
}


def test_markdown_is_shown_as_meant() -> None:
    assert rendered(SHOWN) == AS_HTML


@pytest.mark.parametrize("written", HOSTILE)
def test_what_is_hostile_is_shown_as_text(written: str) -> None:
    assert rendered(written) == HOSTILE[written]


@pytest.mark.parametrize("case", LONG)
def test_no_words_grow_or_take_beyond_measure(case: str) -> None:
    began = time.process_time()

    html = rendered(LONG[case])

    assert len(html) < 12 * LONGEST
    assert time.process_time() - began < 3


def test_nothing_that_was_ever_written_comes_out_as_another_tag() -> None:
    """All of it at once, and each cut off anywhere."""
    seen: set[tuple[str, str]] = set()

    class Reading(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            seen.update((tag, name) for name, _ in attrs)
            for name, value in attrs:
                assert name != "href" or str(value).startswith(("https://", "mailto:"))

    everything = "\n\n".join([*HOSTILE, SHOWN])
    for end in range(1, len(everything), 37):
        Reading().feed(rendered(everything[:end]))

    assert seen == {("a", "href"), ("a", "rel"), ("ol", "start")}


async def test_long_words_are_shown_like_short_ones() -> None:
    long = "*Well* done. " * 500

    assert await html_of(long) == rendered(long)
    assert await html_of("*Well* done.") == "<p><em>Well</em> done.</p>"


@pytest.mark.parametrize(
    "words",
    ["", " \r\n\t ", "\u200b\u200d", "a" * (LONGEST + 1), "[" * 1_000_000, "turned \u202e round", "nul \0"],
)  # fmt: skip
def test_words_are_there_within_bounds_and_show_what_they_say(words: str) -> None:
    with pytest.raises(Invalid) as refused:
        sound_words(words, path="body")

    assert refused.value.path == ("body",)


def test_lines_end_as_everywhere() -> None:
    assert sound_words("  one\r\ntwo\rthree\n", path="body") == "one\ntwo\nthree"
