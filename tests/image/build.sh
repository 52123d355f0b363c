#!/usr/bin/env bash
# Builds the Dockerfile and starts what came out, where no container engine runs: buildah works in a chroot, on
# a Debian base of its own that is tagged as the Dockerfile's. It checks the Dockerfile, not the real base.
# Needs root and Debian. Without buildah it skips, unless ISSUER_TEST_REQUIRE_ALL is set: then it installs it.
set -euo pipefail
cd "$(dirname "$0")/../.."

unable() {
  if [ -n "${ISSUER_TEST_REQUIRE_ALL:-}" ]; then echo "image: failed, $1" && exit 1; fi
  echo "image: skipped, $1" && exit 0
}
[ "$(id -u)" = 0 ] || unable "it needs root"
command -v apt-get >/dev/null || unable "it needs Debian's packages"
if ! command -v buildah >/dev/null || ! command -v mmdebstrap >/dev/null; then
  [ -n "${ISSUER_TEST_REQUIRE_ALL:-}" ] || unable "it needs buildah and mmdebstrap"
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq buildah mmdebstrap >/dev/null
fi

work=$(mktemp -d /tmp/image-XXXXXX)
trap 'rm -rf "$work"' EXIT
export work BUILDAH_ISOLATION=chroot REGISTRY_AUTH_FILE="$work/auth.json"
echo '{}' >"$work/auth.json"
buildah() { command buildah --storage-driver vfs --root "$work/storage" --runroot "$work/run" "$@"; }

# The build asks the package index that this machine's pip asks, and trusts whom it trusts: pip's configuration,
# and each file or folder that it names, are lent to the build and leave but empty mount points.
lend_pip_configuration() {
  python3 -m pip config list | python3 -c '
import ast, configparser, os, re, sys

found = configparser.RawConfigParser()
found["global"] = {}
for line in sys.stdin:
    name, _, value = line.strip().partition("=")
    section, _, option = name.rpartition(".")
    section = "global" if section == ":env:" else section
    if not found.has_section(section):
        found.add_section(section)
    found[section][option] = ast.literal_eval(value)
with open(sys.argv[1], "w") as file:
    found.write(file)
print(f"{sys.argv[1]}:/etc/pip.conf:ro")
values = " ".join(value for section in found.sections() for value in found[section].values())
named = re.findall(r"(?:^|(?<=\s))(/\S+)", values)
# An index in a folder links to the files beside it.
beside = [os.path.dirname(path.rstrip("/")) for path in re.findall(r"file://(/\S+)", values)]
for path in dict.fromkeys([*named, *beside]):
    if os.path.exists(path):
        print(f"{path}:{path}:ro")
' "$work/pip.conf"
}

# Runs in namespaces of its own, which end whatever it started: the image's command, as its user, in its
# environment, on a root file system that can't be written, without a network.
trial() {
  set -euo pipefail
  cp -a "$root/data" "$root/keys" "$work"
  mount --bind "$root" "$root"
  mount -t proc proc "$root/proc"
  mount --rbind /dev "$root/dev"
  mount --bind "$work/data" "$root/data"
  mount --bind "$work/keys" "$root/keys"
  mount -o remount,bind,ro "$root"
  python3 -c 'import fcntl, socket, struct  # the loopback of a new network starts switched off
fcntl.ioctl(socket.socket(), 0x8914, struct.pack("16sh14x", b"lo", 1))'
  mapfile -t environment <"$work/environment"
  mapfile -t command <"$work/command"
  mapfile -t health <"$work/health"
  run=(chroot --userspec=10001:10001 "$root" env -i --chdir=/data "${environment[@]}"
    ISSUER_KEY_PASSPHRASE=only-for-this-trial-of-the-image)

  if "${run[@]}" touch /tmp/written 2>/dev/null; then  # anybody could, were it not for the file system
    echo "image: the trial's root file system can be written" && return 1
  fi
  "${run[@]}" issuer --help >/dev/null
  "${run[@]}" issuer migrate
  "${run[@]}" issuer tenant create alder --name Alder --default
  "${run[@]}" "${command[@]}" 2>"$work/log" &
  server=$!
  for _ in $(seq 100); do
    if "${run[@]}" "${health[@]}" 2>/dev/null; then
      "${run[@]}" python3 -c 'import urllib.request as u; u.urlopen("http://127.0.0.1:8000/readyz", timeout=4)'
      "${run[@]}" python3 -c '# what a stranger sends is judged in a process of its own, here too
import json, urllib.request as u
badge = json.dumps({"@context": [], "type": ["VerifiableCredential", "OpenBadgeCredential"]}).encode()
asked = u.Request("http://127.0.0.1:8000/v1/verify", badge, {"content-type": "application/json"})
assert json.load(u.urlopen(asked, timeout=30))["result"] == "unsigned"'
      kill "$server"
      wait "$server" || [ $? = 143 ]
      echo "image: it was healthy and ready, and stopped when told" && return 0
    fi
    kill -0 "$server" || break
    sleep 0.2
  done
  tail -40 "$work/log"
  echo "image: it did not become healthy" && return 1
}
export -f trial

echo "image: making a Debian base"
mmdebstrap --quiet --variant=minbase --include=python3,python3-venv,ca-certificates \
  "$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)" "$work/base.tar"
base=$(buildah from scratch)
buildah add --quiet "$base" "$work/base.tar" / >/dev/null
rm "$work/base.tar"
buildah commit --quiet --rm "$base" localhost/python:3.11-slim >/dev/null

echo "image: building"
lend_pip_configuration >"$work/lent"
mapfile -t lent < <(sed 's/^/--volume=/' "$work/lent")
buildah bud --format docker --pull-never "${lent[@]}" --tag open-badge-issuer . >"$work/log" 2>&1 || {
  tail -40 "$work/log" && exit 1
}

echo "image: starting it as its own user, on a root file system that it can't write"
told() { buildah inspect --type image --format "$1" open-badge-issuer; }
[ "$(told '{{.Docker.Config.User}}')" = 10001:10001 ]
told '{{range .Docker.Config.Env}}{{println .}}{{end}}' | sed '/^$/d' >"$work/environment"
told '{{range .Docker.Config.Entrypoint}}{{println .}}{{end}}{{range .Docker.Config.Cmd}}{{println .}}{{end}}' \
  | sed '/^$/d' >"$work/command"
told '{{range .Docker.Config.Healthcheck.Test}}{{println .}}{{end}}' | sed '/^$/d; 1{/^CMD$/d}' >"$work/health"
[ -s "$work/command" ]
[ -s "$work/health" ]
root=$(buildah mount "$(buildah from --pull-never open-badge-issuer)")
export root
for left in opt/build opt/issuer/bin/pip root/.cache source usr/bin/gcc wheels; do
  [ ! -e "$root/$left" ] || { echo "image: /$left was left in the final stage" && exit 1; }
done
[ -z "$(find "$root/opt/issuer" ! -type l \( -uid 10001 -o -perm /o+w \))" ] || {
  echo "image: its user can change the program" && exit 1
}
unshare --mount --net --pid --fork --kill-child --mount-proc bash -c trial
