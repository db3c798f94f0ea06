"""Plot the durations of recent jobs, by type.

    export VIDISPINE_HOST=http://vidicore:8080/API VIDISPINE_USERNAME=admin VIDISPINE_PASSWORD=...
    python plot_job_times.py --days 7 job-times.svg

Each successful job is a dot, each type a row with its median. The time axis is logarithmic. The file is an SVG,
written without a library. The numbers are also printed as a table.
"""

from __future__ import annotations

import argparse
import math
import statistics
import sys
from collections import defaultdict
from datetime import datetime, timedelta, timezone
from pathlib import Path
from xml.sax.saxutils import escape

import vidispine

LEFT, WIDTH, ROW = 220, 900, 36
TICKS = {1: "1 s", 10: "10 s", 60: "1 min", 600: "10 min", 3600: "1 h", 36000: "10 h", 360000: "100 h"}


def read_times(client: vidispine.Client, since: datetime) -> dict[str, list[float]]:
    """Return the durations of jobs in seconds, by type."""
    times: dict[str, list[float]] = defaultdict(list)
    for job in client.job.iterate_jobs(user=False, state=vidispine.JobState.SUCCEEDED, finishtime_from=since):
        if job.started and job.finished:
            times[job.type].append((job.finished - job.started).total_seconds())
    return dict(sorted(times.items(), key=lambda entry: statistics.median(entry[1]), reverse=True))


def place(seconds: float) -> float:
    """Return the position of a time on the axis, which is from a tenth of a second to 100 hours."""
    share = math.log10(min(max(seconds, 0.1), 360000) / 0.1) / math.log10(360000 / 0.1)
    return round(LEFT + share * (WIDTH - LEFT - 30), 1)


def draw(times: dict[str, list[float]], title: str) -> str:
    """Return the plot as SVG."""
    bottom = 50 + ROW * len(times)
    parts = [f'<text x="10" y="24" font-size="16">{escape(title)}</text>']
    for seconds, label in TICKS.items():
        x = place(seconds)
        parts.append(f'<path d="M{x} 40V{bottom}" stroke="#ddd"/>')
        parts.append(f'<text x="{x}" y="{bottom + 18}" text-anchor="middle">{label}</text>')
    for row, (type, seconds_of_type) in enumerate(times.items()):
        y, middle = 50 + ROW * row + ROW // 2, place(statistics.median(seconds_of_type))
        parts.append(f'<text x="10" y="{y + 4}">{escape(type)} ({len(seconds_of_type)})</text>')
        parts += [f'<circle cx="{place(s)}" cy="{y}" r="4" fill="#37c" opacity="0.4"/>' for s in seconds_of_type]
        parts.append(f'<path d="M{middle} {y - 11}V{y + 11}" stroke="#c33" stroke-width="3"/>')
    size = f'width="{WIDTH}" height="{bottom + 30}"'
    style = '<rect width="100%" height="100%" fill="#fff"/>'
    body = "\n".join([style, *parts])
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="12">\n{body}\n</svg>\n'


def main() -> int:
    """Parse the command line and return the exit code."""
    parser = argparse.ArgumentParser(description="Plot the durations of recent jobs, by type.")
    parser.add_argument("file", type=Path, help="SVG file to write")
    parser.add_argument("--days", type=float, default=7, help="include jobs of the last DAYS (default: 7)")
    arguments = parser.parse_args()
    since = datetime.now(timezone.utc) - timedelta(days=arguments.days)
    try:
        with vidispine.Client() as client:
            times = read_times(client, since)
        arguments.file.write_text(draw(times, f"Job times since {since:%Y-%m-%d %H:%M} UTC"), encoding="utf-8")
    except (OSError, vidispine.OpenApiException) as error:
        print(f"plot_job_times: {error}", file=sys.stderr)
        return 1
    print(f"{'type':30} {'jobs':>7} {'median':>10} {'longest':>10}")
    for type, seconds in times.items():
        print(f"{type:30} {len(seconds):7} {statistics.median(seconds):9.1f}s {max(seconds):9.1f}s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
