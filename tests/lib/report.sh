# shellcheck shell=bash
# What a run says. In: messages, commands. Out: lines on standard error, $work/skipped.
# Must not: decide what is tested.

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "FAILED: $*"
  exit 1
}

# Shows a command as it could be typed, then runs it.
step() {
  say "+ $*"
  "$@"
}

# The only way not to test something: aloud, again in the summary, and never in CI, where nobody would read it.
skip_or_fail() {
  if [[ ${CI:-} == true ]]; then
    fail "a skip is a failure in CI: $*"
  fi
  say "SKIPPED: $*"
  printf '%s\n' "$*" >>"$work/skipped"
}
