//! What is known about each meaning: the one table of names, kinds and labels.

use super::Meaning;

/// What is known about a meaning.
pub(crate) struct Row {
    pub meaning: Meaning,
    /// Kinds whose objects have this as their name, with their groups.
    pub kinds: &'static [(&'static str, &'static str)],
    /// Alert labels that carry it. Prometheus renames a metric's own label to `exported_...` where the label of what it
    /// scraped has the same name, so that one comes first.
    pub labels: &'static [&'static str],
    /// All its names, squeezed, with blanks between them.
    pub names: &'static str,
}

const fn row(
    meaning: Meaning,
    kinds: &'static [(&'static str, &'static str)],
    labels: &'static [&'static str],
    names: &'static str,
) -> Row {
    Row {
        meaning,
        kinds,
        labels,
        names,
    }
}

/// Every meaning but [`Meaning::Label`].
#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    row(Meaning::Namespace, &[("", "Namespace")], &["exported_namespace", "namespace"],
        "k8snamespace kubernetesnamespace namedesnamensraums namedesnamespace namedesnamespaces namensraum \
         namensraumname nameofnamespace nameofthenamespace namespace namespacedesalarms namespacename ns \
         nsname podnamespace workloadnamespace"),
    row(Meaning::Pod, &[("", "Pod")], &["exported_pod", "pod"],
        "namedespods nameofpod nameofthepod pod podname"),
    row(Meaning::Container, &[], &["exported_container", "container"],
        "container containername namedescontainers nameofcontainer nameofthecontainer"),
    row(Meaning::Node, &[("", "Node")], &["exported_node", "node"],
        "k8snode k8snodename knoten knotenname kubernetesnode kubernetesnodename namedesknotens namedesnodes \
         nameofnode nameofthenode node nodename"),
    row(Meaning::Name, &[], &["name"],
        "name nameoftheobject objectname objektname \
         ressourcenname"),
    row(Meaning::Workload, &[], &["workload"],
        "nameoftheworkload workload workloadname"),
    row(Meaning::Kind, &[], &[],
        "kind objectkind resourcekind workloadkind"),
    row(Meaning::Deployment, &[("apps", "Deployment")], &["deployment"],
        "deploy deployment deploymentname namedesdeployments nameofdeployment nameofthedeployment"),
    row(Meaning::StatefulSet, &[("apps", "StatefulSet")], &["statefulset"],
        "namedesstatefulsets nameofthestatefulset statefulset statefulsetname sts stsname"),
    row(Meaning::DaemonSet, &[("apps", "DaemonSet")], &["daemonset"],
        "daemonset daemonsetname namedesdaemonsets nameofthedaemonset"),
    row(Meaning::Job, &[("batch", "Job")], &["job_name"],
        "job jobname namedesjobs nameofthejob"),
    row(Meaning::CronJob, &[("batch", "CronJob")], &["cronjob"],
        "cronjob cronjobname namedescronjobs nameofthecronjob"),
    row(Meaning::Service, &[("", "Service")], &["exported_service", "service"],
        "dienst dienstname namedesservices nameoftheservice service servicename svc svcname"),
    row(Meaning::Ingress, &[("networking.k8s.io", "Ingress")], &["exported_ingress", "ingress"],
        "ingress ingressname nameoftheingress"),
    row(Meaning::PersistentVolumeClaim, &[("", "PersistentVolumeClaim")], &["persistentvolumeclaim"],
        "nameofthepvc persistentvolumeclaim persistentvolumeclaimname pvc pvcname"),
    row(Meaning::PersistentVolume, &[("", "PersistentVolume")], &["persistentvolume"],
        "nameofthepv persistentvolume persistentvolumename pv pvname"),
    row(Meaning::StorageClass, &[("storage.k8s.io", "StorageClass")], &["storageclass"],
        "nameofstorageclass nameofthestorageclass storageclass storageclassname"),
    row(Meaning::PodDisruptionBudget, &[("policy", "PodDisruptionBudget")], &["poddisruptionbudget"],
        "pdb pdbname poddisruptionbudget poddisruptionbudgetname"),
    row(Meaning::HorizontalPodAutoscaler, &[("autoscaling", "HorizontalPodAutoscaler")], &["horizontalpodautoscaler"],
        "horizontalpodautoscaler horizontalpodautoscalername hpa hpaname"),
    row(Meaning::VirtualMachine, &[("kubevirt.io", "VirtualMachine")], &["vm"],
        "nameofthevirtualmachine nameofthevm virtualmachine virtualmachinename vm vmname"),
    row(Meaning::Cluster, &[("cluster.x-k8s.io", "Cluster"), ("core.gardener.cloud", "Shoot")], &["cluster"],
        "cluster clustername k8scluster k8sclustername kubernetescluster kubernetesclustername \
         namedesclusters nameofcluster nameofthecluster workloadcluster workloadclustername"),
    row(Meaning::ClusterClass, &[("cluster.x-k8s.io", "ClusterClass")], &["clusterclass"],
        "clusterclass clusterclassname"),
    row(Meaning::MachineDeployment, &[("cluster.x-k8s.io", "MachineDeployment")], &["machinedeployment"],
        "machinedeployment machinedeploymentname"),
    row(Meaning::ClusterStack, &[("clusterstack.x-k8s.io", "ClusterStack")], &["clusterstack"],
        "clusterstack clusterstackname"),
    row(Meaning::Shoot, &[("core.gardener.cloud", "Shoot")], &["shoot_name", "shoot"],
        "nameoftheshoot shoot shootcluster shootclustername shootname"),
    row(Meaning::HelmRelease, &[("helm.toolkit.fluxcd.io", "HelmRelease")], &["helmrelease"],
        "helmrelease helmreleasename"),
    row(Meaning::Kustomization, &[("kustomize.toolkit.fluxcd.io", "Kustomization")], &["kustomization"],
        "kustomization kustomizationname"),
    row(Meaning::Instance, &[], &["instance"],
        "instance instanz"),
    row(Meaning::Device, &[], &["device"],
        "device devicename gerät gerätename nameofthedevice"),
    row(Meaning::Mountpoint, &[], &["mountpoint"],
        "einhängepunkt mountpoint nameofthemountpoint"),
    row(Meaning::Alertname, &[], &["alertname"],
        "alarmname alert alertname namedesalarms namedesalerts nameofthealert"),
    row(Meaning::Severity, &[], &["severity"],
        "schweregrad severity"),
];
