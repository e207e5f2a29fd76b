"""One command for each claim about goals.

.venv/bin/python -m benchmarks.goals stream [--people 600] [--seconds 20] [--rate 50] [--json]
.venv/bin/python -m benchmarks.goals tree [--people 10000] [--json]
.venv/bin/python -m benchmarks.goals cascade [--people 10000] [--json]
"""

import sys
from importlib import import_module

if __name__ == "__main__":
    if len(sys.argv) < 2 or not sys.argv[1].isidentifier():
        raise SystemExit(__doc__)
    import_module(f"benchmarks.goals.{sys.argv.pop(1)}").main()
