"""What tests change of the schema's declarations must not stay in anybody's plans."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from schema import schema
from schema.compiler.fields import COMPILER
from schema.compiler.running import Compiler
from tests.schema import asking


@contextmanager
def new_compiler() -> Iterator[pytest.MonkeyPatch]:
    """Within, whoever asks below HTTP has a compiler that keeps no plans yet; what is patched here
    is as it was afterwards, and so are the plans."""
    with pytest.MonkeyPatch.context() as patched:
        made = Compiler(schema)
        patched.setattr(asking, "compiler", made)
        patched.setitem(schema._schema.extensions, COMPILER, made)
        yield patched


def compiler_in_use() -> Compiler:
    """The one that a schema asks whose operations are run."""
    made = schema._schema.extensions[COMPILER]
    assert isinstance(made, Compiler)
    return made
