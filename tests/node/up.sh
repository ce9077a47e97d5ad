# shellcheck shell=bash
# A real node beside the control plane. In: ${program[...]}, an empty folder, namespaces of our own (see inside.sh).
# Out: kubelet, containerd, scheduler and kube-proxy; a node that is Ready and runs pods from imported images.
# Must not: be started outside of the namespaces that inside.sh makes for it: it takes /run, a bridge and iptables.

node_address=10.244.0.1
node_name=node-1
# Where kubelet and containerd write whatever they are told.
node_folders=(/var/lib/kubelet /var/lib/cni /var/log/containers /var/log/pods /opt/containerd)
node_made=()
# What the kubelet sets for the whole machine.
node_sysctls=(vm/overcommit_memory vm/panic_on_oom kernel/panic kernel/panic_on_oops kernel/keys/root_maxkeys kernel/keys/root_maxbytes)
declare -A node_before=()

# To be called outside, before and after: what has no namespace of its own is as it was.
node_remember() {
  local name
  for name in "${node_folders[@]}"; do
    [[ -d $name ]] || { mkdir -p "$name" && node_made+=("$name"); }
  done
  for name in "${node_sysctls[@]}"; do
    [[ ! -r /proc/sys/$name ]] || node_before[$name]=$(<"/proc/sys/$name")
  done
}

