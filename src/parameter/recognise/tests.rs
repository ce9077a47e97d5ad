//! What is a placeholder and what only looks like one, case by case.

use super::*;

/// Uses as `text=Class`, with the name where it is not the text.
fn show(uses: &[Use<'_>], text: &str) -> String {
    let mut shown: Vec<String> = Vec::new();
    for found in uses {
        let written = text.get(found.range.clone()).unwrap();
        let class = match found.class {
            Class::NotParameter(reason) => format!("{reason:?}"),
            Class::SetByDocument => "Set".to_owned(),
            class => format!("{class:?}"),
        };
        let bare = written.trim_matches(['$', '{', '}', '<', '>', '[', ']']);
        let name = if bare == found.name || found.class != Class::Parameter {
            String::new()
        } else {
            format!("({})", found.name)
        };
        shown.push(format!("{written}{name}={class}"));
    }
    shown.join(" ")
}

fn code(text: &str, language: Language) -> String {
    let mut uses = Vec::new();
    in_code(text, language, &mut Scope::default(), &mut |found| uses.push(found));
    show(&uses, text)
}

fn prose(text: &str) -> String {
    let mut uses = Vec::new();
    in_prose(text, &mut |found| uses.push(found));
    show(&uses, text)
}

/// All that differ are told at once.
pub(super) fn check<'a>(cases: impl IntoIterator<Item = (&'a str, String, &'a str)>) {
    let differ = |(text, shown, expect): (&str, String, &str)| {
        (shown != expect).then(|| format!("{text}\n  shows   {shown}\n  expects {expect}\n"))
    };
    let differences: String = cases.into_iter().filter_map(differ).collect();
    assert!(differences.is_empty(), "{differences}");
}

#[test]
fn placeholders_of_commands() {
    let cases = [
        ("kubectl -n $NAMESPACE get pods", "$NAMESPACE=Parameter"),
        ("kubectl -n ${NAMESPACE} get pods", "${NAMESPACE}=Parameter"),
        ("kubectl -n ${NS:-default} get pods", "${NS:-default}(NS)=Parameter"),
        (
            "oc logs ${top-user-from-last-command}",
            "${top-user-from-last-command}=Parameter",
        ),
        ("oc logs $OVN-MASTER-POD-NAME", "$OVN-MASTER-POD-NAME=Parameter"),
        ("oc logs $POD-x", "$POD=Parameter"),
        (
            "kubectl -n <namespace> logs <pod name> -c <side-car>",
            "<namespace>=Parameter <pod name>=Parameter <side-car>=Parameter",
        ),
        (
            "kubectl logs <name-des-pods> -n <Namensraum>",
            "<name-des-pods>=Parameter <Namensraum>=Parameter",
        ),
        (
            "NODE='<value of instance label from alert>'",
            "<value of instance label from alert>=Parameter",
        ),
        ("POD='<\"Used By:\" field>'", "<\"Used By:\" field>=Parameter"),
        ("cat <<name>> x", "<<name>>=Parameter"),
        ("ssh <$host-name> x", "<$host-name>=Parameter"),
        ("sort <in >out; wc <in 2>err", ""),
        ("a=\\<word\\>; grep '\\<word\\>' f", "<word\\>=Pattern"),
        ("oc get pod | grep {ceph-component}", "{ceph-component}=Parameter"),
        ("ping {your node}", "{your node}=Parameter"),
        (
            "kubectl logs [POD_NAME] -n [namespace] [pod-name]",
            "[POD_NAME]=Parameter [namespace]=Parameter [pod-name]=Parameter",
        ),
        (
            "git clone git@example.org:YOUR_ORG/your-repo.git",
            "YOUR_ORG=Parameter your-repo=Parameter",
        ),
        (
            "kubectl -n my-namespace get pod MY_POD",
            "my-namespace=Parameter MY_POD=Parameter",
        ),
        (
            "kubectl logs ovnkube-node-xxxxx -c xxx",
            "ovnkube-node-xxxxx=Parameter xxx=Parameter",
        ),
        ("oc adm upgrade accept TO_BE_REPLACED", "TO_BE_REPLACED=Parameter"),
        ("osism apply reboot -l NODE", "NODE=Parameter"),
        (
            "kubectl logs POD_NAME -n NAMESPACE",
            "POD_NAME=Parameter NAMESPACE=Parameter",
        ),
        ("kubectl cp NAMESPACE/POD:/x .", "NAMESPACE=Parameter"),
        ("kubectl get pods | grep -v NAMESPACE", ""),
        ("get events | grep NODE_NAME", "NODE_NAME=Parameter"),
        ("NODE=x; export NODE; echo NODE", ""),
        ("NAMESPACE   POD   READY", ""),
        ("ssh host 'systemctl restart $UNIT'", "$UNIT=Parameter"),
        ("rbd ls [--namespace <namespace>]", "<namespace>=Parameter"),
        (
            "cat <<EOF\nns: <namespace> $POD\nEOF",
            "<namespace>=Parameter $POD=Parameter",
        ),
        ("# look at $POD of <namespace>", "$POD=Parameter <namespace>=Parameter"),
        ("echo <your name>", "<your name>=Parameter"),
        ("echo <größe> <日本>", "<größe>=Parameter <日本>=Parameter"),
        ("echo <insert name>", "<insert name>=Parameter"),
    ];
    check(cases.map(|(text, expect)| (text, code(text, Language::Shell), expect)));
}

