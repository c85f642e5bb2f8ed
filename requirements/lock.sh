#!/bin/sh
# Writes the locked requirements anew from pyproject.toml: every package with its hashes, no index address.
# Extras stay in the lines: without them pip looks for the package anew and finds a release that is not pinned.
# Needs `uv` on PATH. Run it from the repository's top folder after changing a dependency.
set -eu
compile="uv pip compile --quiet --generate-hashes --no-emit-index-url --no-strip-extras --no-header --no-annotate --python-version 3.11 --universal"
$compile pyproject.toml requirements/build.in --output-file requirements/runtime.txt
$compile pyproject.toml requirements/build.in --extra dev --constraint requirements/runtime.txt --output-file requirements/dev.txt
$compile requirements/java.in --output-file requirements/java.txt
