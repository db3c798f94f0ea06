"""Speed beside other ways to call the same API, measured side by side: ``python -m benchmarks``."""