#[test]
fn what_the_document_sets_is_not_replaced() {
    let cases = [
        ("X=1; echo $X ${X}", "$X=Set ${X}=Set"),
        ("export X=1\necho $X", "$X=Set"),
        ("export X\necho $X", "$X=Parameter"),
        ("echo $X\nX=1", "$X=Set"),
        ("X=<pod>\necho $X $Y", "<pod>=Parameter $X=Set $Y=Parameter"),
        ("X=\"$(oc get $Y)\" cmd $X", "$Y=Parameter $X=Set"),
        (
            "for pod in $(oc get pods); do oc logs $pod $OTHER; done",
            "$pod=Set $OTHER=Parameter",
        ),
        (
            "oc get | while read -r a b; do echo $a $b $c; done",
            "$a=Set $b=Set $c=Parameter",
        ),
        ("read -p 'x' X < file; echo $X $file", "$X=Set $file=Parameter"),
        ("local a b=1; echo $a $b", "$a=Set $b=Set"),
        ("declare -A m; echo ${m[a]}", "${m[a]}=Set"),
        ("a[0]=1; b+=x; c=(1 2); echo $a $b $c", "$a=Set $b=Set $c=Set"),
        (": ${X:=1}; echo $X", "${X:=1}=Set $X=Set"),
        ("make deploy X=$X", "$X=Parameter"),
        ("oc process -p X=$X --set Y=$Y", "$X=Parameter $Y=Parameter"),
        ("sudo X=1 cmd; echo $X", "$X=Set"),
        ("if true; then X=1; fi; echo $X", "$X=Set"),
        ("bash <<'EOF'\nX=1\necho $X\nEOF", "$X=Set"),
        ("ssh host 'X=1; echo $X; for y in a; do echo $y; done'", "$X=Set $y=Set"),
        ("echo 'X=1'; echo $X", "$X=Parameter"),
        ("case $1 in a) X=1;; esac; echo $X", "$1=Environment $X=Set"),
    ];
    check(cases.map(|(text, expect)| (text, code(text, Language::Shell), expect)));
}

#[test]
fn earlier_blocks_set_variables_for_later_ones() {
    let mut scope = Scope::default();
    let mut uses = Vec::new();
    let blocks = ["echo $X", "X=1", "echo $X", "echo {job=\"$X\"}"];
    let languages = [Language::Shell, Language::Inline, Language::Shell, Language::PromQl];
    for (text, language) in blocks.into_iter().zip(languages) {
        in_code(text, language, &mut scope, &mut |found| {
            uses.push(found.class);
        });
    }
    // A word within a sentence sets nothing.
    assert_eq!(uses, [Class::Parameter, Class::Parameter, Class::Parameter]);
    in_code("export X=1", Language::Inline, &mut scope, &mut |_| {});
    in_code("up{job=\"$X\"}", Language::PromQl, &mut scope, &mut |found| {
        uses.push(found.class);
    });
    assert_eq!(uses.last(), Some(&Class::SetByDocument));
    assert!(scope.sets("X") && !scope.sets("Y"));
}

