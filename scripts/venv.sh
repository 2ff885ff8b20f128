#!/bin/sh
# Make .venv and install the locked Python packages: venv.sh PYTHON LOCKFILE
set -eu
python=$1 lock=$2
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "cardbook needs Python 3.11 or later; name one with: make PYTHON=python3.12" >&2
    exit 2
}
if ! "$python" -c 'import ensurepip' 2>/dev/null; then
    sh "$(dirname "$0")/apt.sh" python3-venv || exit 2
fi
[ -x .venv/bin/python ] || "$python" -m venv .venv
echo "cardbook: installing Python packages into .venv ($lock)" >&2
.venv/bin/pip install --quiet --disable-pip-version-check -r "$lock"
