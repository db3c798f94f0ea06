"""Imports all of the client that was built, and makes one call with it.

This file runs in the environment of the generator, whose client has the dependencies of the generator.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pkgutil import walk_packages

__all__: list[str] = []


def main(folder: str, host: str) -> None:
    sys.path.insert(0, folder)
    package = import_module("vidicore_client")
    modules = [import_module(found.name) for found in walk_packages(package.__path__, f"{package.__name__}.")]
    client = package.AuthenticatedClient(base_url=host, token="dTpw", prefix="Basic")
    job = import_module("vidicore_client.api.job.get_job").sync("VX-29", client=client, metadata=True)
    print(json.dumps({"modules": len(modules), "job": job.to_dict()}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
