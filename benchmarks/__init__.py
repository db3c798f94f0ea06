"""Compare the speed of ways to call the API, side by side: ``python -m benchmarks``."""
