-- Asks Keyward about a request: `LuaHookAccessChecker keyward.lua check early`. docs/guides/gateways.md has the recipe that
-- goes with it.
--
-- Allowed: the request goes on, with X-Keyward-… headers that say who calls. Refused: the client is answered as Keyward
-- says. No answer, or one that cannot be understood: 503, because an outage is neither a good key nor a bad one.

local http = require "socket.http"
local ltn12 = require "ltn12"

-- In seconds, for each step of the question.
local TIMEOUT = 1

-- What the client says that a key may be restricted by, and where a key can stand.
local FROM_CLIENT = {
  "authorization", "x-api-key", "origin", "referer", "user-agent", "dpop",
  "x-android-package", "x-android-cert", "x-ios-bundle-identifier",
}

-- Only Keyward may say these: what a client sends under such a name, in whatever spelling, goes.
local RESERVED = {
  "^x%-keyward%-", "^x%-consumer%-", "^x%-credential%-identifier$", "^x%-anonymous%-consumer$",
}
-- What of an allowed request's answer is for the application, and what for the client.
local FOR_APPLICATION = { "^x%-keyward%-", "^x%-consumer%-", "^x%-credential%-identifier$" }
local FOR_CLIENT = { "ratelimit", "ratelimit-policy" }

local UNAVAILABLE = '{"status":503,"code":"unavailable","title":"Keys cannot be checked now"}'

local function matches(name, patterns)
  for _, pattern in ipairs(patterns) do
    if name:find(pattern) then return true end
  end
  return false
end

local function drop_reserved(r)
  for name in pairs(r:headers_in_table()) do
    if matches(name:lower():gsub("[^a-z0-9]", "-"), RESERVED) then r.headers_in[name] = nil end
  end
end

local function answer(r, status, headers, body)
  for name, value in pairs(headers) do r.err_headers_out[name] = value end
  r.status = status
  r.content_type = "application/problem+json"
  r:puts(body)
  return apache2.DONE
end

local function unavailable(r)
  return answer(r, 503, { ["Cache-Control"] = "no-store", ["Retry-After"] = "1" }, UNAVAILABLE)
end

local function question(r)
  local asked = {
    ["x-keyward-proxy-token"] = os.getenv("KEYWARD_PROXY_TOKEN"),
    ["x-original-method"] = r.method,
    ["x-original-uri"] = r.unparsed_uri,
    ["x-real-ip"] = r.useragent_ip,
  }
  for _, name in ipairs(FROM_CLIENT) do asked[name] = r.headers_in[name] end
  return asked
end

local function refusal(headers)
  local passed = {}
  for _, name in ipairs({ "www-authenticate", "retry-after", "dpop-nonce", "ratelimit", "ratelimit-policy", "cache-control" }) do
    passed[name] = headers[name]
  end
  return passed
end

function check(r)
  drop_reserved(r)
  local body = {}
  http.TIMEOUT = TIMEOUT
  local called, ok, status, headers = pcall(http.request, {
    url = r.subprocess_env["keyward_question"], headers = question(r),
    sink = ltn12.sink.table(body), redirect = false,
  })
  if not called or not ok or type(status) ~= "number" then return unavailable(r) end
  if status == 200 then
    if headers["x-keyward-decision"] ~= "allow" then return unavailable(r) end
    for name, value in pairs(headers) do
      if matches(name, FOR_APPLICATION) then r.headers_in[name] = value end
    end
    for _, name in ipairs(FOR_CLIENT) do r.err_headers_out[name] = headers[name] end
    return apache2.DECLINED
  end
  if status >= 400 and status < 500 then return answer(r, status, refusal(headers), table.concat(body)) end
  return unavailable(r)
end
