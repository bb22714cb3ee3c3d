#!/bin/sh
# Installs what the compose test needs and Debian has: an engine, compose, the programs of the image. Root only.
set -eu
missing=
need() {
  command -v "$1" > /dev/null || missing="$missing $2"
}
need dockerd docker.io
need docker-compose docker-compose
need bwrap bubblewrap
need ip iproute2
[ -x /bin/busybox ] || missing="$missing busybox-static"
[ -n "$missing" ] || exit 0

export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086 # one word a package
apt-get install -y -qq --no-install-recommends $missing
