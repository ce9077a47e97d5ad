# The operator's image: two static programs, their bill of materials and nothing else.
#
#   docker build --tag knowledge-operator --build-arg REVISION="$(git rev-parse HEAD)" .
#
# Add --platform linux/amd64,linux/arm64 to buildx for both. Without a Docker engine: tests/image/build.sh, which reads
# this file and makes the same image, so what the tests run is what is written here.

FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
ARG OUT=/image
ARG CARGO_TARGET_DIR=target
# Linked statically. --target keeps the flag away from macros and build scripts, which cannot be.
RUN RUSTFLAGS='-C target-feature=+crt-static' cargo build --release --locked --target "$(rustc --print host-tuple)"
RUN cargo install --quiet --locked cargo-cyclonedx@0.5.9
RUN SOURCE_DATE_EPOCH=0 cargo cyclonedx --quiet --format json --spec-version 1.5 --no-build-deps --target "$(rustc --print host-tuple)" --override-filename sbom
RUN install -D -m 0644 sbom.json "$OUT/usr/share/sbom/knowledge-operator.cdx.json" && rm sbom.json
RUN install -m 0755 "$CARGO_TARGET_DIR/$(rustc --print host-tuple)/release/knowledge-operator" "$OUT/"
RUN install -m 0755 "$CARGO_TARGET_DIR/$(rustc --print host-tuple)/release/kubectl-runbook" "$OUT/"

FROM scratch
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="SCS Knowledge Operator"
LABEL org.opencontainers.image.description="Publishes operational knowledge as cluster resources"
LABEL org.opencontainers.image.licenses="Apache-2.0"
LABEL org.opencontainers.image.vendor="SCS Knowledge Operator developers"
LABEL org.opencontainers.image.version="${VERSION}"
LABEL org.opencontainers.image.revision="${REVISION}"
COPY --from=build /image/ /
USER 65532:65532
EXPOSE 8080 8081 8443
ENTRYPOINT ["/knowledge-operator"]
CMD ["run"]
