"""The settings with which Sphinx builds the site. Nothing in a page comes from a network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from . import renderer
from .directives import CONFIG
from .extension import STATIC
from .material import Material


def settings(material: Material, looks: Path) -> dict[str, Any]:
    """Sphinx's configuration for this material; ``looks`` is a folder with generated style sheets."""
    theory, origin = material.report.theory, material.report.provenance
    return {
        CONFIG: lambda: material,
        "project": "spectral-edge",
        "author": "the authors of spectral-edge",
        "copyright": "",
        "html_show_copyright": False,
        "version": origin.version,
        "release": origin.version,
        "language": "en",
        "extensions": [
            "myst_parser",
            "sphinx.ext.autodoc",
            "sphinx.ext.napoleon",
            f"{__package__}.extension",
        ],
        # Slow on pages with thousands of formulas, and the sources have the right quotes already.
        "smartquotes": False,
        "exclude_patterns": ["examples/**"],
        "myst_enable_extensions": ["dollarmath", "deflist", "colon_fence"],
        "myst_heading_anchors": 3,
        # Names such as "outcome" that docstrings mention exist in more than one layer; which is meant is clear there.
        "suppress_warnings": ["config.cache", "ref.python", "toc.empty_glob"],
        "html_theme": "furo",
        "html_title": "spectral-edge",
        "html_short_title": "spectral-edge",
        "html_static_path": [str(STATIC), str(looks)],
        "html_math_renderer": renderer.NAME,
        "html_copy_source": False,
        "html_show_sourcelink": False,
        # The search shows no summaries, which it could only read from a server.
        "html_show_search_summary": False,
        "html_last_updated_fmt": None,
        "html_theme_options": {"source_view_link": "", "navigation_with_keys": False, "footer_icons": []},
        "html_context": {"theory_title": theory.title},
        "autodoc_typehints": "signature",
        "autodoc_member_order": "bysource",
        "python_use_unqualified_type_names": True,
        "add_module_names": False,
        "napoleon_google_docstring": True,
        "napoleon_numpy_docstring": False,
        "nitpicky": False,
    }
