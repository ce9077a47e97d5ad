#!/usr/bin/env bash
# The image without a Docker engine, as the Dockerfile says. In: the checkout; FILE, optionally a TAG.
# Out: FILE, an archive for `docker load`, `kind load image-archive` or `ctr image import`; its sizes on standard output.
# Must not: know how the image is made, which is the Dockerfile's, or leave anything in the checkout.
set -euo pipefail
shopt -s inherit_errexit
[[ $# -ge 1 ]] || { echo "usage: tests/image/build.sh FILE [TAG]" >&2; exit 2; }
file=$(realpath -m "$1") tag=${2:-knowledge-operator:$(sed -n '0,/^version = "\(.*\)"/s//\1/p' "$(dirname "$0")/../../Cargo.toml")}
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source tests/lib/report.sh
source tests/lib/work.sh
source tests/lib/tools.sh

# What the Dockerfile's first stage makes. A release build takes minutes, so what it leaves is kept, and so is its result
# for as long as nothing that goes into it changes. One build at a time.
image_files() {
  local key lock
  key=$({ rustc -vV; find Dockerfile Cargo.toml Cargo.lock src -type f | LC_ALL=C sort | xargs sha256sum; } | sha256sum)
  export OUT=$cache/image/files-${key:0:16}
  [[ ! -d $OUT ]] || return 0
  export CARGO_TARGET_DIR=$cache/image/target
  export CARGO_INSTALL_ROOT=$cache/image/tools PATH=$cache/image/tools/bin:$PATH
  mkdir -p "$cache/image"
  exec {lock}>"$cache/image/.lock"
  flock "$lock"
  if [[ ! -d $OUT ]]; then
    "${program[image]}" steps Dockerfile build >"$work/steps"
    OUT=$work/image step bash -euo pipefail "$work/steps" >&2
    rm -rf "$cache"/image/files-*
    cp -r "$work/image" "$OUT.new"
    # Only a whole one gets the name.
    mv "$OUT.new" "$OUT"
  fi
  exec {lock}>&-
}

image_pack() {
  REVISION=$(git rev-parse HEAD 2>/dev/null || echo unknown)
  export REVISION
  mkdir -p "$(dirname "$file")"
  "${program[image]}" pack Dockerfile "$OUT" "$tag" "$file"
}

sizes() {
  local limit=$((25 * 1000 * 1000)) compressed
  compressed=$(tar -xOf "$file" --wildcards '*.tar.gz' | wc -c)
  echo "image $tag: $((compressed / 1000)) kB compressed (limit $((limit / 1000)) kB), $(du -sb "$OUT" | cut -f1) bytes of files"
  ((compressed <= limit)) || fail "the image is larger than its limit"
}

# What an image must have that no start of it would miss.
complete() {
  local file_list config
  file_list=$(tar -xOf "$file" --wildcards '*.tar.gz' | tar -tz)
  grep -qx usr/share/sbom/knowledge-operator.cdx.json <<<"$file_list" || fail "the image has no bill of materials"
  config=$(tar -xOf "$file" "$(tar -tf "$file" | grep '^sha256:')")
  grep -q "\"org.opencontainers.image.revision\":\"$REVISION\"" <<<"$config" || fail "the image does not say its revision"
}

need_rust
need flock util-linux
need_image
work_open
trap work_close EXIT
image_files
image_pack
complete
sizes
