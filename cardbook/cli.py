"""The command line: reads the call, hands it on, and sets the exit code."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cardbook import __version__, terminal
from cardbook.diagnostics import BuildError, Log, Severity

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from cardbook.unchanged import Memory

EXAMPLE = """\b
Examples:
  python build.py                          sources/ → dist/
  python build.py ~/notes -o ~/deck        any folder of Markdown
  python build.py --only deck --offline    no TeX, no network
  python build.py --explain "什么是过拟合"   why a card is one card
  python build.py review                   decide doubtful pairs, one key each
  python build.py init                     write a commented cardbook.yaml
"""
OUTPUTS = ("canonical", "deck", "handbook", "report")

GROUPS = {
    "What to make": ("out", "only", "offline", "force", "watch", "strict"),
    "Questions about the cards (nothing is written)": ("listing", "explain"),
}
SETTINGS = {"help_option_names": ["-h", "--help"]}


class Folder(click.Path):
    """A folder of notes; says what to do when it is not there, and completes to our commands too."""

    def __init__(self) -> None:
        super().__init__(exists=True, file_okay=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path; a wrong one ends the call with the way out."""
        if not os.path.exists(value):  # noqa: PTH110
            shown = terminal.printable(str(value))
            self.fail(
                f"there is no folder {shown!r}. {_meant(str(value))}",
                param,
                ctx,
            )
        return super().convert(value, param, ctx)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Folders, and the commands that may stand in their place."""
        from click.shell_completion import CompletionItem

        commands = [
            CompletionItem(name) for name in COMMANDS if ctx.command is build and name.startswith(incomplete)
        ]
        return [*commands, *super().shell_complete(ctx, param, incomplete)]


sources_argument = click.argument("sources", default="sources", type=Folder())
out_option = click.option(
    "-o", "--out", default="dist", show_default=True, type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the outputs.",
)  # fmt: skip


class Grouped(click.Command):
    """A command whose help lists its options by what they are for."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write one list for each group of `GROUPS`, and the rest under Options."""
        options = [p for p in self.get_params(ctx) if isinstance(p, click.Option)]
        records = {p.name: record for p in options if (record := p.get_help_record(ctx))}
        grouped = {name for names in GROUPS.values() for name in names}
        rest = tuple(name for name in records if name not in grouped)
        for title, names in {**GROUPS, "Options": rest}.items():
            with formatter.section(title):
                formatter.write_dl([records[name] for name in names])


@click.command(
    cls=Grouped, epilog=EXAMPLE.replace("python build.py", terminal.program()), context_settings=SETTINGS
)
@sources_argument
@out_option
@click.option(
    "--only", multiple=True, type=click.Choice(OUTPUTS),
    help="Make only this output (repeatable); canonical.yaml is always written.",
)  # fmt: skip
@click.option("--offline", is_flag=True, help="No network: images come from the cache, else a placeholder.")
@click.option("--strict", is_flag=True, help="Warnings end in exit code 1.")
@click.option("--watch", is_flag=True, help="Rebuild on every edit.")
@click.option("--force", is_flag=True, help="Ignore the cache.")
@click.option("--list", "listing", is_flag=True, help="List every card: id, topic, question, places.")
@click.option("--explain", metavar="QUESTION", help="Say what QUESTION was merged with and kept apart from.")
@click.option("-v", "--verbose", is_flag=True, help="Show repairs and other notices too.")
@click.version_option(__version__, prog_name="cardbook")
def build(
    sources: Path,
    out: Path,
    only: tuple[str, ...],
    offline: bool,
    strict: bool,
    watch: bool,
    force: bool,
    listing: bool,
    explain: str | None,
    verbose: bool,
) -> None:
    """Merge the Markdown notes in SOURCES into one canonical YAML, an Anki deck, a handbook and a report.

    Other commands: `review` walks through doubtful pairs, `init` writes a commented cardbook.yaml;
    each has its own --help.
    """
    call = Call(sources, out, frozenset(only or OUTPUTS), offline, force, strict, verbose)
    if listing or explain is not None:
        from cardbook import pipeline, recipe, summary

        compiled = recipe.compile_notes(sources, out, pipeline.Options(now=now()), Log())
        if listing:
            terminal.table(summary.listing(compiled))
        if explain is not None:
            click.echo(terminal.printable(summary.explanation(compiled, explain)))
        return
    if watch:
        from cardbook.watch import watch as rebuild

        rebuild(sources, out, lambda: _build(call))
        return
    sys.exit(_build(call))


@dataclass(frozen=True, slots=True)
class Call:
    """What a user asks for."""

    sources: Path
    out: Path
    only: frozenset[str]
    offline: bool
    force: bool
    strict: bool
    verbose: bool

    def review(self) -> str:
        """How to call `review` for the same folders."""
        import shlex

        words = ["review", *([str(self.sources)] if self.sources != Path("sources") else [])]
        words += ["-o", str(self.out)] if self.out != Path("dist") else []
        return f"{terminal.program()} {shlex.join(words)}"


