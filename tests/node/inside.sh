#!/usr/bin/env bash
# A control plane and a node in namespaces of their own, then a command. In: a folder, image archives up to --, a command.
# Out: what the command prints and its exit code. Must not: leave anything behind: network, mounts and processes end with
# the namespaces; control groups and settings of the kernel, which have none here, are put back by name.
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source tests/lib/report.sh
source tests/lib/tools.sh
source tests/control-plane/up.sh
source tests/node/up.sh

outside() {
  local result=0
  node_remember
  trap node_restore EXIT
  trap : INT TERM HUP # the inside gets the same, and is waited for
  unshare --mount --net --pid --fork --kill-child=KILL --mount-proc --propagation private -- \
    tests/node/inside.sh --inside "$@" || result=$?
  return "$result"
}

inside() {
  local folder=$1 images=()
  shift
  while [[ $1 != -- ]]; do
    images+=("$1")
    shift
  done
  shift
  need_control_plane
  need_node
  trap control_plane_down EXIT
  trap 'exit 143' INT TERM HUP
  node_network
  control_plane_up "$folder/control-plane"
  node_up "$folder/node" "${images[@]}"
  KNOWLEDGE_TEST_NODE=$node_name "$@"
}

if [[ ${1:-} == --inside ]]; then
  shift
  inside "$@"
else
  outside "$@"
fi
