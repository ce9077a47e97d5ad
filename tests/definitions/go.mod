module knowledge.scs.community/tests/definitions

go 1.26.0

// Modules of which only files are read: the CustomResourceDefinitions and schemas that others publish. Nothing of them is
// compiled, so this list is kept by hand; `go mod tidy` would empty it.
require (
	github.com/fluxcd/kustomize-controller v1.7.3
	github.com/fluxcd/source-controller v1.7.3
	github.com/prometheus-operator/prometheus-operator v0.85.0
	k8s.io/kubernetes v1.36.3
)
