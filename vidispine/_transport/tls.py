"""TLS: the certificate authorities to trust, and the client certificate."""

from __future__ import annotations

import os
import re
import ssl
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urllib3.util.ssl_ import create_urllib3_context

from vidispine.exceptions import ApiTypeError, ApiValueError

if TYPE_CHECKING:
    from vidispine.configuration import Configuration

__all__ = ["make_context"]

_HASHED = re.compile(r"[0-9a-f]{8}\.[0-9]+")
"""The file names that OpenSSL searches for in a directory of certificates."""


def make_context(configuration: Configuration, *, for_proxy: bool = False) -> ssl.SSLContext:
    """Return the context for TLS connections.

    :param for_proxy: whether it is for a proxy, which does not get the client certificate
    :raises ApiTypeError, ApiValueError: a file that the configuration or an environment variable names cannot be used
    """
    context = create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED if configuration.verify_ssl else ssl.CERT_NONE)
    _load_authorities(context, configuration)
    if configuration.key_file and not configuration.cert_file:
        _file("key_file", configuration.key_file)
    if configuration.cert_file and not for_proxy:
        _load_certificate(context, configuration)
    return context


def _load_authorities(context: ssl.SSLContext, configuration: Configuration) -> None:
    """Load the first of: the setting, the environment variables of OpenSSL, requests and curl, certifi's file."""
    if configuration.ssl_ca_cert:
        _load_bundle(context, "ssl_ca_cert", configuration.ssl_ca_cert)
    elif configuration.verify_ssl and not (configuration.ssl_ca_cert is None and _load_of_environment(context)):
        import certifi

        context.load_verify_locations(certifi.where())


def _load_of_environment(context: ssl.SSLContext) -> bool:
    """Load the certificate authorities that environment variables name; return whether one is set."""
    file, directories = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    if file and directories:
        # Like OpenSSL, ignore a directory that does not exist.
        context.load_verify_locations(capath=directories)
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        path = os.environ.get(name)
        if path:
            _load_bundle(context, name, path)
            return True
    return False


def _load_bundle(context: ssl.SSLContext, name: str, path: Any) -> None:
    """Load a file of certificates, or a directory of them; ``SSL_CERT_DIR`` may be several directories."""
    text = _text_of(name, path)
    given = text.split(os.pathsep) if name == "SSL_CERT_DIR" else [text]
    directories = [one for one in given if os.path.isdir(one)]  # noqa: PTH112 - False for what is no path
    if directories:
        if not any(_HASHED.fullmatch(entry) for directory in directories for entry in _list(name, directory)):
            raise ApiValueError(f"{name}: no certificate in {text!a} is named by its hash: run 'openssl rehash' on it")
        context.load_verify_locations(capath=os.pathsep.join(directories))
    elif os.path.isfile(text):  # noqa: PTH113 - False for what is no path
        try:
            context.load_verify_locations(cafile=text)
        except (OSError, ValueError) as error:
            raise _unusable(name, text, error, "certificate in PEM form") from None
    else:
        raise ApiValueError(f"{name}: there is no file or directory {text!a}")


def _list(name: str, directory: str) -> list[str]:
    try:
        return os.listdir(directory)  # noqa: PTH208 - of names only
    except OSError as error:
        raise _unusable(name, directory, error, "certificates") from None


def _load_certificate(context: ssl.SSLContext, configuration: Configuration) -> None:
    file = _file("cert_file", configuration.cert_file)
    key_file = _file("key_file", configuration.key_file) if configuration.key_file else None
    name, key = ("cert_file", file) if key_file is None else ("key_file", key_file)

    def password() -> str:
        # Without this, OpenSSL would prompt for it on the terminal.
        if not configuration.key_password:
            raise ApiValueError(f"{name}: the private key in {key!a} is encrypted: set key_password")
        return configuration.key_password

    try:
        context.load_cert_chain(file, key_file, password)
    except ApiValueError:
        raise
    except (OSError, ValueError) as error:
        if configuration.key_password and _is_encrypted(key):
            raise ApiValueError(f"{name}: key_password does not decrypt the private key in {key!a}") from None
        if getattr(error, "reason", None) == "KEY_VALUES_MISMATCH":
            raise ApiValueError(f"{name}: the private key in {key!a} does not match the certificate") from None
        expected = (
            "private key in PEM form"
            if key_file
            else "certificate with its private key in PEM form; set key_file if that is in another file"
        )
        raise _unusable(name, key, error, expected) from None


def _is_encrypted(file: str) -> bool:
    return b"ENCRYPTED" in Path(file).read_bytes()


def _unusable(name: str, file: str, error: Exception, expected: str) -> ApiValueError:
    """Return the error for a file that cannot be read, or has unexpected content."""
    problem = f"it has no {expected}"
    if isinstance(error, OSError) and not isinstance(error, ssl.SSLError):
        problem = str(error.strerror).lower()
    return ApiValueError(f"{name}: cannot use {file!a}: {problem}")


def _file(name: str, path: Any) -> str:
    file = _text_of(name, path)
    if not os.path.isfile(file):  # noqa: PTH113 - False for what is no path
        raise ApiValueError(f"{name}: there is no file {file!a}")
    return file


def _text_of(name: str, path: Any) -> str:
    text = os.fspath(path) if isinstance(path, (str, os.PathLike)) else None
    if not isinstance(text, str):
        raise ApiTypeError(f"{name} must be the path of a file, not {type(path).__name__}")
    return os.path.expanduser(text)  # noqa: PTH111 - it may be several paths
