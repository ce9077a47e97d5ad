# shellcheck shell=bash
# The programs the tests run with. In: the machine, tests/*/go.mod and go.sum, tests/browser/package-lock.json,
# KUBEBUILDER_ASSETS.
# Out: what is missing, installed or built; ${program[NAME]} is the path of a built one.
# Must not: write into the checkout, or install past the machine's package manager, Cargo, Go and npm.

cache=${XDG_CACHE_HOME:-$HOME/.cache}/scs-knowledge-operator
cargo_deny_version=0.20.2
declare -A program=()

# need COMMAND PACKAGE: installs the Debian package unless the command is there.
need() {
  local apt=()
  command -v "$1" >/dev/null && return
  if command -v apt-get >/dev/null; then
    if ((EUID == 0)); then
      apt=(env DEBIAN_FRONTEND=noninteractive apt-get)
    elif sudo -n true 2>/dev/null; then
      apt=(sudo -n env DEBIAN_FRONTEND=noninteractive apt-get)
    fi
  fi
  if ((${#apt[@]} > 0)); then
    # Old lists are good enough for most packages, so a failed update alone is no reason to stop.
    step "${apt[@]}" update -qq >&2 || true
    step "${apt[@]}" install -y -qq --no-install-recommends "$2" >&2 || true
  fi
  command -v "$1" >/dev/null || fail "$1 is missing; install it with: sudo apt-get install $2"
}

# need_unpacked COMMAND PACKAGE: a command of a Debian package that would also start a service: unpacked into the cache
# instead of being installed.
need_unpacked() {
  local folder=$cache/debian-$2
  program[$1]=$(command -v "$1" || echo "$folder/usr/bin/$1")
  [[ -x ${program[$1]} ]] && return
  mkdir -p "$folder"
  # Old lists are good enough, none are not; to bring them up to date takes root.
  if ! (cd "$folder" && step apt-get download -qq "$2" >&2) && ((EUID == 0)); then
    step apt-get update -qq >&2 || true
    (cd "$folder" && step apt-get download -qq "$2" >&2) || true
  fi
  if step dpkg-deb --extract "$folder"/"$2"_*.deb "$folder" >&2; then
    rm -f "$folder"/*.deb
  fi
  [[ -x ${program[$1]} ]] || fail "$1 is missing; install it with: sudo apt-get install $2"
}

need_rust() {
  local command
  # A distribution's Rust is mostly older than this project's, so it is not installed unasked.
  command -v cargo >/dev/null ||
    fail "cargo is missing; install it with: sudo apt-get install rustup && rustup default stable"
  for command in "$@"; do
    cargo "$command" --version >/dev/null 2>&1 && continue
    if command -v rustup >/dev/null; then step rustup component add rustfmt clippy || true; fi
    cargo "$command" --version >/dev/null 2>&1 ||
      fail "cargo $command is missing; install it with: rustup component add rustfmt clippy"
  done
  need cc build-essential # ring compiles C
}

# Cargo's own plugins are found on PATH, so the cached one is called by its path.
need_cargo_deny() {
  local root=$cache/cargo-deny-$cargo_deny_version
  program[cargo-deny]=$root/bin/cargo-deny
  [[ -x ${program[cargo-deny]} ]] && return
  say "building cargo-deny $cargo_deny_version, once per machine, some minutes"
  step cargo install --quiet --locked --root "$root" "cargo-deny@$cargo_deny_version" ||
    fail "cargo-deny is missing; install it with: cargo install --locked --root $root cargo-deny@$cargo_deny_version"
}

# go_program MODULE NAME PACKAGE [LDFLAGS]: builds PACKAGE of tests/MODULE unless that was done before.
# The folder is named by what the program is made of: other modules or sources are another folder, nothing is ever stale.
go_program() {
  local module=tests/$1 name=$2 package=$3 flags="-s -w ${4:-}" key folder lock
  key=$(find "$module" -name '*.go' -o -name 'go.*' | LC_ALL=C sort | xargs cat | sha256sum)
  folder=$cache/$1-${key:0:16}
  program[$name]=$folder/$name
  [[ -x ${program[$name]} ]] && return
  need go golang-go
  mkdir -p "$folder"
  # A second run on this machine waits for the first one's build instead of repeating it.
  exec {lock}>"$folder/.lock"
  flock "$lock"
  if [[ ! -x ${program[$name]} ]]; then
    say "building $name, once per machine, up to some minutes"
    step env CGO_ENABLED=0 go build -C "$module" -trimpath -ldflags "$flags" -o "$folder/.$name.new" "$package" ||
      fail "$name does not build; is there a Go as new as $module/go.mod asks for? See: go version"
    mv "$folder/.$name.new" "${program[$name]}"
  fi
  exec {lock}>&-
}

# The version is linked in, otherwise the API server reports v0.0.0 and clients take it for an ancient one.
kubernetes_flags() {
  local variable=k8s.io/component-base/version version major minor
  version=$(sed -En 's/^.*k8s\.io\/kubernetes (v[0-9.]+)( .*)?$/\1/p' tests/control-plane/go.mod)
  IFS=. read -r major minor _ <<<"${version#v}"
  echo "-X $variable.gitVersion=$version -X $variable.gitMajor=$major -X $variable.gitMinor=$minor"
}

from_assets() {
  program[$1]=$KUBEBUILDER_ASSETS/$1
  [[ -x ${program[$1]} ]] || fail "KUBEBUILDER_ASSETS has no $1; unset it to build one: unset KUBEBUILDER_ASSETS"
}

need_kubectl() {
  if [[ -n ${KUBEBUILDER_ASSETS:-} ]]; then
    from_assets kubectl
  else
    go_program control-plane kubectl k8s.io/kubernetes/cmd/kubectl "$(kubernetes_flags)"
  fi
}

need_control_plane() {
  local name flags
  flags=$(kubernetes_flags)
  if [[ -n ${KUBEBUILDER_ASSETS:-} ]]; then
    for name in etcd kube-apiserver; do
      from_assets "$name"
    done
  else
    go_program control-plane etcd go.etcd.io/etcd/server/v3
    go_program control-plane kube-apiserver k8s.io/kubernetes/cmd/kube-apiserver "$flags"
  fi
  need_kubectl
  # envtest ships neither of these.
  go_program control-plane kube-controller-manager k8s.io/kubernetes/cmd/kube-controller-manager "$flags"
  go_program helm helm helm.sh/helm/v4/cmd/helm
}

# What only reads the chart and the recipes.
need_chart() {
  local kubernetes monitoring
  go_program helm helm helm.sh/helm/v4/cmd/helm
  go_program chart kubeconform github.com/yannh/kubeconform/cmd/kubeconform
  go_program chart glua github.com/yuin/gopher-lua/cmd/glua
  need_kubectl
  need_unpacked promtool prometheus
  kubernetes=$(go_files k8s.io/kubernetes)
  monitoring=$(go_files github.com/prometheus-operator/prometheus-operator)
  export KNOWLEDGE_TEST_HELM=${program[helm]}
  export KNOWLEDGE_TEST_GLUA=${program[glua]}
  export KNOWLEDGE_TEST_KUBECTL=${program[kubectl]}
  export KNOWLEDGE_TEST_KUBECONFORM=${program[kubeconform]}
  export KNOWLEDGE_TEST_PROMTOOL=${program[promtool]}
  export KNOWLEDGE_TEST_OPENAPI=$kubernetes/api/openapi-spec/swagger.json
  export KNOWLEDGE_TEST_MONITORING_CRDS=$monitoring/example/prometheus-operator-crd
}

# go_files MODULE: prints the folder with the files of a module that tests/definitions names.
go_files() {
  local version folder
  need go golang-go
  version=$(awk -v module="$1" '$1 == module { print $2 }' tests/definitions/go.mod)
  folder=$(go mod download -C tests/definitions -json "$1@$version" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')
  [[ -d $folder ]] || fail "the files of $1 $version cannot be had; see: go mod download -C tests/definitions $1@$version"
  echo "$folder"
}

# Chromium, what drives it, and axe-core, which judges what a page keeps from whom. Debian's driver brings the Chromium
# it fits; axe-core is published by npm alone.
need_browser() {
  local key folder lock
  need chromedriver chromium-driver
  need chromium chromium
  key=$(cat tests/browser/package.json tests/browser/package-lock.json | sha256sum)
  folder=$cache/browser-${key:0:16}
  export KNOWLEDGE_TEST_AXE=$folder/node_modules/axe-core/axe.min.js
  [[ -e $folder/complete ]] && return
  need npm npm
  mkdir -p "$folder"
  exec {lock}>"$folder/.lock"
  flock "$lock"
  if [[ ! -e $folder/complete ]]; then
    cp tests/browser/package.json tests/browser/package-lock.json "$folder"
    step npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund >&2 ||
      fail "axe-core is missing; install it with: npm ci --prefix $folder --ignore-scripts"
    touch "$folder/complete"
  fi
  exec {lock}>&-
}

need_image() { go_program image image .; }

# A node needs root for its namespaces, and what Debian has for containers and their network.
need_node() {
  local name
  need runc runc
  need iptables iptables
  need conntrack conntrack
  need ip iproute2
  need unshare util-linux
  for name in kubelet kube-scheduler kube-proxy; do
    go_program control-plane "$name" "k8s.io/kubernetes/cmd/$name" "$(kubernetes_flags)"
  done
  for name in containerd containerd-shim-runc-v2 ctr; do
    go_program node "$name" "github.com/containerd/containerd/v2/cmd/$name"
  done
  for name in main/bridge main/loopback ipam/host-local; do
    go_program node "${name##*/}" "github.com/containernetworking/plugins/plugins/$name"
  done
  go_program node pause ./pause
}

# Flux's controller, and the definitions of what it reads.
need_flux() {
  local controller source
  go_program flux kustomize-controller github.com/fluxcd/kustomize-controller
  controller=$(go_files github.com/fluxcd/kustomize-controller)
  source=$(go_files github.com/fluxcd/source-controller)
  export KNOWLEDGE_TEST_KUSTOMIZE_CONTROLLER=${program[kustomize-controller]}
  export KNOWLEDGE_TEST_KUSTOMIZE_CRDS=$controller/config/crd/bases
  export KNOWLEDGE_TEST_SOURCE_CRDS=$source/config/crd/bases
}
