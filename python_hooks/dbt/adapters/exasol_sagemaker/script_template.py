"""What in a script Jinja took for its own."""

from __future__ import annotations

import jinja2
from jinja2 import nodes

_PARSER = jinja2.Environment(extensions=["jinja2.ext.do"], autoescape=True)
_WORKS = (nodes.Name, nodes.Call, nodes.Filter)


def eaten_braces(template: str) -> int | None:
    """Line, counted from 1, of the first `{{…}}` that holds literals only: `{{1, 2}}`. None without one.

    Jinja writes another text in its place and says nothing: `(1, 2)`. A text in quotes, `{{ '{{' }}`, is a
    way to write braces, and meant.
    """
    for output in _PARSER.parse(template).find_all(nodes.Output):
        for shown in output.nodes:
            if not isinstance(shown, nodes.TemplateData) and _only_literals(shown):
                return int(shown.lineno)
    return None


def _only_literals(shown: nodes.Expr) -> bool:
    if isinstance(shown, nodes.Concat) or (isinstance(shown, nodes.Const) and isinstance(shown.value, str)):
        return False
    return not any(isinstance(part, _WORKS) for part in (shown, *shown.find_all(nodes.Expr)))
