"""What the documents promise is what there is: every option, key and code is documented."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import click
import pytest
import yaml

from cardbook import cli, limits
from cardbook.config import Config
from cardbook.diagnostics import CODES
from cardbook.pipeline import FILES

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
OPTIONS = [
    name for parameter in cli.build.params if isinstance(parameter, click.Option) for name in parameter.opts
]


@pytest.mark.parametrize("option", OPTIONS)
def test_the_readme_names_every_option(option: str) -> None:
    """A new option comes with its line in the README."""
    assert f"`{option}`" in README or f"`{option} " in README


@pytest.mark.parametrize("command", sorted(cli.COMMANDS))
def test_the_readmes_and_the_help_name_every_command(command: str) -> None:
    """Also the Chinese one, and the help of the command that they stand beside."""
    assert f"`python build.py {command}" in README
    assert f"`python build.py {command}" in (ROOT / "README.zh.md").read_text(encoding="utf-8")
    assert f"python build.py {command}" in cli.EXAMPLE


@pytest.mark.parametrize("key", [field.name for field in fields(Config)])
def test_the_readme_and_the_sample_name_every_key(key: str) -> None:
    """A new key of cardbook.yaml comes with its line in the README and in what `init` writes."""
    assert f"`{key}`" in README
    assert re.search(
        rf"^# {key}:", (ROOT / "templates" / "cardbook.yaml").read_text(encoding="utf-8"), re.MULTILINE
    )


def test_every_diagnostic_code_has_its_section_and_no_other() -> None:
    """docs/diagnostics.md says what each code means and what to do."""
    sections = re.findall(
        r"^## (\S+)$", (ROOT / "docs" / "diagnostics.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert sorted(CODES) == sorted(sections)


def test_links_between_documents_lead_somewhere() -> None:
    """No document points to a file that is not there."""
    for document in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]:
        text = document.read_text(encoding="utf-8")
        targets = re.findall(
            r"\]\((?!https?:|#|mailto:)([^)#]+)", re.sub(r"```.*?```|`[^`\n]+`", "", text, flags=re.DOTALL)
        )
        assert [t for t in targets if not (document.parent / t).exists()] == [], document


def test_every_template_is_documented() -> None:
    """docs/templates.md says of each file what it decides."""
    text = (ROOT / "docs" / "templates.md").read_text(encoding="utf-8")
    folder = ROOT / "templates"
    files = {path.relative_to(folder) for path in folder.rglob("*.*")}
    named = [path for pattern in re.findall(r"`([\w/*]+\.\w+)`", text) for path in folder.glob(pattern)]
    assert files <= {path.relative_to(folder) for path in named}


@pytest.mark.parametrize("document", ["install.md", "ci.md"])
def test_the_system_packages_are_those_that_make_installs(document: str) -> None:
    """Whoever has no make gets the same list."""
    script = (
        (ROOT / "scripts" / "system-packages.sh").read_text(encoding="utf-8").split('if [ "$1" = test ]')[0]
    )
    packages = {
        name for line in re.findall(r'^need ".*" (.+)$', script, re.MULTILINE) for name in line.split()
    }
    words = set((ROOT / "docs" / document).read_text(encoding="utf-8").split())
    # A runner of GitHub has it already.
    assert packages - words <= ({"fontconfig"} if document == "ci.md" else set())


def test_the_workflow_is_valid_yaml() -> None:
    """Every step runs something; what is attached is what a build writes."""
    text = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    workflow = yaml.safe_load(text.split("```yaml\n")[1].split("```")[0])
    steps = workflow["jobs"]["build"]["steps"]
    assert all(("uses" in step) != ("run" in step) for step in steps)
    assert steps[-1]["with"]["path"].split() == [
        f"dist/{FILES[name]}" for name in ("deck", "handbook", "report")
    ]


def test_every_limit_is_documented() -> None:
    """`docs/security.md` names each constant of `cardbook/limits.py`, and no other."""
    text = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([A-Z]+(?:_[A-Z]+)+)`", text))
    assert named == {name for name in vars(limits) if name.isupper()}


def test_the_tests_that_the_table_of_faults_names_exist() -> None:
    """`docs/reliability.md` points to tests; each is somewhere below `tests/`."""
    text = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert [name for name in re.findall(r"`(test_\w+)`", text) if f"def {name}(" not in code] == []


def test_the_readme_leads_to_every_guide() -> None:
    """A document that nobody finds is not there."""
    guides = {f"docs/{path.name}" for path in ROOT.glob("docs/*.md")}
    assert guides <= set(re.findall(r"\]\(([^)#]+)\)", README))
