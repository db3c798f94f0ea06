"""``python -m vidispine``: runs the ``vidispine`` command when its script is not on the path."""

from __future__ import annotations

import sys

from vidispine.cli import main

if __name__ == "__main__":
    sys.exit(main())
