"""Medians, spreads and ratios as a Markdown table."""

import statistics

from .scenarios import figures_of, load_of


def value(result, path):
    for key in path.split("."):
        if isinstance(result, list):
            result = result[int(key)] if int(key) < len(result) else None
        elif isinstance(result, dict):
            result = result.get(key)
        else:
            return None
    return result


def values(results, path):
    found = [value(result, path) for result in results if "error" not in result]
    return [each for each in found if each is not None]


def text(number):
    if number is None:
        return "-"
    if abs(number) >= 1000:
        return f"{number:,.0f}"
    return f"{number:.3g}"


def median(numbers):
    return statistics.median(numbers) if numbers else None


def table(scenario, results, levels, base):
    """One row a broker: median and span of the first figure, its ratio to the base, the other medians."""
    figures = figures_of(scenario)
    first = figures[0][1]
    reference = median(values(results.get(base, []), first))
    lines = [
        f"### {scenario}", "", f"`{load_of(scenario) or scenario}`", "",
        f"| broker | level | {figures[0][0]} [least most] | x {base} | " + " | ".join(t for t, _ in figures[1:]) + " |",
        "|" + "---|" * (len(figures) + 3)]
    for name, rounds in results.items():
        own = values(rounds, first)
        middle = median(own)
        span = f" [{text(min(own))} {text(max(own))}]" if len(own) > 1 else ""
        ratio = text(middle / reference) if middle is not None and reference else "-"
        rest = [text(median(values(rounds, path))) for _, path in figures[1:]]
        errors = [each["error"] for each in rounds if "error" in each]
        failed = f" ({len(errors)} failed: {errors[0][:80]})" if errors else ""
        lines.append(f"| {name}{failed} | {levels.get(name, '')} | {text(middle)}{span} | {ratio} | " + " | ".join(rest) + " |")
    return "\n".join(lines) + "\n"
