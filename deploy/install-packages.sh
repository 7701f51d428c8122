#!/usr/bin/env bash
# Installs, by apt, what is missing to build guardrail-auditor on Debian 12 or 13; with everything
# there it does nothing.
#   install-packages.sh [build] [test]     build: compiler and libraries; test: GoogleTest,
#                                          clang-format, a JDK and Maven for the broker
#                                          tests. Default: build
set -euo pipefail

build=(g++ cmake ninja-build pkg-config librdkafka-dev libsimdjson-dev libdeflate-dev
  zlib1g-dev libzstd-dev libxxhash-dev libspdlog-dev libfmt-dev libyaml-cpp-dev libcli11-dev nlohmann-json3-dev libssl-dev)
test=(libgtest-dev clang-format-19 default-jre-headless maven)  # Java 17 or, on Debian 13, 21

wanted=()
for set in "${@:-build}"; do
  case $set in
    build) wanted+=("${build[@]}") ;;
    test) wanted+=("${test[@]}") ;;
    *) echo "install-packages.sh: unknown set \`$set\`, expected build or test" >&2; exit 2 ;;
  esac
done

missing=()
for package in "${wanted[@]}"; do
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
    missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null ||
    { echo "missing packages: ${missing[*]} (install them as root; sudo is not here)" >&2; exit 1; }
  as_root=(sudo)
fi

echo "== installing: ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y "$@" </dev/null >>"$log" 2>&1; }
apt update || true  # an old list may still do; the install says what is wrong if not
apt install --no-install-recommends "${missing[@]}" || { cat "$log" >&2; exit 1; }
