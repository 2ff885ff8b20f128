"""Every limit that protects a build from hostile or broken input, in one place. docs/security.md lists them."""

from __future__ import annotations

MAX_CONFIG_BYTES = 1 << 20
"""`cardbook.yaml`."""
MAX_CANONICAL_BYTES = 512 << 20
"""`canonical.yaml`."""
MAX_FILE_BYTES = 16 << 20
"""One file of notes."""
MAX_FRONT_MATTER_CHARS = 1 << 16
"""The front matter of a note; what runs on longer is text."""
MAX_LINE_CHARS = 100_000
"""One line of a note; a longer one is no prose."""
MAX_ACCENTS = 30
"""Combining marks on one letter: Unicode's Stream-Safe Text Format (UAX #15)."""
MAX_INLINE_CHARS = 20_000
"""A paragraph whose inside is looked at; unbalanced brackets cost the square of it."""
MAX_SHOWN_CHARS = 200_000
"""An answer on a card and in print, over a hundred pages; the rest is in `canonical.yaml` alone."""
MAX_SHOWN_RUN = 30_000
"""Lines of it without a blank one between: TeX breaks a paragraph as a whole."""
MAX_NESTING = 60
"""Levels of quotes and lists that are read as structure; deeper ones are shown as typed."""
MAX_IMAGE_BYTES = 20 << 20
MAX_IMAGE_PIXELS = 40_000_000
"""Decoded pixels of one image: 40 megapixels."""
FETCH_SECONDS = 15.0
"""One remote image, all redirects included."""
CONNECT_SECONDS = 5.0
"""Until the server of a remote image takes the connection, and between two pieces of its answer."""
MAX_REDIRECTS = 3
FETCHES_AT_ONCE = 8
HOST_FAILURES = 3
"""After so many failures to reach a server, the other images on it are skipped."""
NETWORK_SECONDS = 20.0
"""When not one server answered in this time, there is no network, and the other images are skipped."""
MAX_CARD_WIDTH = 2400
"""Pixels; a wider image is scaled down."""
MAX_CARD_PIXELS = 8_000_000
MAX_FRAMES = 200
"""Frames of an animation; a longer one is shown by its first frame."""
SVG_SECONDS = 15.0
SVG_MEMORY_MB = 1024
PANDOC_SECONDS = 10.0
"""One pandoc process, before its first text."""
PANDOC_BYTES_PER_SECOND = 20_000
"""The pace below which pandoc counts as hanging; a laptop makes ten times as much."""
PANDOC_MEMORY_MB = 2048
MAX_FORMULA_CHARS = 20_000
MAX_FORMULA_NESTING = 40
"""Braces, environments and delimiters of a formula that are open at once; TeX itself ends at 255."""
MAX_MATHML_NESTING = 10
"""The same for MathML in the report: each script within a script doubles the time that pandoc takes."""
PROBE_SECONDS = 60.0
"""One TeX run over all new formulas."""
FORMAT_SECONDS = 60.0
"""TeX reading the classes and packages of the handbook."""
TEX_SECONDS = 900.0
"""The runs over one handbook together, however long it is; a shorter one has less."""
TEX_LEAST_SECONDS = 20.0
TEX_CHARS_PER_SECOND = 10_000
"""How fast LaTeX is taken to be at its slowest; it is about ten times faster."""
TEX_MEMORY_MB = 4096
CACHE_DAYS = 60.0
"""What nobody asked for in so many days is dropped from the cache."""
MAX_CACHE_BYTES = 2 << 30
