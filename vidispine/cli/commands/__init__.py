"""The commands, one module each. ``vidispine jobs list`` is in ``jobs/list.py``."""

from __future__ import annotations

__all__ = ["COMMANDS"]

COMMANDS = {
    "api": "Show the operations of the API.",
    "call": "Call any operation of the API.",
    "check": "Compare a server with what this SDK assumes.",
    "completion": "Write a shell script that enables completion.",
    "demo": "Show the features on a simulator.",
    "download": "Download the media of items.",
    "items": "Show, edit, transcode, export and delete items.",
    "jobs": "List, start, watch, abort and delete jobs.",
    "login": "Store a password in the keyring of this machine.",
    "logout": "Remove a password from the keyring of this machine.",
    "profile": "Manage profiles, which are named settings for servers.",
    "search": "Search items and collections.",
    "simulator": "Run a VidiCore simulator until Ctrl-C.",
    "upload": "Upload files and import them as items.",
    "whoami": "Show the current user and server.",
}
"""Summary of each command, in the order of the help. The summary is the first line of the command's help."""
