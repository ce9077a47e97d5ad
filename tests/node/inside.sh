#!/usr/bin/env bash
# A control plane and a node in namespaces of their own, then a command. In: a folder, image archives up to --, a command.
# Out: what the command prints and its exit code. Must not: leave anything behind: network, mounts and processes end with
# the namespaces; control groups, which have none of their own here, are taken away by name.
set -euo pipefail
shopt -s inherit_errexit
if [[ ${1:-} != --inside ]]; then
  exec unshare --mount --net --pid --fork --kill-child=KILL --mount-proc --propagation private -- "$0" --inside "$@"
fi
shift
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source tests/lib/report.sh
source tests/lib/tools.sh
source tests/control-plane/up.sh
source tests/node/up.sh

main() {
  local folder=$1 images=()
  shift
  while [[ $1 != -- ]]; do
    images+=("$1")
    shift
  done
  shift
  need_control_plane
  need_node
  trap 'node_down; control_plane_down' EXIT
  trap 'exit 143' INT TERM HUP
  node_network
  control_plane_up "$folder/control-plane"
  node_up "$folder/node" "${images[@]}"
  "$@"
}

main "$@"
