"""Profiles: named settings of servers, which the command and ``Client.from_profile`` share."""
