"""What all workers share: imported once, before they part ways, and left alone by the collector,
which would otherwise write to every page of it and so make each worker a copy of its own."""

import gc

import api.app  # noqa: F401

gc.collect()
gc.freeze()