#[test]
fn what_only_looks_like_a_placeholder_in_commands() {
    let cases = [
        (
            "echo $HOME $? $$ $@ $# $1 ${@} $KUBECONFIG",
            "$HOME=Environment $?=Environment $$=Environment $@=Environment $#=Environment $1=Environment ${@}=Environment $KUBECONFIG=Environment",
        ),
        ("openstack --os-cloud $OS_CLOUD server list", "$OS_CLOUD=Environment"),
        ("oc get pod | awk '{print $1}'", "{print $1}=Program"),
        ("awk '$2 > 5' f", "$2=Program"),
        (
            "jq --arg ns \"$NS\" '.[] | select(.ns == $ns)'",
            "$NS=Parameter $ns=Program",
        ),
        (
            "jq --arg NS \"$NS\" '.[] | select(.ns == $NS)'",
            "$NS=Parameter $NS=Program",
        ),
        ("jq '.items[] | {name, ns: .x}' f", "{name, ns: .x}=Data"),
        ("jq '{namespace}' f", "{namespace}=Program"),
        (
            "oc get pod -o jsonpath='{.items[*].metadata.name}{\"\\n\"}{end}'",
            "{.items[*].metadata.name}=JsonPath {\"\\n\"}=JsonPath {end}=JsonPath",
        ),
        ("oc get pod -o jsonpath={.spec.host}", "{.spec.host}=JsonPath"),
        (
            "oc get -o go-template='{{range $k, $v := .x}}{{$k}}{{end}}'",
            "{{range $k, $v := .x}}=Template {{$k}}=Template {{end}}=Template",
        ),
        ("docker ps --format '{{.Names}}'", "{{.Names}}=Template"),
        ("oc patch x -p '{\"a\": 1}'", "{\"a\": 1}=Data"),
        ("oc patch x -p '{\"a\": \"<value>\"}'", "<value>=Parameter"),
        ("cp x.{yaml,bak}", "{yaml,bak}=BraceExpansion"),
        ("for i in {1..9}; do { a; }; done", "{1..9}=BraceExpansion"),
        ("find . -exec rm {} \\;", ""),
        (
            "echo ${#X} ${!X} ${X%%/*}",
            "${#X}=Expansion ${!X}=Expansion ${X%%/*}=Expansion",
        ),
        (
            "curl -w '%{http_code}' x; git log @{u}",
            "{http_code}=Program {u}=Program",
        ),
        (
            "grep -E '[a-z]+-[0-9a-f]{3,5}$' f",
            "[a-z]=Pattern [0-9a-f]=Pattern {3,5}=Pattern",
        ),
        (
            "promtool query instant 'rate(x{job=\"y\"}[5m])'",
            "{job=\"y\"}=Selector [5m]=Duration",
        ),
        ("if [ -n \"$X\" ]; then :; fi; [[ $X ]]", "$X=Parameter $X=Parameter"),
        ("echo ${a[0]} x[i]", "${a[0]}=Expansion"),
        (
            "git commit -m '[WIP] x' --author 'A <a@example.org>'",
            "[WIP]=LogLevel <a@example.org>=Address",
        ),
        (
            "cat my-app.yaml pod-my-app --my-flag my-app-1a2b",
            "my-app=Example my-app-1a2b=Example",
        ),
        ("echo \\$X \"\\$Y\"", ""),
        ("echo fooxxx 5xx xx", ""),
        ("myscript [OPTIONS] [-h]", "[OPTIONS]=Usage [-h]=Usage"),
        (
            "echo ${{ github.ref }} ${path.module}",
            "${{ github.ref }}=Template ${path.module}=Template",
        ),
        ("sed -n '/a/,$p' f", "$p=Program"),
        ("x=$(kubectl get svc) # <pending>", "<pending>=Value"),
        ("press <Enter> <Ctrl-C> <CR>", "<Enter>=Key <Ctrl-C>=Key <CR>=Parameter"),
        ("<<<<<<< HEAD", ""),
    ];
    check(cases.map(|(text, expect)| (text, code(text, Language::Shell), expect)));
}