node_restore() {
  local name tries
  for name in "${!node_before[@]}"; do
    echo "${node_before[$name]}" >"/proc/sys/$name" || true
  done
  for name in "${node_made[@]}"; do
    rmdir --parents --ignore-fail-on-non-empty "$name" 2>/dev/null || true
  done
  # Control groups that nobody is in any more; a second node on this machine keeps its own.
  for name in /sys/fs/cgroup/k8s.io /sys/fs/cgroup/*/k8s.io; do
    for ((tries = 0; tries < 20; tries++)); do
      [[ -d $name ]] || break
      find "$name" -depth -type d -exec rmdir {} + 2>/dev/null || sleep 0.1
    done
  done
}

# node_pause_images FOLDER: the image of the container that holds a pod's network. Nothing can be pulled here, so it also
# stands in for the images of the examples' workloads.
node_pause_images() {
  need_image
  mkdir -p "$work/pause"
  cp "${program[pause]}" "$work/pause/"
  "${program[image]}" pack tests/node/pause/Dockerfile "$work/pause" localhost/pause:1 "$1/pause.tar"
  "${program[image]}" pack tests/node/pause/Dockerfile "$work/pause" registry.k8s.io/pause:3.10 "$1/recipe.tar"
  "${program[image]}" pack tests/node/pause/Dockerfile "$work/pause" nginxinc/nginx-unprivileged:1.29-alpine "$1/example.tar"
}

# To be called before control_plane_up: the API server listens where pods can reach it.
node_network() {
  local folder
  mount -t tmpfs tmpfs /run
  mkdir -p /run/lock
  for folder in "${node_folders[@]}"; do
    mount -t tmpfs tmpfs "$folder"
  done
  ip link set lo up
  ip link add cni0 type bridge
  ip address add "$node_address/24" dev cni0
  ip link set cni0 up
  # Addresses of services are no network's; without a route the host's own requests would end before kube-proxy's rules.
  ip route add default dev cni0
  control_plane_address=$node_address
  control_plane_flags=(--kubelet-preferred-address-types InternalIP --allow-privileged=false)
}

# node_up FOLDER IMAGE...: IMAGE is an archive that `ctr image import` takes.
node_up() {
  local folder=$1 until=$((SECONDS + 120)) image
  shift
  mkdir -p "$folder"/{containerd,cni,kubelet,logs}
  node_containerd "$folder"
  control_plane_poll "$until" node_ctr version || node_failed "$folder"
  for image in "$@"; do
    step node_ctr image import "$image" >"$folder/import.log" || node_failed "$folder"
  done
  node_kubelet "$folder"
  control_plane_program kube-scheduler "$folder" \
    --kubeconfig "$folder/../control-plane/controllers.kubeconfig" --leader-elect=false --secure-port 0
  control_plane_program kube-proxy "$folder" \
    --kubeconfig "$folder/../control-plane/controllers.kubeconfig" --proxy-mode iptables --cluster-cidr 10.244.0.0/24 \
    --conntrack-max-per-core 0 --bind-address 127.0.0.1 --hostname-override "$node_name"
  control_plane_poll "$until" admin_kubectl get node "$node_name" || node_failed "$folder"
  admin_kubectl wait --for condition=Ready --timeout 60s "node/$node_name" >"$folder/wait.log" 2>&1 || node_failed "$folder"
  say "node: $node_name, $(admin_kubectl get node "$node_name" -o 'jsonpath={.status.nodeInfo.kubeletVersion} {.status.nodeInfo.containerRuntimeVersion}')"
}

node_failed() {
  tail -n 15 "$1"/*.log >&2
  fail "the node did not start; its last lines are above"
}

node_ctr() { "${program[ctr]}" --address /run/containerd/containerd.sock --namespace k8s.io "$@"; }

node_containerd() {
  local folder=$1 cni
  cni=$(dirname "${program[bridge]}")
  mkdir -p /run/containerd
  cat >"$folder/containerd/config.toml" <<TOML
version = 3
root = "$folder/containerd/root"
state = "/run/containerd/state"

[grpc]
  address = "/run/containerd/containerd.sock"

[plugins.'io.containerd.cri.v1.images']
  snapshotter = "native"

[plugins.'io.containerd.cri.v1.images'.pinned_images]
  sandbox = "localhost/pause:1"

[plugins.'io.containerd.cri.v1.runtime']
  restrict_oom_score_adj = true

[plugins.'io.containerd.cri.v1.runtime'.cni]
  bin_dirs = ["$cni"]
  conf_dir = "$folder/cni"

[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"

[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
  BinaryName = "$(command -v runc)"
  SystemdCgroup = false
TOML
  cat >"$folder/cni/10-bridge.conflist" <<JSON
{
  "cniVersion": "1.0.0",
  "name": "pods",
  "plugins": [{
    "type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": false, "hairpinMode": true,
    "ipam": {
      "type": "host-local", "dataDir": "/run/cni-networks", "ranges": [[{"subnet": "10.244.0.0/24", "gateway": "$node_address"}]],
      "routes": [{"dst": "0.0.0.0/0"}]
    }
  }]
}
JSON
  # The shim is looked for on PATH.
  PATH=$cni:$PATH control_plane_program containerd "$folder" --config "$folder/containerd/config.toml"
}

node_kubelet() {
  local folder=$1
  cat >"$folder/kubelet/config.yaml" <<YAML
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
# A node that lives for minutes and that nobody else can reach.
authentication: {anonymous: {enabled: true}, webhook: {enabled: false}}
authorization: {mode: AlwaysAllow}
cgroupDriver: cgroupfs
cgroupsPerQOS: false
enforceNodeAllocatable: []
failCgroupV1: false
failSwapOn: false
localStorageCapacityIsolation: false
evictionHard: {memory.available: 50Mi, nodefs.available: 0%, imagefs.available: 0%}
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
podLogsDir: $folder/logs
resolvConf: ""
clusterDomain: cluster.local
# A pod that is told to go is gone soon, and one that is ready is seen to be.
nodeStatusUpdateFrequency: 2s
syncFrequency: 5s
registerNode: true
port: 10250
healthzPort: 0
YAML
  control_plane_program kubelet "$folder" \
    --kubeconfig "$folder/../control-plane/controllers.kubeconfig" --config "$folder/kubelet/config.yaml" \
    --root-dir "$folder/kubelet/root" --cert-dir "$folder/kubelet/certs" \
    --hostname-override "$node_name" --node-ip "$node_address"
}
