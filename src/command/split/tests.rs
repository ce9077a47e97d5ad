use super::Form::{Script, Session, Unmarked};
use super::{Block, Form, LineKind, split};
use crate::command::effect::Effect;

/// One letter a line: `c`ommand, `+` continuation, `h`eredoc, `#` comment, `-` output, `.` blank.
fn marks(block: &Block) -> String {
    let mark = |kind: LineKind| match kind {
        LineKind::Command => 'c',
        LineKind::Continuation => '+',
        LineKind::Heredoc => 'h',
        LineKind::Comment => '#',
        LineKind::Output => '-',
        LineKind::Blank => '.',
    };
    block.lines.iter().map(|line| mark(line.kind)).collect()
}

/// Form, code, marks, runnable text. No marks: no block.
type Case = (Form, &'static str, &'static str, &'static str);

#[track_caller]
fn check(cases: &[Case]) {
    let mut wrong = String::new();
    for (form, code, expect, runnable) in cases {
        let block = split(code, *form);
        let found = block.as_ref().map(marks).unwrap_or_default();
        let text = block.as_ref().map(|block| block.runnable(code)).unwrap_or_default();
        if found != *expect || text != *runnable {
            wrong += &format!("{form:?} {code:?}\n  {found:?} {text:?}\n  {expect:?} {runnable:?}\n");
        }
        if let Some(block) = block {
            assert_sound(&block, code);
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// Lines follow each other, commands too, and each begins with a line that says so.
fn assert_sound(block: &Block, code: &str) {
    let mut at = 0;
    for line in &block.lines {
        assert!(
            line.range.start >= at && line.range.end >= line.range.start,
            "{line:?} of {code:?}"
        );
        assert!(line.prompt <= line.range.len(), "{line:?} of {code:?}");
        assert!(
            code.get(line.range.clone()).is_some_and(|text| !text.contains('\n')),
            "{line:?} of {code:?}"
        );
        assert!(
            code.is_char_boundary(line.range.start + line.prompt),
            "{line:?} of {code:?}"
        );
        at = line.range.end;
    }
    assert_eq!(block.lines.len(), code.lines().count(), "{code:?}");
    let mut next = 0;
    for command in &block.commands {
        assert!(
            command.lines.start >= next && command.lines.end > command.lines.start,
            "{command:?} of {code:?}"
        );
        next = command.lines.end;
        for (number, line) in block.lines[command.lines.clone()].iter().enumerate() {
            assert_eq!(line.kind == LineKind::Command, number == 0, "{command:?} of {code:?}");
            assert_ne!(line.kind, LineKind::Output, "{command:?} of {code:?}");
        }
    }
    assert!(next <= block.lines.len());
    let commands = block.lines.iter().filter(|line| line.kind == LineKind::Command).count();
    assert_eq!(commands, block.commands.len(), "{code:?}");
}

#[test]
fn prompted_blocks() {
    check(&[
        (Session, "$ oc get pods\nNAME READY\nx 1/1\n", "c--", "oc get pods"),
        (
            Session,
            "$ oc get pods\n\n$ oc get nodes\n",
            "c.c",
            "oc get pods\noc get nodes",
        ),
        (Session, "  $ oc get pods\n  x\n", "c-", "oc get pods"),
        (
            Session,
            "$ oc get x \\\n    -o yaml\nkind: x\n",
            "c+-",
            "oc get x \\\n    -o yaml",
        ),
        (
            Session,
            "$ oc get x \\\n> -o yaml\nkind: x\n",
            "c+-",
            "oc get x \\\n-o yaml",
        ),
        (Session, "$ oc get x |\ngrep y\nz\n", "c+-", "oc get x |\ngrep y"),
        (
            Session,
            "$ for i in a b; do\n> echo $i\n> done\na\nb\n",
            "c++--",
            "for i in a b; do\necho $i\ndone",
        ),
        (Session, "$ echo 'a\nb'\nout\n", "c+-", "echo 'a\nb'"),
        (
            Session,
            "$ cat <<EOF\n$ not a prompt\nEOF\n$ ls\n",
            "chhc",
            "cat <<EOF\n$ not a prompt\nEOF\nls",
        ),
        (Session, "# look at the pods\n$ oc get pods\n", "#c", "oc get pods"),
        (
            Session,
            "$ oc debug node/x\n# chroot /host\n# systemctl status kubelet\n",
            "ccc",
            "oc debug node/x\nchroot /host\nsystemctl status kubelet",
        ),
        (Session, "# kubectl get pods\nNAME READY\n", "c-", "kubectl get pods"),
        (
            Session,
            "# systemctl status kubelet\n# the node is sick\n# journalctl -u kubelet\n",
            "c#c",
            "systemctl status kubelet\njournalctl -u kubelet",
        ),
        (
            Session,
            "sh-4.4# cat /etc/hosts\n127.0.0.1 localhost\nsh-4.4# exit\n",
            "c-c",
            "cat /etc/hosts\nexit",
        ),
        (Session, "[root@node ~]# df -h\nFilesystem Size\n", "c-", "df -h"),
        (Session, "user@host:~$ ls -l\ntotal 0\nuser@host:~$\n", "c-.", "ls -l"),
        (
            Session,
            "(venv) $ openstack server list\n+--+\n",
            "c-",
            "openstack server list",
        ),
        (Session, "PS C:\\> kubectl get pods\nNAME\n", "c-", "kubectl get pods"),
        (Session, "$\n$ ls -l\n", ".c", "ls -l"),
        (Session, "$oc get pods\nNAME\n", "c-", "oc get pods"),
        (Session, "$ # a comment\n$ ls -l\n", "#c", "ls -l"),
        (Session, "$ ls -l  # all of it\n", "c", "ls -l  # all of it"),
        (
            Session,
            "$ curl x/metrics\n# HELP up x\n# TYPE up gauge\nup 1\n",
            "c---",
            "curl x/metrics",
        ),
        (
            Session,
            "$ oc get pods\r\nNAME\r\n$ oc get x \\\r\n  -o y\r\n",
            "c-c+",
            "oc get pods\noc get x \\\n  -o y",
        ),
        (Script, "$ oc delete x \\ \n  y\n", "c+", "oc delete x \\\n  y"),
        (
            Script,
            "### get it\n$ A=$(oc get x)\n### use it\n$ curl $A\n",
            "#c#c",
            "A=$(oc get x)\ncurl $A",
        ),
        (
            Script,
            "# NAMESPACE='<namespace>'\n$ oc -n $NAMESPACE get pods\n",
            "cc",
            "NAMESPACE='<namespace>'\noc -n $NAMESPACE get pods",
        ),
        (
            Script,
            "export A=1\n$ oc get pods\nNAME\n",
            "cc-",
            "export A=1\noc get pods",
        ),
        // A stray quote takes nothing that follows.
        (Session, "$ echo it's\nout\n$ ls -l\n", "c-c", "echo it's\nls -l"),
        (Session, "$ echo it's\nout\nmore\n", "c--", "echo it's"),
        (
            Session,
            "mysql> SELECT *\n    -> FROM x;\n1 row\n",
            "c+-",
            "SELECT *\nFROM x;",
        ),
        (Session, "postgres=# \\l\n x | y\n", "c-", "\\l"),
        (Session, "ceph> status\n  cluster: x\n", "c-", "status"),
        (Unmarked, "$ kubectl get pods\nNAME\n", "c-", "kubectl get pods"),
        (Unmarked, "> kubectl get pods\nNAME\n", "c-", "kubectl get pods"),
    ]);
}

#[test]
fn scripts_without_prompts() {
    check(&[
        (Script, "oc get pods\noc get nodes\n", "cc", "oc get pods\noc get nodes"),
        (
            Script,
            "    oc get pods\n    oc get nodes\n",
            "cc",
            "oc get pods\noc get nodes",
        ),
        (Script, "oc get x \\\n  -o yaml\n", "c+", "oc get x \\\n  -o yaml"),
        (
            Script,
            "# why\noc get x\n\n# more\noc get y  # z\n",
            "#c.#c",
            "oc get x\noc get y  # z",
        ),
        (Script, "oc get pods\nNAME   READY\nx      1/1\n", "c--", "oc get pods"),
        (
            Script,
            "oc get pods\nNAME   READY\nx      1/1\n\noc get nodes\n",
            "c--.c",
            "oc get pods\noc get nodes",
        ),
        (
            Script,
            "oc rollout restart deploy/x\ndeployment.apps/x restarted\n",
            "c-",
            "oc rollout restart deploy/x",
        ),
        (
            Script,
            "oc get x -o json\n{\n  \"a\": 1\n}\n",
            "c---",
            "oc get x -o json",
        ),
        (Script, "oc get x\n...\n", "c-", "oc get x"),
        (Script, "oc get x\nError from server (NotFound): x\n", "c-", "oc get x"),
        (Script, "ceph status\n  cluster:\n    id: x\n", "c--", "ceph status"),
        (
            Script,
            "some-tool --all\nother-tool run\n",
            "cc",
            "some-tool --all\nother-tool run",
        ),
        (
            Script,
            "for i in a; do\n  # each\n  oc delete pod $i\ndone\n",
            "c#++",
            "for i in a; do\n  oc delete pod $i\ndone",
        ),
        (Script, "f() {\n\n  ls\n}\nf x\n", "c+++c", "f() {\n\n  ls\n}\nf x"),
        (
            Script,
            "cat <<EOF | oc apply -f -\n# kept\nkind: x\nEOF\noc get x\n",
            "chhhc",
            "cat <<EOF | oc apply -f -\n# kept\nkind: x\nEOF\noc get x",
        ),
        (
            Script,
            "cat <<'A' <<B\n1\nA\n2\nB\nls -l\n",
            "chhhhc",
            "cat <<'A' <<B\n1\nA\n2\nB\nls -l",
        ),
        (
            Script,
            "A=$(oc get x \\\n  -o name)\necho $A\n",
            "c+c",
            "A=$(oc get x \\\n  -o name)\necho $A",
        ),
        (
            Script,
            "oc patch x -p '{\"a\":\n  1}'\n",
            "c+",
            "oc patch x -p '{\"a\":\n  1}'",
        ),
        (
            Script,
            "oc patch x --patch\n'[{}]'\n",
            "c+",
            "oc patch x --patch\n'[{}]'",
        ),
        (
            Script,
            "helm upgrade x y\n  --set a=b\n",
            "c+",
            "helm upgrade x y\n  --set a=b",
        ),
        (
            Script,
            "oc delete x\n\nMake sure that it is gone.\n",
            "c.-",
            "oc delete x",
        ),
        (
            Script,
            "oc rsh x\nceph status\nexit\n",
            "ccc",
            "oc rsh x\nceph status\nexit",
        ),
        (Script, "#!/bin/bash\nset -e\nls -l\n", "#cc", "set -e\nls -l"),
        (Script, "# ls -l\n# df -h\n", "cc", "ls -l\ndf -h"),
        (Script, "oc get x\n# oc delete x\n", "c#", "oc get x"),
        (
            Script,
            "MYPOD=<the pod>\noc get $MYPOD\n",
            "cc",
            "MYPOD=<the pod>\noc get $MYPOD",
        ),
        (Script, "FILTER=x queue $A\n", "c", "FILTER=x queue $A"),
    ]);
}

#[test]
fn sessions_without_prompts() {
    check(&[
        (Session, "oc get pods\nNAME READY\nx 1/1\n", "c--", "oc get pods"),
        (Session, "oc get a\noc get b\n", "cc", "oc get a\noc get b"),
        (Session, "true\noc get a\n", "-c", "oc get a"),
        (
            Session,
            "a=1\nb=2\ncd /x\nhelm install $a $b\n",
            "cccc",
            "a=1\nb=2\ncd /x\nhelm install $a $b",
        ),
        (
            Session,
            "lvcreate is present\nsystemctl is present\nls -l\n",
            "--c",
            "ls -l",
        ),
        (Session, "make build\n", "c", "make build"),
        (
            Session,
            "oc get secret x\nZm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFy=\n",
            "c-",
            "oc get secret x",
        ),
        (Unmarked, "kubectl get pods\nNAME READY\n", "c-", "kubectl get pods"),
        (Unmarked, "# first\nkubectl get pods\n", "#c", "kubectl get pods"),
    ]);
}

#[test]
fn blocks_without_commands() {
    for (form, code) in [
        (Script, ""),
        (Script, "\n\n"),
        (Script, "# only a comment\n"),
        (Script, "default_runtime = \"crun\"\n"),
        (
            Script,
            "Oct 18 19:39:36 ip-1 chronyd[1]: System clock wrong by 1 seconds\n",
        ),
        (Script, "sum by (node) (\n  rate(x[5m])\n)\n/\nscalar(y)\n"),
        (Script, "// top\ntopk(5,\n  sum by (a) (\n    irate (x[4m])\n  )\n)\n"),
        (Script, "apiVersion: v1\nkind: x\nmetadata:\n  name: y\n"),
        (Script, "NAME   READY   STATUS\nx      1/1     Running\n"),
        (Script, "[\n  {\n    \"a\": \"b\"\n  }\n]\n"),
        (Script, "  cluster:\n    id: x\n    health: HEALTH_ERR\n"),
        (Session, "I0428 02:23:13.498282   11418 daemon.go:1250] Enabling x\n"),
        (Session, " error: Transaction in progress: (null)\n"),
        (Session, " - alertname = X\n...\n - namespace = y\n"),
        (Session, "E1 writer.go:226] failed\n: exit status 1\n"),
        (Session, "docker (/usr/bin/docker) is present\n"),
        (Unmarked, "The pods are gone.\nkubectl get pods\n"),
        (Unmarked, "some-tool --all\n"),
        (Unmarked, "name: kubectl get pods\n"),
        (Unmarked, "{\"level\":\"info\",\"msg\":\"kubectl get pods\"}\n"),
        (Unmarked, "git is a tool for versions\n"),
        (Unmarked, "top level\n"),
    ] {
        assert_eq!(split(code, form), None, "{form:?} {code:?}");
    }
}

#[test]
fn each_command_is_judged() {
    let code =
        "$ oc get pods\nNAME\n$ oc delete pod x \\\n    --force\n$ mkdir x\nmysql> DROP TABLE x;\nceph> osd purge 1\n";
    let block = split(code, Session).unwrap();
    let effects: Vec<Effect> = block.commands.iter().map(|command| command.judgement.effect).collect();
    use Effect::{Change, Destructive, Read};
    assert_eq!(effects, [Read, Destructive, Change, Destructive, Destructive]);
    assert_eq!(
        block.runnable_command(code, &block.commands[1]),
        "oc delete pod x \\\n    --force"
    );
    assert_eq!(block.judgement().effect, Destructive);
}

#[test]
fn any_text_is_split_soundly() {
    let parts = [
        "$ ",
        "# ",
        "> ",
        "oc get pods",
        "ls -l",
        "NAME  READY  X",
        "\n",
        "\n",
        "\n",
        "\r\n",
        " ",
        "'",
        "\"",
        "`",
        "$(",
        ")",
        "<<E",
        "E\n",
        "\\",
        "\\\n",
        "|",
        "&&",
        "for i in a; do\n",
        "done",
        "if x; then\n",
        "fi",
        "f() {\n",
        "}",
        "ä",
        "…",
        "<pod>",
        "# x\n",
        "--x\n",
        "X=1",
        "x: y",
        "sh-4.4# ",
        "[a@b ~]$ ",
        "mysql> ",
        "    -> ",
        "ceph> ",
        "\t",
        "cat ",
        "{",
        "\u{0}",
        "user@h:~$ ",
        "❯ ",
        "echo ",
    ];
    let mut state: u64 = 11;
    let mut below = |end: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % end
    };
    for _ in 0..20_000 {
        let code: String = (0..below(24)).map(|_| parts[below(parts.len())]).collect();
        for form in [Script, Session, Unmarked] {
            if let Some(block) = split(&code, form) {
                assert_sound(&block, &code);
                block.runnable(&code);
            }
        }
    }
    for part in parts {
        split(&part.repeat(2_000), Script);
    }
}
