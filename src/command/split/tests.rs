//! Blocks of many forms, with the letter of each line: command, `+` continuation, heredoc, `#` comment, output, blank.

use super::{Block, Form, LineKind, split};

fn kinds(block: &Block) -> String {
    let letter = |kind| match kind {
        LineKind::Command => 'C',
        LineKind::Continuation => '+',
        LineKind::Heredoc => 'H',
        LineKind::Comment => '#',
        LineKind::Output => 'O',
        LineKind::Blank => 'B',
    };
    block.lines.iter().map(|line| letter(line.kind)).collect()
}

#[test]
fn blocks_of_many_forms() {
    let cases = [
        (Form::Script, "kubectl get pods\n", "C", "kubectl get pods"),
        (
            Form::Session,
            "$ kubectl get pods\nNAME READY\na 1/1\n",
            "COO",
            "kubectl get pods",
        ),
        (
            Form::Session,
            "# systemctl status kubelet\nactive (running)\n",
            "CO",
            "systemctl status kubelet",
        ),
        (
            Form::Script,
            "# look at the pods\nkubectl get pods\n",
            "#C",
            "kubectl get pods",
        ),
        (
            Form::Script,
            "kubectl get pods \\\n  -A\n\nhelm list\n",
            "C+BC",
            "kubectl get pods \\\n  -A\nhelm list",
        ),
        (
            Form::Script,
            "kubectl get pods |\n  grep x\n",
            "C+",
            "kubectl get pods |\n  grep x",
        ),
        (
            Form::Script,
            "cat <<EOF\n# text\nEOF\nls\n",
            "CHHC",
            "cat <<EOF\n# text\nEOF\nls",
        ),
        (
            Form::Script,
            "for x in a b; do\n  echo $x\ndone\n",
            "C++",
            "for x in a b; do\n  echo $x\ndone",
        ),
        (Form::Session, "[root@node ~]# df -h\nFilesystem Size\n", "CO", "df -h"),
        (Form::Session, "sh-4.4# crictl ps\nCONTAINER IMAGE\n", "CO", "crictl ps"),
        (Form::Unmarked, "kubectl get nodes\n", "C", "kubectl get nodes"),
        (
            Form::Session,
            "$ kubectl apply -f - <<'EOF'\n> kind: Pod\n> EOF\npod created\n",
            "CHHO",
            "kubectl apply -f - <<'EOF'\nkind: Pod\nEOF",
        ),
    ];
    for (form, code, expect, runnable) in cases {
        let block = split(code, form).unwrap_or_else(|| panic!("{code:?} holds no command"));
        assert_eq!(
            (kinds(&block).as_str(), block.runnable(code).as_str()),
            (expect, runnable),
            "{code:?}"
        );
    }
}

#[test]
fn what_holds_no_command() {
    for code in [
        "NAME   READY   STATUS\nweb-0  1/1     Running\n",
        "apiVersion: v1\nkind: Pod\n",
        "{\"a\": 1}\n",
        "\n",
    ] {
        assert_eq!(split(code, Form::Unmarked), None, "{code:?}");
    }
}
