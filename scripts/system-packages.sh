#!/bin/sh
# Install the system packages that are missing: system-packages.sh build|test
# Each line of need() is what is looked for, and the packages that bring it. What cannot be installed is
# said and costs only what needs it: without TeX there is no PDF, everything else works.
set -eu
missing=
need() { # need TEST PACKAGE…
    test=$1
    shift
    sh -c "$test" >/dev/null 2>&1 || missing="$missing $*"
}
font() { echo "fc-list | grep -q '$1'"; }

need "command -v xelatex" texlive-xetex texlive-latex-recommended texlive-fonts-recommended lmodern
need "command -v kpsewhich && kpsewhich ctexbook.cls" texlive-lang-chinese
need "command -v kpsewhich && kpsewhich tcolorbox.sty" texlive-latex-extra texlive-plain-generic
need "command -v fc-list" fontconfig
need "$(font NotoSerifCJK-Regular)" fonts-noto-cjk
need "$(font texgyrepagella-math)" fonts-texgyre fonts-texgyre-math
need "$(font NotoSans-Regular)" fonts-noto-core
need "$(font DejaVuSansMono)" fonts-dejavu-core
need "$(font Symbola)" fonts-symbola
need "$(font unifont)" fonts-unifont
need "command -v rsvg-convert" librsvg2-bin
if [ "$1" = test ]; then
    need "command -v chromium" chromium
    need "PATH=$PATH:/sbin ldconfig -p | grep -q libatomic.so.1" libatomic1 # the driver of playwright is linked to it
    need "command -v pdftoppm" poppler-utils
fi
[ -z "$missing" ] && exit 0
sh "$(dirname "$0")/apt.sh" $missing || echo "cardbook: going on without them; outputs that need them will be missing" >&2
