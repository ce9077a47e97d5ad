{{- define "knowledge.name" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end }}

{{- define "knowledge.selector" -}}
app.kubernetes.io/name: knowledge-operator
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "knowledge.labels" -}}
{{ include "knowledge.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: knowledge-operator
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.extraLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* The labels above with further ones; the first argument is the root, the second a map. Ours cannot be replaced. */}}
{{- define "knowledge.labelsWith" -}}
{{- merge (include "knowledge.labels" (index . 0) | fromYaml) (index . 1) | toYaml -}}
{{- end }}

{{- define "knowledge.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end }}

{{- define "knowledge.isCluster" -}}
{{- if eq .Values.scope "Cluster" }}true{{ end -}}
{{- end }}

{{/* Whether annotations are written: by default only where the admission policy can hold us to it. */}}
{{- define "knowledge.attach" -}}
{{- if kindIs "bool" .Values.attach.enabled -}}
{{- if .Values.attach.enabled }}true{{ end -}}
{{- else -}}
{{- include "knowledge.isCluster" . -}}
{{- end -}}
{{- end }}

{{- define "knowledge.webhook" -}}
{{- if and .Values.webhook.enabled (include "knowledge.isCluster" .) }}true{{ end -}}
{{- end }}

{{/* The namespaces to watch, as a JSON object with one list; empty for all. */}}
{{- define "knowledge.namespaces" -}}
{{- $watched := .Values.namespaces -}}
{{- if and (empty $watched) (eq .Values.scope "Namespaces") -}}
{{- $watched = list .Release.Namespace -}}
{{- end -}}
{{- dict "list" ($watched | uniq | sortAlpha) | toJson -}}
{{- end }}

{{/* Whether our own runbooks are rendered: only where the operator watches, or nobody would ever look at them. */}}
{{- define "knowledge.ownRunbooks" -}}
{{- $watched := (include "knowledge.namespaces" . | fromJson).list -}}
{{- if and .Values.runbooks.enabled (or (empty $watched) (has .Release.Namespace $watched)) (or (include "knowledge.isCluster" .) (.Capabilities.APIVersions.Has "knowledge.scs.community/v1alpha1")) -}}
true
{{- end -}}
{{- end }}

{{/* All kinds that documents may describe, as a JSON object with one list. */}}
{{- define "knowledge.kinds" -}}
{{- dict "list" (concat (.Values.targets.kinds | default list) (.Values.targets.extraKinds | default list) | uniq) | toJson -}}
{{- end }}

{{/* Rules for the kinds of the list that name their resource; the second argument is the verbs. A Role cannot reach
cluster-scoped objects. */}}
{{- define "knowledge.targetRules" -}}
{{- $root := index . 0 -}}
{{- $verbs := index . 1 -}}
{{- $groups := dict -}}
{{- range (include "knowledge.kinds" $root | fromJson).list -}}
{{- if and .resource (or (include "knowledge.isCluster" $root) (ne .namespaced false)) -}}
{{- $_ := set $groups .group (append (get $groups .group | default list) .resource | uniq) -}}
{{- end -}}
{{- end -}}
{{- range $group := keys $groups | sortAlpha }}
- apiGroups: [{{ $group | quote }}]
  resources: [{{ get $groups $group | sortAlpha | join ", " }}]
  verbs: [{{ join ", " $verbs }}]
{{- end }}
{{- end }}

{{- define "knowledge.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "knowledge.securityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{/* Kinds as the operator's flag takes them: Deployment.apps,Service. */}}
{{- define "knowledge.kindNames" -}}
{{- $names := list -}}
{{- range (include "knowledge.kinds" . | fromJson).list -}}
{{- $names = append $names (printf "%s.%s" .kind .group | trimSuffix ".") -}}
{{- end -}}
{{- $names | uniq | join "," -}}
{{- end }}

{{- define "knowledge.detachHook" -}}
helm.sh/hook: post-delete
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
helm.sh/hook-weight: {{ . | quote }}
{{- end }}

{{- define "knowledge.readRules" }}
# The documents: read them, report on them. The operator never changes what people wrote.
- apiGroups: [knowledge.scs.community]
  resources: [runbooks, knowledgearticles]
  verbs: [list, watch]
- apiGroups: [knowledge.scs.community]
  resources: [runbooks/status, knowledgearticles/status]
  verbs: [patch]
# Published text that lives in ConfigMaps. Rights cannot be narrowed by label; only labelled ones are asked for.
- apiGroups: [""]
  resources: [configmaps]
  verbs: [list, watch]
# Events on transitions.
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create]
{{- end }}
