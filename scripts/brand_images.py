"""Renders the integration's brand images from `icon.svg`, for light and dark, once and twice the size.

The results are committed, so nobody needs to run this to build or test; run it (with resvg-py) after changing the SVG:
`python scripts/brand_images.py`.
"""

from __future__ import annotations

from pathlib import Path

import resvg_py

BRAND = Path(__file__).resolve().parent.parent / "custom_components" / "face" / "brand"
COLOUR, COLOUR_ON_DARK = "#0b7d8f", "#2bb6c9"
INK, INK_ON_DARK = "#16323a", "#e8f4f6"

# The letters of the logo, as strokes, so that no font is needed.
LETTERS = (
    "M300 196V60h74M300 126h62"  # F
    "M476 112v84M476 154a42 42 0 1 1-84 0a42 42 0 1 1 84 0"  # a
    "M572 124a42 42 0 1 0 0 60"  # c
    "M606 154h84a42 42 0 1 0-12 30"  # e
)


def logo(icon: str, ink: str) -> str:
    """Put the name beside the icon."""
    inside = icon[icon.index(">") + 1 : icon.rindex("</svg>")]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 712 256">{inside}'
        f'<path d="{LETTERS}" fill="none" stroke="{ink}" stroke-width="20" stroke-linecap="round"/></svg>'
    )


def main() -> None:
    """Render all of them."""
    icon = (BRAND / "icon.svg").read_text(encoding="utf-8")
    on_dark = icon.replace(COLOUR, COLOUR_ON_DARK)
    pictures = {
        "icon": icon,
        "dark_icon": on_dark,
        "logo": logo(icon, INK),
        "dark_logo": logo(on_dark, INK_ON_DARK),
    }
    for name, svg in pictures.items():
        for suffix, height in (("", 256), ("@2x", 512)):
            png = resvg_py.svg_to_bytes(svg_string=svg, height=height)
            (BRAND / f"{name}{suffix}.png").write_bytes(bytes(png))


if __name__ == "__main__":
    main()
