-- Health of a Runbook or KnowledgeArticle for Argo CD, in the order in which kstatus (Flux, helm --wait) judges it.
-- Needs Lua's base library alone: Argo CD opens neither `string` nor `math` for scripts of argocd-cm.
local health = {status = "Progressing", message = "the operator has not looked at this version yet"}
local status = obj.status or {}

-- The CustomResourceDefinitions say -1 until the operator has seen a document. What it said of an older version is
-- no verdict on this one, neither a good nor a bad one.
if status.observedGeneration == nil or status.observedGeneration ~= obj.metadata.generation then
  return health
end

local ready, stalled
for _, condition in ipairs(status.conditions or {}) do
  if condition.type == "Ready" then ready = condition end
  if condition.type == "Stalled" then stalled = condition end
end

if stalled ~= nil and stalled.status == "True" then
  health.status = "Degraded"
  health.message = stalled.message
elseif ready ~= nil then
  health.message = ready.message
  if ready.status == "True" then health.status = "Healthy" end
end
return health
