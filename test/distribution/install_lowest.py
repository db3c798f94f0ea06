"""Install the lowest supported version of each dependency."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import requires


def lowest() -> list[str]:
    """Return a pin for each lower bound: ``six>=1.16.0`` becomes ``six==1.16.0``, with or without an extra."""
    pins = []
    for requirement in requires("vidispine") or ():
        bound = re.match(r"([\w.-]+)\s*(?:<[\w.]+,\s*)?>=\s*([\w.]+)\s*(?:,\s*<[\w.]+\s*)?(?:;|$)", requirement)
        if not bound:
            sys.exit(f"no plain lower bound in the requirement {requirement!r}")
        pins.append(f"{bound[1]}=={bound[2]}")
        if bound[1] == "opentelemetry-api":
            # The tests need the SDK, which requires exactly its own version of the API.
            pins.append(f"opentelemetry-sdk=={bound[2]}")
    return pins


if __name__ == "__main__":
    subprocess.run([sys.executable, "-m", "pip", "install", *lowest()], check=True)
