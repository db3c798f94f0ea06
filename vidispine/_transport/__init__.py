"""The engine's HTTP client: connections, retries, redirects and deadlines on urllib3."""
