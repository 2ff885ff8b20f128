"""cardbook: a folder of study notes becomes one canonical YAML, an Anki deck and a printable handbook."""

__version__ = "0.1.0"
