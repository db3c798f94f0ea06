"""Lets tox find the Pythons that pyenv installed.

tox looks for interpreters on ``PATH``, where pyenv puts shims. A shim refuses to run unless its version was chosen
with ``pyenv global`` or the like, and tox then skips the environment. The real programs go last on ``PATH``, so
that an interpreter the user put there first still wins.
"""

from __future__ import annotations

import os
from pathlib import Path

pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
found = sorted(str(folder) for folder in pyenv.glob("versions/3.*/bin"))
os.environ["PATH"] = os.pathsep.join([os.environ.get("PATH", os.defpath), *found])
