"""A bar chart of ratios as SVG, readable on light and dark pages."""

from html import escape

WIDTH, LABEL, BAR, GAP, GROUP = 860, 330, 13, 3, 14
COLOURS = ("#4c78a8", "#f58518", "#54a24b", "#b279a2", "#9d755d", "#e45756", "#72b7b2")

STYLE = """<style>
  text { font: 12px system-ui, sans-serif; fill: #222 }
  .small { font-size: 10px }
  .line { stroke: #222; stroke-opacity: .35 }
  @media (prefers-color-scheme: dark) { text { fill: #ddd } .line { stroke: #ddd } }
</style>"""


def svg(rows, title):
    """`rows`: (text, {peer: ratio}); a ratio of 2 is a bar that ends at 2 times Espalier's time. Bars end at 8, or before."""
    names = list(dict.fromkeys(name for _, ratios in rows for name in ratios))
    colour = {name: COLOURS[i % len(COLOURS)] for i, name in enumerate(names)}
    most = min(max((r for _, ratios in rows for r in ratios.values()), default=1), 8)
    scale = (WIDTH - LABEL - 70) / most
    parts, y = [], 56
    for text, ratios in rows:
        height = len(ratios) * (BAR + GAP)
        parts.append(f'<text x="{LABEL - 10}" y="{y + height / 2 + 4:.0f}" text-anchor="end">{escape(text)}</text>')
        for name, value in ratios.items():
            length = min(value, most) * scale
            parts.append(
                f'<rect x="{LABEL}" y="{y}" width="{length:.1f}" height="{BAR}" fill="{colour[name]}"/>'
                f'<text class="small" x="{LABEL + length + 4:.1f}" y="{y + BAR - 3}">{value:.3g}</text>')
            y += BAR + GAP
        y += GROUP
    x = LABEL
    legend = []
    for name in names:
        legend.append(f'<rect x="{x}" y="30" width="10" height="10" fill="{colour[name]}"/>'
                      f'<text class="small" x="{x + 14}" y="39">{escape(name)}</text>')
        x += 28 + 6 * len(name)
    one = LABEL + scale
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{y}" viewBox="0 0 {WIDTH} {y}" '
        f'role="img" aria-label="{escape(title)}">', STYLE,
        f'<text x="10" y="18">{escape(title)}{" (bars end at 8)" if most == 8 else ""}</text>', *legend, *parts,
        f'<line class="line" x1="{one:.1f}" x2="{one:.1f}" y1="48" y2="{y - 6}"/>', "</svg>", ""])
