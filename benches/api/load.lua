-- What wrk sends: OPERATION (list, get, create, draft) to PEER (store or postgrest), each time as one of those in ASKERS.
local operation, peer = os.getenv("OPERATION"), os.getenv("PEER")
local askers = {}
for line in io.lines(os.getenv("ASKERS")) do
  local token, id, sessions = line:match("^(%S+) (%S+) (.+)$")
  local asker = { token = token, id = id, sessions = {} }
  for session in sessions:gmatch("%S+") do table.insert(asker.sessions, session) end
  table.insert(askers, asker)
end
local columns = "select=id,user_id,title,status,language,parameters,archived_at,version,file_count,total_size_bytes,created_at,updated_at"

local store = {
  list = function() return "GET", "/v1/sessions?limit=20" end,
  get = function(_, session) return "GET", "/v1/sessions/" .. session end,
  create = function() return "POST", "/v1/sessions", '{"title":"Measured"}' end,
  draft = function(_, session)
    local body = '{"stage":"2_planning","file_path":"2_planning/%d.md","content":"# Draft %d"}'
    return "PUT", "/v1/sessions/" .. session .. "/files", body:format(math.random(20), math.random(1000000000))
  end,
}
local postgrest = {
  list = function()
    return "GET", "/api/research_sessions?" .. columns .. "&archived_at=is.null&order=created_at.desc,id.desc&limit=20"
  end,
  get = function(_, session) return "GET", "/api/research_sessions?" .. columns .. "&id=eq." .. session end,
  create = function(asker)
    return "POST", "/api/research_sessions?" .. columns, ('{"user_id":"%s","title":"Measured"}'):format(asker.id)
  end,
}
local ask = ({ store = store, postgrest = postgrest })[peer][operation]

local started = 0
function setup(thread)
  started = started + 1
  thread:set("seed", os.time() + started)
end

local function made()
  local asker = askers[math.random(#askers)]
  local method, path, body = ask(asker, asker.sessions[math.random(#asker.sessions)])
  local headers = { Authorization = "Bearer " .. asker.token }
  if body then headers["Content-Type"] = "application/json" end
  if body and peer == "postgrest" then headers["Prefer"] = "return=representation" end
  return wrk.format(method, path, headers, body)
end

-- Made beforehand, so that making them takes no time from the server; but a draft's content is new each time, because the
-- same again changes nothing.
local beforehand = {}
function init()
  math.randomseed(seed)
  for place = 1, 5000 do beforehand[place] = made() end
end

function request()
  if operation == "draft" then return made() end
  return beforehand[math.random(#beforehand)]
end

-- the line that is read: requests per second, those that failed, and the time that 99 % are not longer than
function done(summary, latency)
  local errors = summary.errors
  local failed = errors.status + errors.connect + errors.read + errors.write + errors.timeout
  io.write(("measured %.0f %d %.1f\n"):format(summary.requests * 1000000 / summary.duration, failed, latency:percentile(99) / 1000))
end
