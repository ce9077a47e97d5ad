# shellcheck shell=bash
# A real control plane on loopback. In: ${program[...]} of tests/lib/tools.sh, an empty folder.
# Out: etcd, API server and controllers, ready; one kubeconfig per user; KNOWLEDGE_TEST_* in the environment.
# Must not: outlive the shell that started it, or use a fixed port.

control_plane_pids=()
control_plane_deadline=90 # seconds, for slow and busy machines
control_plane_address=127.0.0.1
# No endpoints for the service "kubernetes": they may not be loopback addresses and nothing here would use them.
control_plane_flags=(--endpoint-reconciler-type none)

control_plane_up() {
  local folder=$1 attempt
  for attempt in 1 2 3; do
    control_plane_start "$folder"
    if control_plane_ready "$folder"; then
      say "control plane: $KNOWLEDGE_TEST_SERVER"
      return
    fi
    control_plane_down
    # Between choosing a free port and listening on it, somebody else may have taken it: only then try again.
    grep -qs 'address already in use' "$folder"/*.log || break
    say "control plane: a port was taken in between (attempt $attempt)"
    rm -rf "$folder"
  done
  tail -n 15 "$folder"/*.log >&2
  fail "the control plane did not start; its last lines are above"
}

# Nothing in there is worth a graceful end, so who does not go in time is made to.
control_plane_down() {
  local index pid tries
  for ((index = ${#control_plane_pids[@]} - 1; index >= 0; index--)); do
    pid=${control_plane_pids[index]}
    kill -TERM "$pid" 2>/dev/null || continue
    for ((tries = 0; tries < 60; tries++)); do
      kill -0 "$pid" 2>/dev/null || continue 2
      sleep 0.05
    done
    kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  control_plane_pids=()
}

control_plane_start() {
  local folder=$1 etcd server
  mkdir -p "$folder"
  etcd=http://127.0.0.1:$(free_port)
  server=https://$control_plane_address:$(free_port)
  control_plane_users "$folder" "$server"
  control_plane_exports "$folder" "$server"

  control_plane_program etcd "$folder" \
    --data-dir "$folder/etcd" --unsafe-no-fsync --log-level warn \
    --listen-client-urls "$etcd" --advertise-client-urls "$etcd" --listen-peer-urls http://127.0.0.1:0

  # The serving key, made by the API server itself, also signs the tokens of service accounts: one tool less.
  control_plane_program kube-apiserver "$folder" \
    --etcd-servers "$etcd" --bind-address "$control_plane_address" --secure-port "${server##*:}" --cert-dir "$folder/certs" \
    --advertise-address "$control_plane_address" --service-cluster-ip-range 10.96.0.0/16 \
    --service-account-issuer https://kubernetes.default.svc \
    --service-account-key-file "$folder/certs/apiserver.key" \
    --service-account-signing-key-file "$folder/certs/apiserver.key" \
    --token-auth-file "$folder/tokens.csv" --authorization-mode RBAC \
    --audit-policy-file tests/control-plane/audit-policy.yaml --audit-log-path "$folder/audit.log" "${control_plane_flags[@]}"
}

# True when requests are answered, and the controllers run; false when that cannot be.
control_plane_ready() {
  local folder=$1 until=$((SECONDS + control_plane_deadline))
  control_plane_poll "$until" admin_kubectl get --raw /readyz || return 1
  control_plane_program kube-controller-manager "$folder" \
    --kubeconfig "$folder/controllers.kubeconfig" --leader-elect=false --secure-port 0 \
    --root-ca-file "$folder/certs/apiserver.crt" --service-account-private-key-file "$folder/certs/apiserver.key"
  # Without this account no pod can be created; it is there once the controllers work.
  control_plane_poll "$until" admin_kubectl get serviceaccount default --namespace default
}

# control_plane_poll UNTIL COMMAND...: repeats COMMAND until it succeeds, a program has died or the time is up.
control_plane_poll() {
  local until=$1 pid
  shift
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < until)) || return 1
    for pid in "${control_plane_pids[@]}"; do
      kill -0 "$pid" 2>/dev/null || return 1
    done
    sleep 0.1
  done
}

# A session of its own keeps Ctrl-C away from it, so that it can be stopped in order, after its clients.
# Should this shell be killed outright, the kernel stops it.
control_plane_program() {
  local name=$1 folder=$2
  shift 2
  setsid setpriv --pdeathsig KILL "${program[$name]}" "$@" >"$folder/$name.log" 2>&1 </dev/null &
  control_plane_pids+=($!)
}

# Below the ports that the kernel hands out by itself. Whoever listens there would answer.
free_port() {
  local port
  while port=$((20000 + RANDOM % 10000)); do
    (exec {probe}<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
  done
  echo "$port"
}

# One static token per user: real identities for RBAC and access reviews. Alice and Bob have no rights of their own.
control_plane_users() {
  local folder=$1 server=$2
  control_plane_user "$folder" "$server" admin admin system:masters
  control_plane_user "$folder" "$server" controllers system:kube-controller-manager system:masters
  control_plane_user "$folder" "$server" operator knowledge-operator
  control_plane_user "$folder" "$server" alice alice
  control_plane_user "$folder" "$server" bob bob
}

# control_plane_user FOLDER SERVER FILE NAME [GROUP]
control_plane_user() {
  local folder=$1 server=$2 file=$3 name=$4 group=${5:-} token
  token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  echo "$token,$name,$name${group:+,$group}" >>"$folder/tokens.csv"
  echo "$token" >"$folder/$file.token"
  cat >"$folder/$file.kubeconfig" <<KUBECONFIG
apiVersion: v1
kind: Config
current-context: test
contexts: [{name: test, context: {cluster: test, user: $file, namespace: default}}]
clusters: [{name: test, cluster: {server: "$server", certificate-authority: "$folder/certs/apiserver.crt"}}]
users: [{name: $file, user: {token: "$token"}}]
KUBECONFIG
}

control_plane_exports() {
  local folder=$1 server=$2 user
  for user in admin operator alice bob; do
    export "KNOWLEDGE_TEST_${user^^}_KUBECONFIG=$folder/$user.kubeconfig"
    export "KNOWLEDGE_TEST_${user^^}_TOKEN=$(<"$folder/$user.token")"
  done
  export KNOWLEDGE_TEST_SERVER=$server
  export KNOWLEDGE_TEST_CA=$folder/certs/apiserver.crt
  export KNOWLEDGE_TEST_AUDIT_LOG=$folder/audit.log
  export KNOWLEDGE_TEST_KUBECTL=${program[kubectl]}
  export KNOWLEDGE_TEST_HELM=${program[helm]}
  # What clients remember of an API server must not survive it: the next one may get the same port.
  export KUBECACHEDIR=$folder/kubectl-cache
  export HELM_CACHE_HOME=$folder/helm/cache HELM_CONFIG_HOME=$folder/helm/config HELM_DATA_HOME=$folder/helm/data
}

admin_kubectl() { "$KNOWLEDGE_TEST_KUBECTL" --kubeconfig "$KNOWLEDGE_TEST_ADMIN_KUBECONFIG" "$@"; }