#[test]
fn other_languages() {
    let cases = [
        (Language::Inline, "<pod>", "<pod>=Parameter"),
        (Language::Inline, "my-image", "my-image=Example"),
        (
            Language::Inline,
            "kubectl -n my-namespace get pod",
            "my-namespace=Parameter",
        ),
        (
            Language::Inline,
            "$labels.pod $value",
            "$labels.pod=Template $value=Template",
        ),
        (Language::Inline, "{job=\"x\"}", "{job=\"x\"}=Selector"),
        (Language::Inline, "/redfish/v1/{id}", "{id}=Parameter"),
        (
            Language::PromQl,
            "up{namespace=\"<namespace>\"}[5m]",
            "<namespace>=Parameter [5m]=Duration",
        ),
        (
            Language::PromQl,
            "up{ns=\"$NS\", n=\"$node\"}[$__rate_interval]",
            "$NS=Parameter $node=Parameter $__rate_interval=Template",
        ),
        (Language::PromQl, "up{instance} < 5 and x > 3", "{instance}=Selector"),
        (
            Language::Yaml,
            "name: <name>\nimage: your-registry/x\nx: my-x",
            "<name>=Parameter your-registry=Parameter my-x=Example",
        ),
        (
            Language::Yaml,
            "summary: '{{ $labels.pod }} of {{ $value }}'",
            "{{ $labels.pod }}=Template {{ $value }}=Template",
        ),
        (
            Language::Yaml,
            "x: {{< shortcode >}} {% if x %} {# y #}",
            "{{< shortcode >}}=Template {% if x %}=Template {# y #}=Template",
        ),
        (
            Language::Yaml,
            "token: xxxxx\nns: ${NAMESPACE}\n$patch: delete",
            "xxxxx=Redacted ${NAMESPACE}=Parameter $patch=Program",
        ),
        (Language::Yaml, "my-key: {a: 1}", "{a: 1}=Data"),
        (
            Language::Json,
            "{\"a\": \"<value>\", \"b\": [\"c\"]}",
            "<value>=Parameter",
        ),
        (
            Language::Text,
            "[DEFAULT]\nx = <value>\n",
            "[DEFAULT]=Section <value>=Parameter",
        ),
        (
            Language::Text,
            "pod-1  <none>  <unknown> <nil> <pending> <invalid> <12 bytes>",
            "<none>=Value <unknown>=Value <nil>=Value <pending>=Value <invalid>=Value",
        ),
        (
            Language::Text,
            "[root@node ~]# x [OK] [INFO] [warn]",
            "[root@node ~]=Prompt [OK]=LogLevel [INFO]=LogLevel [warn]=LogLevel",
        ),
        (
            Language::Text,
            "<a href=\"x\">y</a> <br/> <owner>z</owner> <b>",
            "<a href=\"x\">=Markup </a>=Markup <br/>=Markup <owner>=Markup </owner>=Markup <b>=Parameter",
        ),
        (
            Language::Program,
            "let x: Vec<String> = f(\"{name}\", $x); #include <errno.h>",
            "<String>=Program {name}=Program $x=Program <errno.h>=Program",
        ),
        (Language::Program, "while a<5 && b>3", ""),
    ];
    check(cases.map(|(language, text, expect)| (text, code(text, language), expect)));
}

#[test]
fn placeholders_of_prose() {
    let cases = [
        (
            "Replace <namespace> and $POD with yours.",
            "<namespace>=Parameter $POD=Parameter",
        ),
        (
            "Set {OPENSHIFT_BASE_URL}, {pod} and {a, b}.",
            "{OPENSHIFT_BASE_URL}=Parameter {pod}=Parameter {a, b}=Data",
        ),
        (
            "See <https://example.org> or <a@example.org> or <user@host>.",
            "<https://example.org>=Address <a@example.org>=Address <user@host>=Parameter",
        ),
        (
            "One<br>two <br/> <code>x</code> <li> <node>",
            "<br>=Markup <br/>=Markup <code>=Markup </code>=Markup <li>=Markup <node>=Parameter",
        ),
        (
            "<Insert site specific measures.>",
            "<Insert site specific measures.>=Stub",
        ),
        ("Then <hier Schritte einfügen>", "<hier Schritte einfügen>=Stub"),
        ("  TODO: describe\n", "TODO: describe=Stub"),
        ("TBD", "TBD=Stub"),
        ("TODOs are kept in my-list, as your-own or xx.", ""),
        (
            "[TODO] [WIP] [NODE NAME] [RGW] [node]",
            "[TODO]=Stub [WIP]=LogLevel [NODE NAME]=Parameter",
        ),
        ("Use YOUR_TOKEN. If a < b and c > d.", "YOUR_TOKEN=Parameter"),
        ("the path {.spec.x} and {.class}", "{.spec.x}=JsonPath {.class}=Markup"),
        ("rate[5m]", "[5m]=Duration"),
    ];
    check(cases.map(|(text, expect)| (text, prose(text), expect)));
}
