"""Plots as SVG without a library: bars for the table, lines for the growth."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.contenders import Contender
    from benchmarks.growth import Growth
    from benchmarks.rows import Result

COLORS = ("#1b7f5c", "#7cc4a8", "#b3541e", "#4a6fa5", "#8f6bb1", "#999999", "#c9a227")
LINE_COLORS = tuple(COLORS[one] for one in (0, 3, 4, 2))
WIDTH, LINE, LABELS, RIGHT = 1060, 15, 490, 70
HEIGHT, MARGIN = 300, 60
STYLE = "<style>text { font: 12px sans-serif; fill: #444 } .faint { stroke: #ccc } .one { stroke: #444 }</style>"


def bars(contenders: Sequence[Contender], results: Sequence[Result]) -> str:
    """Return a bar chart of the ratios, one group per row, on a logarithmic scale. Smaller is better."""
    shown = [result for result in results if result.row.unit == "×" and not result.row.is_rate]
    colors = {one: COLORS[number % len(COLORS)] for number, one in enumerate(contenders)}
    figures = [spread.median for result in shown for spread in result.spreads.values()]
    low, high = math.log10(min([*figures, 0.5])), math.log10(max([*figures, 2]))

    def x(figure: float) -> float:
        return LABELS + (math.log10(figure) - low) / (high - low) * (WIDTH - LABELS - RIGHT)

    parts, y = [], 20.0
    for one, color in colors.items():
        parts.append(_box(LABELS, y, 12, 10, color) + _text(LABELS + 18, y + 9, one.name))
        y += LINE
    y += 15
    parts.append(_text(LABELS, y, "multiple of what the row is compared with (logarithmic scale); shorter is better"))
    top = y + 2 * LINE
    y = top
    bars: list[str] = []
    for result in shown:
        bars.append(_text(LABELS - 10, y + 11, result.row.work.replace("`", ""), "end"))
        for one, color in colors.items():
            if one in result.spreads:
                figure = result.spreads[one].median
                bars.append(_box(x(10**low), y + 2, x(figure) - x(10**low), 9, color))
                bars.append(_text(x(figure) + 4, y + 11, f"{figure:.3g} ×"))
                y += LINE
        y += 10
    for tick in _ticks(low, high):
        name = "one" if tick == 1 else "faint"
        parts.append(f'<line class="{name}" x1="{x(tick):.1f}" x2="{x(tick):.1f}" y1="{top:.0f}" y2="{y:.0f}"/>')
        parts += [_text(x(tick), at, f"{tick:g} ×", "middle") for at in (top - 5, y + 13)]
    return _svg(WIDTH, y + 20, [*parts, *bars])


def _ticks(low: float, high: float) -> list[float]:
    """Return the numbers 1, 2 and 5, times powers of ten, between two logarithms."""
    numbers = (digit * 10.0**power for power in range(math.floor(low), math.ceil(high)) for digit in (1, 2, 5))
    return [round(number, 9) for number in numbers if low <= math.log10(number) <= high]


def lines(growth: Growth) -> str:
    """Return two log-log plots of seconds by size. Linear growth is a straight line."""
    parts = []
    for number, (kind, sizes) in enumerate(growth.items()):
        parts += _panel(number * WIDTH / 2, kind, sizes)
    return _svg(WIDTH, HEIGHT + 2 * MARGIN + 2 * LINE, parts)


def _panel(left: float, kind: str, sizes: dict[int, dict[str, float]]) -> list[str]:
    seconds = [one for work in sizes.values() for one in work.values()]
    low, high = math.floor(math.log10(min(seconds))), math.ceil(math.log10(max(seconds)))
    first, last = math.log10(min(sizes)), math.log10(max(sizes))
    width = WIDTH / 2 - 2 * MARGIN

    def x(size: int) -> float:
        return left + MARGIN + (math.log10(size) - first) / (last - first) * width

    def y(second: float) -> float:
        return MARGIN + (high - math.log10(second)) / (high - low) * HEIGHT

    works = list(next(iter(sizes.values())))
    colors = {work: LINE_COLORS[number % len(LINE_COLORS)] for number, work in enumerate(works)}
    largest = sizes[max(sizes)]
    parts = [_text(left + MARGIN, MARGIN - 40, f"time by number of {kind} (both scales are logarithmic)")]
    for power in range(low, high + 1):
        at = y(10.0**power)
        parts.append(
            f'<line class="faint" x1="{x(min(sizes)):.1f}" x2="{x(max(sizes)):.1f}" y1="{at:.1f}" y2="{at:.1f}"/>'
        )
        parts.append(_text(left + MARGIN - 6, at + 4, _time(power), "end"))
    parts += [_text(x(size), MARGIN + HEIGHT + 18, f"{size:,}", "middle") for size in sizes]
    parts.append(_text(left + MARGIN + width / 2, MARGIN + HEIGHT + 2.5 * LINE, f"number of {kind}", "middle"))
    # The legend is in the order of the lines, the slowest first.
    for number, work in enumerate(sorted(works, key=lambda work: -largest[work])):
        color = colors[work]
        points = " ".join(f"{x(size):.1f},{y(times[work]):.1f}" for size, times in sizes.items())
        parts.append(f'<polyline fill="none" stroke="{color}" stroke-width="2" points="{points}"/>')
        parts.append(_box(left + MARGIN + 8, MARGIN - 8 + number * LINE, 12, 3, color))
        parts.append(_text(left + MARGIN + 26, MARGIN - 3 + number * LINE, work))
    return parts


def _time(power: int) -> str:
    """Return a power of ten seconds with its unit."""
    exponent, unit = next((one for one in ((0, "s"), (-3, "ms"), (-6, "µs")) if power >= one[0]), (-9, "ns"))
    return f"{10 ** (power - exponent):,} {unit}"


def _box(x: float, y: float, width: float, height: float, color: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 1):.1f}" height="{height}" fill="{color}"/>'


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _svg(width: float, height: float, parts: Sequence[str]) -> str:
    size = f'width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}"'
    return "\n".join([f'<svg xmlns="http://www.w3.org/2000/svg" {size}>', STYLE, *parts, "</svg>", ""])
