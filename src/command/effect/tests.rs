use super::Effect::{Change, Destructive, Read, Unknown};
use super::{Effect, judge};

#[track_caller]
fn check(cases: &[(&str, Effect, &str)]) {
    let mut wrong = String::new();
    for (command, effect, why) in cases {
        let judgement = judge(command);
        if (judgement.effect, judgement.why) != (*effect, *why) {
            wrong += &format!("{command}\n    {judgement:?}, expected {effect:?} {why:?}\n");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

const NOT_KNOWN: &str = "not known here";
const DEPENDS: &str = "depends on what is filled in";

#[test]
fn kubectl() {
    check(&[
        ("kubectl get pods", Read, ""),
        ("kubectl -n <ns> get pods -o wide", Read, ""),
        ("kubectl --context prod --namespace=x describe pod/y", Read, ""),
        ("kubectl get --raw /readyz", Read, ""),
        ("kubectl logs -f deploy/x --previous", Read, ""),
        ("kubectl top nodes", Read, ""),
        ("kubectl auth can-i delete pods", Read, ""),
        ("kubectl config view --minify", Read, ""),
        ("kubectl config use-context x", Change, "changes the kubeconfig"),
        ("kubectl cordon node-1", Change, "stops scheduling on a node"),
        (
            "kubectl drain <node> --ignore-daemonsets --delete-emptydir-data",
            Change,
            "evicts all pods of a node",
        ),
        ("kubectl uncordon <node>", Change, "allows scheduling on a node"),
        ("kubectl delete pod x -n y", Destructive, "deletes pods"),
        (
            "kubectl -n y delete pods --all --force --grace-period=0",
            Destructive,
            "deletes pods",
        ),
        ("kubectl delete pvc data-0", Destructive, "deletes storage"),
        ("kubectl delete ns x", Destructive, "deletes a namespace with all in it"),
        (
            "kubectl delete crd foos.example.org",
            Destructive,
            "deletes a kind and all its objects",
        ),
        ("kubectl delete -f x.yaml", Destructive, "deletes objects"),
        ("kubectl delete pod x --dry-run=server", Read, ""),
        ("kubectl delete pod x --dry-run=none", Destructive, "deletes pods"),
        ("kubectl apply -f x.yaml", Change, "applies objects"),
        ("kubectl apply -f x.yaml --dry-run=client", Read, ""),
        (
            "kubectl create job x --from=cronjob/y --dry-run=client -o yaml | kubectl apply -f -",
            Change,
            "applies objects",
        ),
        ("kubectl rollout restart deployment/x", Change, "restarts pods"),
        ("kubectl -n a rollout status ds/x", Read, ""),
        ("kubectl scale deploy x --replicas=0", Change, "stops all replicas"),
        (
            "kubectl scale --replicas 3 deploy x",
            Change,
            "changes the number of replicas",
        ),
        (
            "kubectl patch pv x -p '{\"metadata\":{\"finalizers\":null}}'",
            Destructive,
            "removes finalizers, so that objects vanish",
        ),
        (
            "kubectl patch x y --type=merge -p '{\"spec\":{}}'",
            Change,
            "changes objects",
        ),
        (
            "kubectl replace --force -f x",
            Destructive,
            "deletes objects and creates them anew",
        ),
        ("kubectl exec -it x -c y -- sh", Read, "opens a shell"),
        ("kubectl exec x -- rm -rf /data", Destructive, "deletes files"),
        ("kubectl exec x -- cat /etc/hosts", Read, ""),
        ("kubectl exec x -- sh -c 'rm -rf /data/*'", Destructive, "deletes files"),
        (
            "kubectl exec -n x deploy/tools -- ceph osd purge 3 --yes-i-really-mean-it",
            Destructive,
            "removes an OSD",
        ),
        ("kubectl exec x -- some-tool", Unknown, NOT_KNOWN),
        (
            "kubectl run t --rm -it --image=x -- curl -s http://y",
            Change,
            "starts a pod",
        ),
        ("kubectl debug node/x -it --image=y", Change, "starts a debug container"),
        ("kubectl cp x:/a ./a", Change, "copies files"),
        ("kubectl port-forward svc/x 9090", Read, "opens a port"),
        ("kubectl rook-ceph ceph status", Read, ""),
        ("kubectl rook-ceph rook purge-osd 1", Destructive, "removes an OSD"),
        ("kubectl cert-manager renew x", Change, "renews certificates"),
        ("kubectl runbook deploy/payments", Read, ""),
        ("kubectl frobnicate x", Unknown, NOT_KNOWN),
        ("kubectl <verb> pods", Unknown, DEPENDS),
        ("kubectl $VERB pods", Unknown, DEPENDS),
        ("kubectl --help", Read, ""),
        ("$KUBECTL get pods", Unknown, DEPENDS),
        ("<command> get pods", Unknown, DEPENDS),
    ]);
}

#[test]
fn openshift() {
    check(&[
        ("oc get co", Read, ""),
        ("oc adm top pods -n x", Read, ""),
        ("oc adm drain x", Change, "evicts all pods of a node"),
        ("oc adm upgrade", Read, ""),
        ("oc adm upgrade --to=4.15.1", Change, "upgrades the cluster"),
        (
            "oc adm must-gather -- /usr/bin/gather_audit_logs",
            Change,
            "collects data into files",
        ),
        ("oc adm policy add-scc-to-user privileged -z x", Change, "gives rights"),
        ("oc adm policy who-can get pods", Read, ""),
        (
            "oc adm certificate approve x",
            Change,
            "decides on certificate requests",
        ),
        ("oc adm prune images", Read, ""),
        ("oc adm prune images --confirm", Destructive, "deletes old objects"),
        ("oc debug node/x", Read, "opens a shell"),
        (
            "oc debug node/x -- chroot /host systemctl restart kubelet",
            Change,
            "restarts services",
        ),
        ("oc debug node/x -- chroot /host crictl ps", Read, ""),
        (
            "oc debug node/x -- chroot /host sh -c 'df -h; rm -f /x'",
            Destructive,
            "deletes files",
        ),
        ("oc rsh -n a pod", Read, "opens a shell"),
        (
            "oc rsh -n a pod etcdctl member remove x",
            Destructive,
            "removes a member",
        ),
        ("oc -n a rsh $(oc get pods -o name) ceph status", Read, ""),
        ("oc exec -n a p -c etcd -- etcdctl endpoint health", Read, ""),
        ("oc whoami --show-console", Read, ""),
        ("oc project x", Change, "changes the kubeconfig"),
        ("oc edit mcp worker", Change, "changes objects"),
        ("oc extract secret/x --to=-", Read, ""),
        ("oc sa get-token x", Read, ""),
        ("virtctl stop x", Change, "stops a virtual machine"),
        ("virtctl guestosinfo x", Read, ""),
        ("odf subvolume ls --stale", Read, ""),
        (
            "odf subvolume delete a b c",
            Destructive,
            "deletes data in the file system",
        ),
    ]);
}

#[test]
fn storage() {
    check(&[
        ("ceph -s", Read, ""),
        ("ceph status", Read, ""),
        ("ceph health detail", Read, ""),
        ("ceph health mute X", Change, "mutes a warning"),
        ("ceph osd df tree", Read, ""),
        ("ceph osd set noout", Change, "changes cluster flags"),
        ("ceph osd out osd.3", Change, "moves data off an OSD"),
        ("ceph osd purge 3", Destructive, "removes an OSD"),
        (
            "ceph osd pool delete a a --yes-i-really-really-mean-it",
            Destructive,
            "deletes a pool",
        ),
        ("ceph osd pool set-quota <pool> max_bytes <n>", Change, "changes a pool"),
        (
            "ceph osd crush rm osd.1",
            Destructive,
            "removes from the placement of data",
        ),
        ("ceph osd crush rule ls", Read, ""),
        ("ceph osd blocked-by", Read, ""),
        ("ceph pg 1.2 query", Read, ""),
        ("ceph pg repair 1.2", Change, "repairs a placement group"),
        (
            "ceph pg 1.2 mark_unfound_lost delete",
            Destructive,
            "gives up lost objects",
        ),
        ("ceph crash archive-all", Change, "archives crash reports"),
        ("ceph daemon osd.<id> dump_historic_ops", Read, ""),
        ("ceph tell osd.* injectargs '--x 1'", Change, "changes settings"),
        ("ceph tell mds.a session ls", Read, ""),
        (
            "ceph fs subvolume rm cephfs x",
            Destructive,
            "deletes data in the file system",
        ),
        ("ceph orch ps", Read, ""),
        ("ceph orch osd rm 3", Destructive, "removes an OSD"),
        ("ceph orch osd rm status", Read, ""),
        ("ceph orch device zap h /dev/sdb", Destructive, "erases a device"),
        ("ceph config set osd x y", Change, "changes settings"),
        ("ceph auth get-key client.admin", Read, ""),
        ("ceph foo", Unknown, NOT_KNOWN),
        ("cephadm shell -- ceph osd tree", Read, ""),
        ("rbd ls -p x", Read, ""),
        ("rbd snap rm a@b", Destructive, "deletes snapshots"),
        ("rbd snap ls --pool <pool> <image>", Read, ""),
        ("rados df", Read, ""),
        ("rados -p x rm y", Destructive, "deletes objects"),
        ("radosgw-admin bucket stats --bucket=x", Read, ""),
        (
            "radosgw-admin user rm --uid x",
            Destructive,
            "deletes data of object storage",
        ),
        ("radosgw-admin bucket limit check", Read, ""),
        ("ceph-volume lvm list", Read, ""),
        ("ceph-volume lvm zap /dev/sdb --destroy", Destructive, "erases a device"),
        ("lvs; vgs", Read, ""),
        ("mkfs.ext4 /dev/sdb", Destructive, "formats a device"),
        ("wipefs /dev/sdb", Read, ""),
        ("wipefs -af /dev/sdb", Destructive, "erases a device"),
        ("sgdisk --zap-all /dev/sdb", Destructive, "erases partitions"),
        ("fdisk -l", Read, ""),
        ("dd if=/dev/zero of=/dev/sdb bs=1M", Destructive, "overwrites a device"),
        ("dd if=/dev/zero of=/tmp/x", Change, "writes a file"),
        ("mount", Read, ""),
        ("mount -a", Change, "mounts a file system"),
    ]);
}

#[test]
fn clouds() {
    check(&[
        ("openstack server show x", Read, ""),
        ("openstack --os-cloud x server list --all-projects", Read, ""),
        ("openstack server delete x", Destructive, "deletes servers"),
        ("openstack server stop x", Change, "stops servers"),
        ("openstack server reboot --hard x", Change, "restarts servers"),
        ("openstack server add floating ip a b", Change, "creates resources"),
        ("openstack volume service list", Read, ""),
        (
            "openstack compute service set --disable h nova-compute",
            Change,
            "changes resources",
        ),
        ("openstack loadbalancer failover x", Change, "fails over"),
        ("openstack console log show x", Read, ""),
        ("openstack server event list x", Read, ""),
        (
            "openstack volume set --state available <id>",
            Change,
            "changes resources",
        ),
        ("openstack $X list", Unknown, DEPENDS),
        ("openstack frobnicate", Unknown, NOT_KNOWN),
        ("osism apply common", Change, "applies a role"),
        ("osism get hosts", Read, ""),
        ("osism container testbed-node-0 ps", Read, ""),
        ("osism compute evacuate testbed-node-0", Change, "moves servers"),
        ("osism console testbed-node-0", Read, "opens a console"),
        ("aws s3 ls", Read, ""),
        (
            "aws s3 rm s3://x --recursive",
            Destructive,
            "deletes objects in a store",
        ),
        (
            "aws --endpoint-url <x> --no-verify-ssl s3 rm s3://x/",
            Destructive,
            "deletes objects in a store",
        ),
        ("aws ec2 describe-instances", Read, ""),
        (
            "aws ec2 terminate-instances --instance-ids x",
            Destructive,
            "deletes resources",
        ),
        ("gcloud compute instances list", Read, ""),
        ("hcloud server delete x", Destructive, "deletes resources"),
        ("az vm show -g x -n y", Read, ""),
        ("gardenctl target --garden x", Change, "changes what is targeted"),
    ]);
}

#[test]
fn delivery() {
    check(&[
        ("helm ls -A", Read, ""),
        ("helm upgrade --install x y", Change, "upgrades a release"),
        ("helm upgrade --install x y --dry-run", Read, ""),
        ("helm uninstall x", Destructive, "uninstalls a release"),
        ("helm get values x", Read, ""),
        ("flux get all -A", Read, ""),
        ("flux reconcile kustomization x --with-source", Change, "reconciles now"),
        ("flux suspend hr x", Change, "stops reconciliation"),
        ("flux delete kustomization x", Destructive, "deletes objects"),
        ("argocd app get x", Read, ""),
        ("argocd app sync x", Change, "synchronises an application"),
        ("argocd app delete x", Destructive, "deletes objects"),
        ("clusterctl describe cluster x", Read, ""),
        ("clusterctl get kubeconfig x > x.yaml", Change, "writes a file"),
        (
            "clusterctl move --to-kubeconfig x",
            Change,
            "moves clusters to another management cluster",
        ),
        ("clusterctl upgrade plan", Read, ""),
        ("cmctl status certificate x", Read, ""),
        ("cmctl renew x", Change, "renews certificates"),
        ("velero backup get", Read, ""),
        ("velero get backups", Read, ""),
        ("velero backup delete x", Destructive, "deletes backups"),
        (
            "velero restore create --from-backup x",
            Change,
            "creates a backup or restores one",
        ),
        ("kubeadm certs check-expiration", Read, ""),
        ("kubeadm reset", Destructive, "removes the cluster from the node"),
        ("kubeadm token create --print-join-command", Change, "creates a token"),
        ("git status", Read, ""),
        (
            "git push --force",
            Destructive,
            "overwrites or deletes what is published",
        ),
        ("git clone x", Change, "changes local files"),
        ("git reset --hard", Destructive, "drops local changes"),
        ("terraform plan", Read, ""),
        ("terraform destroy", Destructive, "deletes resources"),
    ]);
}

#[test]
fn machines() {
    check(&[
        ("systemctl status kubelet", Read, ""),
        ("systemctl", Read, ""),
        ("sudo systemctl restart kubelet.service", Change, "restarts services"),
        ("systemctl stop x", Change, "stops services"),
        ("systemctl reboot", Change, "reboots the machine"),
        ("systemctl poweroff", Destructive, "shuts the machine down"),
        ("journalctl -b -f -u kubelet.service", Read, ""),
        ("journalctl --vacuum-time=2d", Destructive, "deletes logs"),
        ("shutdown -r now", Change, "reboots the machine"),
        ("shutdown -h now", Destructive, "shuts the machine down"),
        ("kill -9 <pid>", Destructive, "ends processes"),
        ("kill -HUP 1", Change, "signals processes"),
        (
            "ps aux | grep x | awk '{print $2}' | xargs kill -9",
            Destructive,
            "ends processes",
        ),
        ("crictl ps -a", Read, ""),
        ("crictl rmi --prune", Destructive, "deletes images"),
        ("docker exec -it x sh -c 'rm y'", Destructive, "deletes files"),
        (
            "docker exec -it mariadb mysql -u root -e 'DROP DATABASE x'",
            Destructive,
            "deletes tables or databases",
        ),
        ("docker system prune -af", Destructive, "deletes what is not in use"),
        ("docker compose ps", Read, ""),
        ("docker compose down", Destructive, "stops and deletes containers"),
        ("docker restart x", Change, "starts or restarts containers"),
        ("podman pull x", Change, "fetches an image"),
        ("ctr -n k8s.io images ls", Read, ""),
        ("etcdctl endpoint status -w table", Read, ""),
        ("etcdctl defrag", Change, "blocks a member for a while"),
        ("etcdctl del --prefix /x", Destructive, "deletes keys"),
        ("etcdctl --endpoints=x alarm disarm", Change, "clears alarms"),
        ("talosctl reset -n x", Destructive, "erases a node"),
        ("talosctl service kubelet", Read, ""),
        ("talosctl service kubelet restart", Change, "restarts or stops services"),
        ("ip a", Read, ""),
        ("ip -br link show up", Read, ""),
        ("ip link set eth0 down", Change, "changes the network"),
        ("ip netns exec x ip route", Read, ""),
        ("iptables -nvL", Read, ""),
        ("iptables -t nat -F", Destructive, "deletes firewall rules"),
        ("iptables -A INPUT -j DROP", Change, "changes firewall rules"),
        ("nft list ruleset", Read, ""),
        ("ovs-vsctl show", Read, ""),
        (
            "ovs-appctl -t /var/run/ovn/ovnsb_db.ctl cluster/status OVN_Southbound",
            Read,
            "",
        ),
        ("ovn-nbctl lr-list", Read, ""),
        ("ovn-nbctl ls-del x", Destructive, "deletes network settings"),
        ("apt list --installed", Read, ""),
        ("apt-get install -y x", Change, "installs or updates packages"),
        ("dnf remove x", Destructive, "removes packages"),
        ("rpm -qa | grep x", Read, ""),
        ("sysctl -w vm.x=1", Change, "changes kernel settings"),
        ("sysctl vm.x", Read, ""),
        ("chronyc sources -v", Read, ""),
        ("chronyc makestep", Change, "changes settings of the machine"),
        ("rpm-ostree status", Read, ""),
        ("virsh list --all", Read, ""),
        ("ipmitool chassis power status", Read, ""),
        ("ipmitool power cycle", Change, "switches the machine"),
        ("gitlab-ctl status", Read, ""),
        ("gitlab-ctl restart sidekiq", Change, "restarts services"),
        ("hostname", Read, ""),
        ("date +%s", Read, ""),
        ("service nginx restart", Change, "restarts services"),
    ]);
}

#[test]
fn databases_and_monitoring() {
    check(&[
        ("psql -U x -c 'SELECT 1'", Read, ""),
        ("psql -c \"DELETE FROM x WHERE y\"", Destructive, "deletes rows"),
        (
            "psql -c 'select pg_terminate_backend(1)'",
            Change,
            "ends sessions or queries",
        ),
        ("psql", Read, "opens a database"),
        (
            "psql <<EOF\nDROP TABLE x;\nEOF",
            Destructive,
            "deletes tables or databases",
        ),
        ("mysql -e 'SHOW PROCESSLIST; UPDATE x SET y=1'", Change, "changes rows"),
        ("mysql --execute='SHOW STATUS'", Read, ""),
        ("psql -c \"$SQL\"", Unknown, DEPENDS),
        ("redis-cli INFO", Read, ""),
        ("redis-cli flushall", Destructive, "deletes keys"),
        ("rabbitmqctl list_queues -p x", Read, ""),
        (
            "rabbitmqctl reset",
            Destructive,
            "deletes queues, users or a node's data",
        ),
        ("patronictl list", Read, ""),
        ("promtool query instant http://x 'up'", Read, ""),
        ("amtool silence add alertname=x", Change, "silences alerts"),
        ("amtool alert query", Read, ""),
        ("cilium status --verbose", Read, ""),
        ("cilium bpf nat list", Read, ""),
        ("cilium connectivity test", Change, "starts test pods"),
        ("calicoctl node status", Read, ""),
        ("vault operator raft list-peers", Read, ""),
        ("vault kv get x", Read, ""),
        ("curl -s http://x", Read, ""),
        (
            "curl -k -H \"Authorization: Bearer $T\" https://x -o /dev/null",
            Read,
            "",
        ),
        ("curl -XPOST http://x", Change, "sends data over HTTP"),
        ("curl -sX DELETE http://x", Destructive, "deletes over HTTP"),
        ("curl -X $METHOD http://x", Unknown, DEPENDS),
        ("curl -d '{}' http://x", Change, "sends data over HTTP"),
        ("curl -G http://x --data-urlencode 'query=up'", Read, ""),
        ("curl http://x/api/v1/query --data-urlencode 'query=up'", Read, ""),
        ("curl -LO http://x", Change, "writes a file"),
        ("wget -qO- http://x", Read, ""),
        ("wget -q -O - http://x", Read, ""),
        ("wget http://x", Change, "writes a file"),
    ]);
}

#[test]
fn shells() {
    check(&[
        ("", Read, ""),
        ("X=1", Read, ""),
        ("export X=$(oc get pods -o name)", Read, ""),
        ("export X=$(oc delete pod x)", Destructive, "deletes pods"),
        ("X=`rm x`", Destructive, "deletes files"),
        ("A=(rm x)", Read, ""),
        ("ls && rm x", Destructive, "deletes files"),
        ("rm x; frob", Destructive, "deletes files"),
        ("frob; ls", Unknown, NOT_KNOWN),
        ("frob; kubectl cordon x", Change, "stops scheduling on a node"),
        ("ls > /dev/null 2>&1", Read, ""),
        ("ls > out", Change, "writes a file"),
        ("ls 2>>/tmp/err", Change, "writes a file"),
        ("ls &> out", Change, "writes a file"),
        ("cat < in", Read, ""),
        ("echo x | tee /etc/y", Change, "writes a file"),
        ("echo x > /dev/sdb", Destructive, "overwrites a device"),
        ("sudo -u postgres psql -c 'select 1'", Read, ""),
        ("env X=1 kubectl delete pod x", Destructive, "deletes pods"),
        ("X=1 Y=2 time kubectl get pods", Read, ""),
        ("timeout 5s kubectl get pods", Read, ""),
        ("nohup rm x &", Destructive, "deletes files"),
        ("watch -n 5 kubectl get pods", Read, ""),
        ("watch 'kubectl get pods | grep x'", Read, ""),
        (
            "ssh -i key core@host 'sudo systemctl restart x'",
            Change,
            "restarts services",
        ),
        ("ssh host", Read, "opens a shell"),
        ("ssh <host> sudo reboot", Change, "reboots the machine"),
        ("ssh host <<EOF\nrm x\nEOF", Destructive, "deletes files"),
        ("bash <<'EOF'\nrm x\nEOF", Destructive, "deletes files"),
        ("cat <<EOF\nrm x\nEOF", Read, ""),
        (
            "cat <<EOF | kubectl apply -f -\nkind: x\nEOF",
            Change,
            "applies objects",
        ),
        ("cat <<EOF > x\nEOF", Change, "writes a file"),
        (
            "for i in a b; do kubectl delete pod $i; done",
            Destructive,
            "deletes pods",
        ),
        (
            "for i in $(oc get pods -o name); do echo $i; oc describe $i; done",
            Read,
            "",
        ),
        ("while true; do kubectl get pods; sleep 1; done", Read, ""),
        ("if [ -f x ]; then rm x; fi", Destructive, "deletes files"),
        ("case $1 in a) ls;; b) rm x;; esac", Destructive, "deletes files"),
        ("f() { rm x; }", Destructive, "deletes files"),
        (
            "oc get x -o name | xargs -r -n 1 oc delete",
            Destructive,
            "deletes objects",
        ),
        ("oc get x | xargs -I{} sh -c 'oc get {}'", Read, ""),
        ("find . -name x -delete", Destructive, "deletes files"),
        ("find . -name x -exec rm {} \\;", Destructive, "deletes files"),
        ("find /x -name y", Read, ""),
        ("sed -i s/a/b/ x", Change, "edits files"),
        ("sed -n 1p x", Read, ""),
        ("tar czf x.tgz y", Change, "writes a file"),
        ("tar cvzf - y", Read, ""),
        ("tar tf x", Read, ""),
        ("bash -c \"kubectl get pods\"", Read, ""),
        ("sh -c 'bash -c \"rm x\"'", Destructive, "deletes files"),
        ("bash -c \"$CMD\"", Unknown, DEPENDS),
        ("curl -s http://x | bash", Unknown, "runs what it is given"),
        ("bash x.sh", Unknown, "runs a script"),
        ("./x.sh --all", Unknown, "runs a script"),
        ("/opt/x/y", Unknown, "runs a script"),
        ("eval \"$(ssh-agent)\"", Unknown, "runs what another command prints"),
        ("source <(kubectl completion bash)", Read, ""),
        ("su - x -c 'rm y'", Destructive, "deletes files"),
        ("python3 -c 'print(1)'", Unknown, "runs a program"),
        ("python3 -m json.tool", Read, ""),
        ("echo \"rm -rf /\"", Read, ""),
        ("echo $(( 1 + 2 ))", Read, ""),
        ("diff <(ls a) <(rm b)", Destructive, "deletes files"),
        ("( cd /tmp && rm x )", Destructive, "deletes files"),
        ("# rm x", Read, ""),
        ("kubectl \\\n  delete \\\n  pod x", Destructive, "deletes pods"),
        ("\"rm\" x", Destructive, "deletes files"),
        ("/usr/bin/rm x", Destructive, "deletes files"),
        ("command -v kubectl", Read, ""),
        ("exec bash", Read, "opens a shell"),
    ]);
}

#[test]
fn the_tables_are_sound() {
    let tools = super::table::TOOLS.table();
    assert!(tools.is_sorted_by(|(a, _), (b, _)| a < b));
    for (name, _) in tools {
        assert!(!super::tools::only_reads(name), "{name} is in both tables");
    }
}

#[test]
fn deep_and_wide_texts_end() {
    let nested = "sh -c \"sh -c 'sh -c x'\" ".repeat(50);
    judge(&nested);
    for part in [
        "$(",
        "`x ",
        "(",
        "x | ",
        "sudo ",
        "env a=b ",
        "xargs ",
        "<<E\n",
        "kubectl exec x -- ",
        "docker exec x ",
        "\"$(",
        "A=(",
    ] {
        judge(&part.repeat(2_000));
    }
}