def _build(call: Call) -> int:
    from cardbook.cache import Cache
    from cardbook.unchanged import Memory

    cache = Cache(call.out / ".cache", enabled=not call.force)
    memory = Memory(cache, call.sources, call.out, {"only": call.only, "offline": call.offline})
    said = memory.recall()
    if said is None:
        return _build_now(call, memory)
    terminal.show(said.log, call.sources, call.verbose)
    click.echo("nothing changed since the last build")
    click.echo(said.summary)
    return _code((), said.log, call.strict)


def _build_now(call: Call, memory: Memory) -> int:
    from cardbook import pipeline

    log = Log()
    options = pipeline.Options(now=now(), only=call.only, offline=call.offline, force=call.force)
    try:
        with terminal.stages() as progress:
            result = pipeline.build(call.sources, call.out, options, log, progress)
    finally:
        # What was found until then is shown even if the build could not go on.
        terminal.show(log, call.sources, call.verbose)
    from cardbook import summary, unchanged

    click.echo(summary.summary(result, log, call.review()))
    if not result.failed and not _may_pass(log, call):
        said = unchanged.Said(summary.settled(result, log, call.review()), log)
        memory.remember(said, [output.path for output in result.outputs])
    return _code(result.failed, log, call.strict)


def _code(failed: Sequence[str], log: Log, strict: bool) -> int:
    return int(bool(failed) or (strict and any(d.severity >= Severity.WARNING for d in log)))


def _may_pass(log: Log, call: Call) -> bool:
    """An image that could not be had may be there the next time, though no file has changed."""
    return not call.offline and any(found.code == "image-unreachable" for found in log)


@click.command(context_settings=SETTINGS)
@sources_argument
def init(sources: Path) -> None:
    """Write a commented cardbook.yaml into SOURCES, with every key at its default."""
    from cardbook import config, templates
    from cardbook.files import write_atomically

    path = sources / config.FILE_NAME
    if path.exists():
        raise click.UsageError(f"{path} exists already; nothing was written")
    write_atomically(path, templates.find(config.FILE_NAME).read_bytes())
    click.echo(f"wrote {path}; every line in it is a comment until you change it")


@click.command(context_settings=SETTINGS)
@sources_argument
@out_option
def review(sources: Path, out: Path) -> None:
    """Walk through doubtful pairs, one key each; the answers go to SOURCES/cardbook.yaml.

    \b
    s  same question: one card         l  later: asked again the next time
    d  different questions: two cards  q  quit; what was answered is kept
    """
    from cardbook import pipeline, recipe
    from cardbook import review as room

    compiled = recipe.compile_notes(sources, out, pipeline.Options(now=now()), Log())
    room.run(compiled.matching, compiled.notes, sources)


COMMANDS = {"init": init, "review": review}


def now() -> datetime:
    """The time that dates what changed: `SOURCE_DATE_EPOCH` if set, else the clock, in whole seconds UTC."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch and not epoch.isdecimal():
        raise click.UsageError(f"SOURCE_DATE_EPOCH is not a number of seconds: {epoch!r}")
    return datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC).replace(microsecond=0)


def main() -> None:
    """The entry point of `cardbook` and `build.py`."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        # As Ctrl-C does: what is unfinished is removed, and programs that we run end with us.
        signal.signal(number, _end)
    terminal.tolerate()
    # Little of what a build makes is garbage before its end: looking for it a hundredth as often is often enough.
    gc.set_threshold(100_000)
    arguments = sys.argv[1:]
    command = COMMANDS.get(arguments[0]) if arguments else None
    try:
        if command:
            command.main(arguments[1:], f"{terminal.program()} {arguments[0]}")
        else:
            build.main(arguments, terminal.program())
    except (BuildError, OSError) as error:
        terminal.fail(str(error))
        sys.exit(1)
    except Exception as error:
        _stumble(error, arguments)


def _stumble(error: Exception, arguments: Sequence[str]) -> None:
    """A bug of ours is told as one; whoever wants to mend it asks for the traceback."""
    if {"-v", "--verbose"} & {*arguments}:
        raise error
    import traceback

    where = traceback.extract_tb(error.__traceback__)[-1]
    terminal.fail(
        f"{type(error).__name__}: {error} ({Path(where.filename).name}:{where.lineno})\n"
        "  hint: this is a bug in cardbook, your notes are as they were; --verbose shows where it happened"
    )
    sys.exit(1)


def _end(number: int, _: object) -> None:
    sys.exit(128 + number)


def _meant(word: str) -> str:
    """What somebody who typed `word`, which is no folder, had better type."""
    import difflib

    close = difflib.get_close_matches(word, COMMANDS, n=1)
    if close:
        return f"Did you mean the command `{terminal.program()} {close[0]}`?"
    return f"Name the folder of your notes: {terminal.program()} ~/notes"
