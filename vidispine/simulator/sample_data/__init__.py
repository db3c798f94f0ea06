"""The sample archive, which is created through the API."""
