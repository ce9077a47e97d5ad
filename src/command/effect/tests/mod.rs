//! What commands do, case by case.

mod kubernetes;
mod systems;

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
        (
            "source <(kubectl completion bash)",
            Unknown,
            "runs what another command prints",
        ),
        ("source openrc", Read, ""),
        ("sh -c \"$(cat x)\"", Unknown, "runs what another command prints"),
        ("bash <(curl x)", Unknown, "runs a script"),
        ("\\rm x", Destructive, "deletes files"),
        ("'r'\"m\" x", Destructive, "deletes files"),
        ("rm help", Destructive, "deletes files"),
        ("rm --help", Read, ""),
        ("function f { rm x; }", Destructive, "deletes files"),
        ("! rm x", Destructive, "deletes files"),
        ("env -S 'rm x'", Unknown, NOT_KNOWN),
        ("cat <<EOF\n$(rm x)\nEOF", Destructive, "deletes files"),
        ("cp x-(rm y)", Destructive, "deletes files"),
        ("tmux new -d 'rm x'", Unknown, "runs a program"),
        ("init 0", Destructive, "shuts the machine down"),
        ("echo c > /proc/sysrq-trigger", Destructive, "resets the machine"),
        ("ls > /dev/null > x", Change, "writes a file"),
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
    let tools = super::tables::TOOLS.table();
    let fixed = super::tables::FIXED.table();
    assert!(tools.is_sorted_by(|(a, _), (b, _)| a < b));
    assert!(fixed.is_sorted_by(|(a, _), (b, _)| a < b));
    for (name, _) in tools {
        assert!(super::tools::fixed(name).is_none(), "{name} is in both tables");
    }
}

#[test]
fn what_is_too_deep_is_not_called_harmless() {
    for open in ["$(", "(", "`$(", "\"$(", "<(", "x $("] {
        let command = format!("ls {}rm x", open.repeat(40));
        assert!(judge(&command).effect > Read, "{command}");
    }
    let mut command = "rm x".to_owned();
    for _ in 0..8 {
        command = format!("sh -c {:?}", command.replace('\'', "\""));
    }
    assert!(judge(&command).effect > Read, "{command}");
    let long = "kubectl exec p -- ".repeat(20) + "rm x";
    assert!(judge(&long).effect > Read);
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
