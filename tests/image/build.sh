#!/usr/bin/env bash
# Builds the Dockerfile and starts what came out, where no container engine runs: buildah works in a chroot, on
# a Debian base of its own that is tagged as the Dockerfile's. It checks the Dockerfile, not the real base.
set -euo pipefail
cd "$(dirname "$0")/../.."

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "image: skipped, it needs root and apt" && exit 0
fi
for tool in buildah mmdebstrap; do
  if ! command -v "$tool" >/dev/null; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq buildah mmdebstrap >/dev/null
  fi
done

work=$(mktemp -d /tmp/image-XXXXXX)
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
finish() {
  pkill -f -- "serve --host 127.0.0.1 --port $port" || true
  sleep 1
  buildah umount --all >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap finish EXIT
export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot REGISTRY_AUTH_FILE="$work/auth.json"
echo '{}' >"$work/auth.json"
buildah() { command buildah --root "$work/storage" --runroot "$work/run" "$@"; }

echo "image: making a Debian base"
mmdebstrap --quiet --variant=minbase --include=python3,python3-venv,ca-certificates \
  "$(. /etc/os-release && echo "$VERSION_CODENAME")" "$work/base.tar"
base=$(buildah from scratch)
buildah add --quiet "$base" "$work/base.tar" / >/dev/null
# The build asks the package index that this machine asks, and trusts whom it trusts.
buildah copy --quiet "$base" /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt >/dev/null
buildah config --env PIP_CERT=/etc/ssl/certs/ca-certificates.crt --env PATH=/usr/local/bin:/usr/bin:/bin "$base"
buildah commit --quiet "$base" docker.io/library/python:3.11-slim >/dev/null

echo "image: building"
buildah bud --quiet --format docker --pull-never --tag open-badge-issuer . >"$work/log" 2>&1 || {
  tail -40 "$work/log" && exit 1
}

echo "image: starting it as its own user, on a root file system that it cannot write"
box=$(buildah from --pull-never open-badge-issuer)
buildah inspect --type image --format '{{.Docker.Config.User}} {{.Docker.Config.Healthcheck}}' open-badge-issuer |
  grep -q '^10001:10001 .*healthz'
run=(buildah run --env ISSUER_MODE=development --env ISSUER_DATABASE_URL=sqlite:////data/issuer.db "$box" --)
"${run[@]}" issuer --help >/dev/null
if "${run[@]}" sh -c 'command -v gcc || command -v pip || ls /opt/build' >/dev/null 2>&1; then
  echo "image: build tools were left in the final stage" && exit 1
fi
if "${run[@]}" sh -c 'touch /opt/issuer/x' 2>/dev/null; then
  echo "image: its user can change the program" && exit 1
fi
"${run[@]}" issuer migrate
"${run[@]}" issuer tenant create alder --name Alder --default
"${run[@]}" issuer serve --host 127.0.0.1 --port "$port" &
for _ in $(seq 50); do
  if python3 -c "import urllib.request as u; u.urlopen('http://127.0.0.1:$port/readyz', timeout=2)" 2>/dev/null; then
    echo "image: it is ready and healthy" && exit 0
  fi
  sleep 0.2
done
echo "image: it did not become ready" && exit 1
