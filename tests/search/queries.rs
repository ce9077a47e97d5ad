//! What people ask, and what they must get.

/// Queries and the runbook that must be among the first: `1` at the top, `3` among three.
pub const QUERIES: &[(&str, usize, &str)] = &[
    // Names of alerts, in any spelling.
    ("etcdNoLeader", 1, "cluster-etcd-operator/etcdNoLeader"),
    ("etcdnoleader", 1, "cluster-etcd-operator/etcdNoLeader"),
    ("etcd no leader", 1, "cluster-etcd-operator/etcdNoLeader"),
    ("ETCD NO LEADER", 1, "cluster-etcd-operator/etcdNoLeader"),
    ("KubePodNotReady", 1, "cluster-monitoring-operator/KubePodNotReady"),
    ("kubepodnotready", 1, "cluster-monitoring-operator/KubePodNotReady"),
    ("pod not ready", 1, "cluster-monitoring-operator/KubePodNotReady"),
    ("KubeNodeNotReady", 1, "cluster-monitoring-operator/KubeNodeNotReady"),
    ("TargetDown", 1, "cluster-monitoring-operator/TargetDown"),
    ("target down", 1, "cluster-monitoring-operator/TargetDown"),
    ("CephOSDDown", 1, "openshift-container-storage-operator/CephOSDDown"),
    ("ceph osd down", 1, "openshift-container-storage-operator/CephOSDDown"),
    ("cephosd", 3, "openshift-container-storage-operator/CephOSDDown"),
    ("osddown", 1, "openshift-container-storage-operator/CephOSDDown"),
    (
        "NooBaaSystemCapacityWarning95",
        1,
        "openshift-container-storage-operator/NooBaaSystemCapacityWarning95",
    ),
    (
        "CollectorHigh403ForbiddenResponseRate",
        1,
        "cluster-logging-operator/CollectorHigh403ForbiddenResponseRate",
    ),
    (
        "403 forbidden",
        3,
        "cluster-logging-operator/CollectorHigh403ForbiddenResponseRate",
    ),
    ("Ingress5xxErrors", 1, "network-observability-operator/Ingress5xxErrors"),
    ("5xx errors", 3, "network-observability-operator/Ingress5xxErrors"),
    ("ipsec", 3, "network-observability-operator/IPsecErrors"),
    (
        "ipv6 unsupported",
        1,
        "openshift-virtualization-operator/SingleStackIPv6Unsupported",
    ),
    (
        "vmcannotbeevicted",
        1,
        "openshift-virtualization-operator/VMCannotBeEvicted",
    ),
    (
        "pod-disruption-budget",
        3,
        "cluster-kube-controller-manager-operator/PodDisruptionBudgetLimit",
    ),
    // What the problem is.
    (
        "vm cannot be evicted",
        1,
        "openshift-virtualization-operator/VMCannotBeEvicted",
    ),
    (
        "evicting virtual machines",
        3,
        "openshift-virtualization-operator/VMCannotBeEvicted",
    ),
    ("raid degraded", 1, "cluster-monitoring-operator/NodeRAIDDegraded"),
    (
        "clock not synchronised",
        1,
        "cluster-monitoring-operator/NodeClockNotSynchronising",
    ),
    (
        "node out of disk space",
        3,
        "cluster-monitoring-operator/NodeFilesystemAlmostOutOfSpace",
    ),
    (
        "file descriptors",
        1,
        "cluster-monitoring-operator/NodeFileDescriptorLimit",
    ),
    (
        "etcd defragmentation",
        3,
        "cluster-etcd-operator/etcdDatabaseQuotaLowSpace",
    ),
    ("etcd slow disk", 3, "cluster-etcd-operator/etcdHighFsyncDurations"),
    (
        "signer certificate expires",
        3,
        "cluster-etcd-operator/etcdSignerCAExpirationCritical",
    ),
    (
        "alertmanager reload failed",
        1,
        "cluster-monitoring-operator/AlertmanagerFailedReload",
    ),
    (
        "prometheus duplicate timestamps",
        1,
        "cluster-monitoring-operator/PrometheusDuplicateTimestamps",
    ),
    (
        "remote write failing",
        1,
        "advanced-cluster-management-operator/ACMRemoteWriteError",
    ),
    (
        "prometheus remote write failing",
        3,
        "cluster-monitoring-operator/PrometheusRemoteStorageFailures",
    ),
    (
        "image registry read only",
        1,
        "cluster-image-registry-operator/ImageRegistryStorageReadOnly",
    ),
    (
        "drain error",
        1,
        "machine-config-operator/MachineConfigControllerDrainError",
    ),
    (
        "default storage class missing",
        3,
        "openshift-virtualization-operator/CDINoDefaultStorageClass",
    ),
    (
        "duplicate mac addresses",
        3,
        "openshift-virtualization-operator/KubeMacPoolDuplicateMacsFound",
    ),
    (
        "ceph cluster full",
        3,
        "openshift-container-storage-operator/CephClusterCriticallyFull",
    ),
    (
        "mon quorum lost",
        1,
        "openshift-container-storage-operator/CephMonQuorumLost",
    ),
    ("how do I access the toolbox", 3, "helpers/accessToolbox"),
    (
        "what to do when the garbage collector fails to sync",
        3,
        "cluster-kube-controller-manager-operator/GarbageCollectorSyncFailed",
    ),
    ("tls version", 1, "network-observability-operator/TLSInsecureVersion"),
    ("dns errors", 1, "network-observability-operator/DNSErrors"),
    // Forms of words.
    ("failed jobs", 1, "cluster-monitoring-operator/KubeJobFailed"),
    (
        "deprecated machine types",
        1,
        "openshift-virtualization-operator/DeprecatedMachineType",
    ),
    (
        "excessive migration",
        1,
        "openshift-virtualization-operator/KubeVirtVMIExcessiveMigrations",
    ),
    // While it is typed.
    (
        "garb",
        3,
        "cluster-kube-controller-manager-operator/GarbageCollectorSyncFailed",
    ),
    (
        "thanos rule q",
        1,
        "cluster-monitoring-operator/ThanosRuleQueueIsDroppingAlerts",
    ),
    ("desched", 3, "cluster-kube-descheduler-operator/DeschedulerPSIDisabled"),
    ("telem", 1, "cluster-monitoring-operator/TelemeterClientFailures"),
    // Slips.
    ("etcdnoleadr", 1, "cluster-etcd-operator/etcdNoLeader"),
    ("KubePodNotRaedy", 1, "cluster-monitoring-operator/KubePodNotReady"),
    (
        "prometeus duplicate timestaps",
        1,
        "cluster-monitoring-operator/PrometheusDuplicateTimestamps",
    ),
    (
        "alertmanger reload",
        3,
        "cluster-monitoring-operator/AlertmanagerFailedReload",
    ),
    (
        "garbage colector",
        3,
        "cluster-kube-controller-manager-operator/GarbageCollectorSyncFailed",
    ),
    ("toolbxo", 3, "helpers/accessToolbox"),
    // Commands, phrases, filters.
    (
        "\"etcdctl defrag\"",
        3,
        "cluster-etcd-operator/etcdDatabaseQuotaLowSpace",
    ),
    ("command:must-gather ns:helpers", 3, "helpers/gatherLogs"),
    (
        "title:KubeAPIDown ns:cluster-monitoring-operator",
        1,
        "cluster-monitoring-operator/KubeAPIDown",
    ),
    ("down owner:cluster-etcd", 3, "cluster-etcd-operator/etcdMembersDown"),
    ("kind:article toolbox", 3, "helpers/accessToolbox"),
    // German.
    ("Zertifikatsablauf", 1, "betrieb/zertifikatsablauf"),
    ("Ablauf", 1, "betrieb/zertifikatsablauf"),
    ("Zertifikate", 1, "betrieb/zertifikatsablauf"),
    ("zertifkat", 3, "betrieb/zertifikatsablauf"),
    ("loeschen", 1, "betrieb/speicherplatz"),
    ("gelöscht protokoll", 3, "betrieb/speicherplatz"),
    ("Datenträger voll", 3, "betrieb/speicherplatz"),
    ("Platz", 3, "betrieb/speicherplatz"),
    ("Netz Ausfall", 1, "betrieb/netzwerkausfall"),
    ("Knoten neu starten", 3, "betrieb/netzwerkausfall"),
    ("Sicherung", 1, "betrieb/datensicherung"),
    ("Wiederherstellung", 1, "betrieb/datensicherung"),
    ("schluessel", 1, "betrieb/schluesselverwaltung"),
    ("haus", 1, "betrieb/anmeldung"),
    ("Uhr der Knoten", 1, "betrieb/zeitabweichung"),
    ("loadbalancer failover lang:de", 1, "betrieb/lastverteiler"),
    ("warteschlage", 1, "betrieb/warteschlange"),
    ("IngressCertificateExpiring", 1, "betrieb/zertifikatsablauf"),
];
