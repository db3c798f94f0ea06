"""The package's metadata. The build system and the tools' settings are in pyproject.toml."""

from __future__ import annotations

import re
from pathlib import Path

from setuptools import find_packages, setup

HERE = Path(__file__).resolve().parent

REPOSITORY = "https://github.com/vidispine/vidispine-python-sdk"
"""Where the project is published, as the metadata of 5.0.4 says. The links on PyPI are made of it."""


def read(name: str) -> str:
    """Return the text of a file beside this one."""
    return (HERE / name).read_text(encoding="utf-8")


def version() -> str:
    """Return the package's version without importing the package."""
    found = re.search(r'^__version__ = "([^"]+)"$', read("vidispine/version.py"), re.MULTILINE)
    if not found:
        raise RuntimeError('vidispine/version.py has no line of the form __version__ = "1.2.3"')
    return found[1]


def pages() -> str:
    """Return the address of the files of this version, which are published under its tag."""
    return f"{REPOSITORY}/blob/v{version()}"


def description() -> str:
    """Return the README with absolute links: PyPI has none of the files that it links to."""
    return re.sub(r"\]\((?!https?:|#)", f"]({pages()}/", read("README.md"))


def requirements() -> list[str]:
    """Return the runtime requirements, one a line in requirements.txt."""
    lines = (line.partition("#")[0].strip() for line in read("requirements.txt").splitlines())
    return [line for line in lines if line]


setup(
    name="vidispine",
    version=version(),
    description="Python SDK for VidiCore, the media asset management server once called Vidispine",
    long_description=description(),
    long_description_content_type="text/markdown",
    project_urls={
        "Documentation": f"{pages()}/docs/index.md",
        "Changelog": f"{pages()}/CHANGELOG.md",
        "Source": REPOSITORY,
        "Issues": f"{REPOSITORY}/issues",
    },
    license="Apache-2.0",
    license_files=["LICENSE"],
    keywords=["vidispine", "vidicore", "vidinet", "media asset management", "MAM", "REST"],
    classifiers=[
        "Development Status :: 5 - Production/Stable",
        "Intended Audience :: Developers",
        "Operating System :: OS Independent",
        "Programming Language :: Python :: 3 :: Only",
        *(f"Programming Language :: Python :: 3.{minor}" for minor in range(9, 14)),
        "Topic :: Multimedia",
        "Topic :: Software Development :: Libraries :: Python Modules",
        "Typing :: Typed",
    ],
    packages=find_packages(include=["vidispine", "vidispine.*"]),
    package_data={"vidispine": ["py.typed"]},
    python_requires=">=3.9",
    install_requires=requirements(),
    extras_require={
        "cli": ["click>=8.1.7", "keyring>=24.3.0", "platformdirs>=4.0.0", "rich>=13.4.2", "tomlkit>=0.12.3"],
        "fast": ["orjson>=3.9.15"],
        "opentelemetry": ["opentelemetry-api>=1.30.0"],
        "simulator": ["cheroot>=10.0.0", "werkzeug>=3.0.1"],
    },
    entry_points={
        "console_scripts": ["vidispine = vidispine.cli:main"],
        "pytest11": ["vidispine = vidispine.pytest_plugin"],
    },
    zip_safe=False,
)
