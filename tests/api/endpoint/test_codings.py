"""Compressed answers: chosen as the caller weighs them, and only where it pays."""

import gzip
from collections.abc import Callable

import brotli
import httpx2
import pytest
import zstandard

from api.endpoint.codings import AS_IT_IS, Coding, Codings, choose_codings
from tests.api.endpoint.shop import Shop, client, endpoint

ZSTD, BROTLI, GZIP, IDENTITY = Coding.ZSTD, Coding.BROTLI, Coding.GZIP, Coding.IDENTITY
LARGE = {"query": "query($n: [String!]!) { products(names: $n) { name } }"}
NAMES = [f"pen {number}" for number in range(100)]
DECODED: dict[str, Callable[[bytes], bytes]] = {
    "zstd": lambda body: zstandard.ZstdDecompressor().decompress(body),
    "br": brotli.decompress,
    "gzip": gzip.decompress,
}


@pytest.mark.parametrize(
    ("accept_encoding", "chosen"),
    [
        (None, AS_IT_IS),
        ("", AS_IT_IS),
        ("identity", AS_IT_IS),
        ("deflate, compress", AS_IT_IS),
        ("nonsense;;q=,,", AS_IT_IS),
        ("gzip, deflate, br, zstd", Codings(IDENTITY, ZSTD)),
        ("gzip, deflate, br", Codings(IDENTITY, BROTLI)),
        ("GZIP", Codings(IDENTITY, GZIP)),
        ("gzip, identity", Codings(IDENTITY, GZIP)),
        ("zstd;q=0.5, br;q=0.8, gzip;q=0.7", Codings(IDENTITY, BROTLI)),
        ("zstd;q=0, gzip;q=0.1", Codings(IDENTITY, GZIP)),
        ("gzip;q=0.5, identity", AS_IT_IS),
        ("gzip;q=0", AS_IT_IS),
        ("*", Codings(IDENTITY, ZSTD)),
        ("*, zstd;q=0", Codings(IDENTITY, BROTLI)),
        ("*;q=0, gzip", Codings(GZIP, GZIP)),
        ("*;q=0, gzip, identity;q=0.1", Codings(IDENTITY, GZIP)),
        ("gzip, identity;q=0", Codings(GZIP, GZIP)),
        ("*;q=0.5, identity;q=0", Codings(ZSTD, ZSTD)),
        ("identity;q=0", None),
        ("*;q=0", None),
        ("deflate, identity;q=0", None),
        ("gzip;q=nonsense, identity;q=0", None),
    ],
)
def test_the_coding_is_the_one_that_the_caller_weighs_highest(
    accept_encoding: str | None, chosen: Codings | None
) -> None:
    assert choose_codings(accept_encoding) == chosen


async def ask(accept_encoding: str, names: list[str]) -> tuple[httpx2.Response, bytes]:
    """The reply, and its body as it came over the wire."""
    async with client(endpoint(Shop())) as http:
        request = http.build_request(
            "POST",
            "/graphql",
            json={**LARGE, "variables": {"n": names}},
            headers={"Accept-Encoding": accept_encoding},
        )
        reply = await http.send(request, stream=True)
        body = b"".join([part async for part in reply.aiter_raw()])
    return reply, body


@pytest.mark.parametrize("coding", DECODED)
async def test_a_large_answer_is_compressed_and_says_so(coding: str) -> None:
    _, plain = await ask("identity", NAMES)
    reply, body = await ask(f"{coding}, identity", NAMES)

    assert reply.headers["content-encoding"] == coding
    assert reply.headers["content-length"] == str(len(body))
    assert reply.headers["vary"] == "Accept, Accept-Encoding, Authorization"
    assert DECODED[coding](body) == plain
    assert len(body) < len(plain) / 4


async def test_a_small_answer_and_a_refusal_are_sent_as_they_are() -> None:
    small, body = await ask("zstd, br, gzip", NAMES[:2])
    forced, packed = await ask("gzip, identity;q=0", NAMES[:2])
    refused, told = await ask("gzip", ["x" * 2_000] * 1_001)

    assert "content-encoding" not in small.headers
    assert body == b'{"data":{"products":[{"name":"pen 0"},{"name":"pen 1"}]}}'
    assert forced.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed) == body
    assert "content-encoding" not in refused.headers
    assert b"a list of more than 1000 items" in told


async def test_a_caller_who_refuses_every_form_is_told_so_and_nothing_runs() -> None:
    shop = Shop()

    async with client(endpoint(shop)) as http:
        reply = await http.post(
            "/graphql",
            json={"query": "{ product { name } }"},
            headers={"Accept-Encoding": "deflate, identity;q=0"},
        )

    assert reply.status_code == 406
    assert reply.json()["errors"][0]["message"] == (
        "The answer is offered in zstd, br or gzip, or as it is."
    )
    assert shop.log == []


def test_only_the_beginning_of_a_header_is_read_and_kept() -> None:
    long = "x;q=0.1," * 5_000 + "zstd"

    assert choose_codings(long) == AS_IT_IS
    assert choose_codings("zstd, " + long) == choose_codings("zstd")
