#!/bin/sh
# Makes .venv and puts exactly the pinned requirements into it; does nothing when they are there.
set -eu
cd "$(dirname "$0")/.."
wanted=$1

mark() { cat "$wanted" deploy/setup.sh | cksum | tr ' ' '-'; }
stamp=.venv/.installed-$(basename "$wanted")
[ "$(cat "$stamp" 2>/dev/null || true)" = "$(mark)" ] && exit 0

python=""
for candidate in python3 python3.14 python3.13 python3.12 python3.11 python; do
  if command -v "$candidate" >/dev/null 2>&1 &&
    "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python=$candidate
    break
  fi
done
[ -n "$python" ] || { echo "Python 3.11 or later is needed; please install it." >&2; exit 1; }

echo "Setting up the environment (about half a minute the first time) ..."
if command -v uv >/dev/null 2>&1; then
  # Compiled now, so that later starts are quick; interpreters are never downloaded.
  export UV_COMPILE_BYTECODE=1 UV_PYTHON_DOWNLOADS=never
  [ -x .venv/bin/python ] || uv venv --quiet --python "$python" .venv
  uv pip install --quiet --python .venv/bin/python --require-hashes -r "$wanted"
else
  [ -x .venv/bin/python ] || "$python" -m venv .venv
  .venv/bin/python -m pip --version >/dev/null 2>&1 || .venv/bin/python -m ensurepip -q
  env -u PYTHONDONTWRITEBYTECODE .venv/bin/python -m pip install --quiet \
    --disable-pip-version-check --require-hashes -r "$wanted"
fi
mark > "$stamp"
