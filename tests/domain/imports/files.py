"""Small files and mappings for the tests of imports."""

from collections.abc import Mapping
from pathlib import Path

LAYOUT = """
[files]
encoding = "utf-8"
delimiter = ","
quoting = "double"
date = "YYYY-MM-DD"
decimal = "."
currency = "USD"
"""
SALES = """
[[source]]
kind = "sales"
file = "sales.csv"
external_id = "Id"
[source.fields]
sold_on = "Day"
quantity = { value = "1" }
amount = "Amount"
"""
HEADER = "Id,Day,Amount\n"


def sale_rows(count: int, amount: str = "10.00") -> str:
    """Rows S1, S2, ... of the columns in HEADER."""
    return "".join(f"S{row},2020-05-{row % 28 + 1:02},{amount}\n" for row in range(1, count + 1))


def a_mapping(
    folder: Path,
    files: Mapping[str, str | bytes],
    *,
    sources: str = SALES,
    layout: str = LAYOUT,
    name: str = "test",
) -> Path:
    """Write the files and a mapping over them; the mapping's path."""
    folder.mkdir(exist_ok=True)
    for file, content in files.items():
        bytes_ = content if isinstance(content, bytes) else content.encode()
        (folder / file).write_bytes(bytes_)
    path = folder / "mapping.toml"
    path.write_text(f'name = "{name}"\n{layout}{sources}', encoding="utf-8")
    return path
