# shellcheck shell=bash
# The run's temporary folder. In: TMPDIR. Out: $work, held by a lock for as long as a process of this run lives.
# Must not: touch the folder of a run that is still going on.

work_open() {
  local parent=${TMPDIR:-/tmp} lock
  work_sweep "$parent"
  work=$(mktemp -d "$parent/knowledge-tests.XXXXXX")
  # Locked before it has its final name: another run that sweeps never sees it unlocked. Children inherit the lock.
  exec {lock}>"$work/lock.new"
  flock "$lock"
  mv "$work/lock.new" "$work/lock"
}

work_close() { rm -rf "$work"; }

# A run that was killed outright could not clean up; its lock is free then.
work_sweep() {
  local lock
  for lock in "$1"/knowledge-tests.*/lock; do
    if [[ -O $lock ]] && flock --nonblock "$lock" true; then
      rm -rf "${lock%/lock}"
    fi
  done
}
