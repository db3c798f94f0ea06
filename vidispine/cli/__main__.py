"""``python -m vidispine.cli``, the form of 6.0.0."""

from __future__ import annotations

import sys

from vidispine.cli import main

if __name__ == "__main__":
    sys.exit(main())
