# shellcheck shell=bash
# How Cargo is called where more than its exit code counts. In: arguments of cargo, $work, ${program[cargo-deny]}.
# Out: Cargo's own lines, unchanged. Must not: hide a closing line or let an ignored test pass for a run one.

# A command that runs another one somewhere else, such as on a node; empty for here.
within=()

cargo_test() {
  local ignored
  step "${within[@]}" cargo test --no-fail-fast "$@" | tee "$work/cargo-test"
  ignored=$(awk '/^test result:/ { for (i = 2; i <= NF; i++) if ($i == "ignored;") sum += $(i - 1) }
    END { print sum + 0 }' "$work/cargo-test")
  ((ignored == 0)) || skip_or_fail "$ignored ignored tests of: cargo test $*"
}

# Known vulnerabilities come from a database on the network. Whether that can be reached says nothing about this
# checkout, so it is the one thing that is only said.
advisories() {
  if timeout 60 "${program[cargo-deny]}" fetch db >"$work/advisories.log" 2>&1; then
    step "${program[cargo-deny]}" check --disable-fetch advisories
  else
    say "NOT CHECKED: advisories, the RustSec database could not be fetched"
  fi
}
