#!/bin/sh
# Install Debian packages, saying so first: apt.sh PACKAGE…
# Exit 1, naming the packages, where we may not (not root and no password-free sudo) or cannot (no apt).
set -eu
sudo=
if [ "$(id -u)" != 0 ]; then
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo=sudo; else sudo=none; fi
fi
if [ "$sudo" = none ] || ! command -v apt-get >/dev/null; then
    echo "cardbook: please have these system packages installed: $*" >&2
    echo "  hint: sudo apt-get install --no-install-recommends $*" >&2
    exit 1
fi
echo "cardbook: installing with apt-get (asked for once): $*" >&2
$sudo apt-get update -qq
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "$@" >/dev/null
