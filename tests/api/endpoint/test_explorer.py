"""GraphiQL, from our own files only."""

import re

from starlette.applications import Starlette

from api.endpoint.explorer import graphiql
from tests.api.endpoint.shop import client


async def test_graphiql_is_served_whole_from_our_own_files_under_a_strict_policy() -> None:
    async with client(Starlette(routes=[graphiql()])) as http:
        moved = await http.get("/graphiql")
        page = await http.get("/graphiql/")
        wanted = re.findall(r'(?:src|href)="([^"]+)"', page.text)
        parts = {name: await http.get(f"/graphiql/{name}") for name in wanted if name != "data:,"}

    policy = page.headers["content-security-policy"]
    assert moved.headers["location"].endswith("/graphiql/")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'; script-src 'self';" in policy
    assert "connect-src 'self'" in policy
    assert len(parts) == 6
    assert {name: part.status_code for name, part in parts.items() if part.status_code != 200} == {}
    assert not any("://" in name for name in wanted)
    assert "<script>" not in page.text
    assert re.search(r"@import|url\((?!\"?data:)", parts["vendor/graphiql.min.css"].text) is None
    assert "sourceMappingURL" not in "".join(part.text for part in parts.values())
