"""From a line of a script's body to the model file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exasol_sagemaker.script_lines import line_in_source


@dataclass(frozen=True)
class ScriptSource:
    """A model file and what it was rendered to.

    Attributes:
        path: As dbt names the file, relative to its package.
        template: Text of the file, as dbt has it: without blank lines around it.
        rendered: What Jinja made of it.
        blank_lines: Blank lines that dbt took off the file's top.
    """

    path: str
    template: str
    rendered: str
    blank_lines: int = 0

    @classmethod
    def of(cls, model: Mapping[str, Any], rendered: str, config: Any) -> ScriptSource:
        """The file of a node.

        Args:
            config: dbt's runtime config, which knows where packages are.
        """
        root = Path(config.project_root)
        if model["package_name"] != config.project_name:
            root = root / config.packages_install_path / model["package_name"]
        file = root / model["original_file_path"]
        text = file.read_text("utf-8") if file.is_file() else ""
        blank_lines = text[: len(text) - len(text.lstrip())].count("\n")
        return cls(model["original_file_path"], model["raw_code"], rendered, blank_lines)

    def where(self, body_line: int) -> str:
        """`models/distance.sql, line 6: return math.hypot(x, y`."""
        top = len(self.rendered) - len(self.rendered.lstrip())
        line = line_in_source(self.template, self.rendered, body_line + self.rendered[:top].count("\n"))
        return self.where_in_template(line)

    def where_in_template(self, line: int) -> str:
        """The same for a line of the template."""
        text = self.template.splitlines()[line - 1].strip()
        return f"{self.path}, line {line + self.blank_lines}: {text}"
