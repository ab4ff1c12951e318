-- Asks Keyward about a request: `http-request lua.keyward URL TOKEN`. docs/guides/gateways.md has the recipe that goes with it.
--
-- Allowed: the request goes on, with X-Keyward-… headers that say who calls. Refused: the client is answered as Keyward
-- says. No answer, or one that cannot be understood: 503, because an outage is neither a good key nor a bad one.

-- In milliseconds, for the whole question.
local TIMEOUT = 1000

-- What the client says that a key may be restricted by, and where a key can stand.
local FROM_CLIENT = {
  "authorization", "x-api-key", "origin", "referer", "user-agent", "dpop",
  "x-android-package", "x-android-cert", "x-ios-bundle-identifier",
}

-- What Keyward says of an allowed request: to the application, and to the client.
local FOR_APPLICATION = {
  "^x%-keyward%-", "^x%-consumer%-", "^x%-credential%-identifier$",
}
local FOR_CLIENT = { "ratelimit", "ratelimit-policy" }

local UNAVAILABLE = '{"status":503,"code":"unavailable","title":"Keys cannot be checked now"}'

local function values(header)
  local list = {}
  for _, value in pairs(header or {}) do list[#list + 1] = value end
  return list
end

local function answer(txn, status, headers, body)
  local reply = txn:reply{ status = status, body = body }
  for name, list in pairs(headers) do
    for _, value in ipairs(list) do reply:add_header(name, value) end
  end
  txn:done(reply)
end

local function unavailable(txn)
  answer(txn, 503, {
    ["content-type"] = { "application/problem+json" },
    ["cache-control"] = { "no-store" },
    ["retry-after"] = { "1" },
  }, UNAVAILABLE)
end

local function question(txn, token)
  local headers = txn.http:req_get_headers()
  local asked = {
    ["host"] = { "keyward" },
    ["x-keyward-proxy-token"] = { token },
    ["x-original-method"] = { txn.f:method() },
    ["x-original-uri"] = { txn.f:pathq() },
    ["x-real-ip"] = { txn.f:src() },
  }
  for _, name in ipairs(FROM_CLIENT) do
    local list = values(headers[name])
    if #list > 0 then asked[name] = list end
  end
  return asked
end

local function refusal(response)
  local headers = {}
  for name, list in pairs(response.headers) do
    -- The length and the connection are between HAProxy and its client.
    if name ~= "content-length" and name ~= "connection" and name ~= "keep-alive" and name ~= "date" then
      headers[name] = values(list)
    end
  end
  return headers
end

local function tell(txn, headers)
  for name, list in pairs(headers) do
    for _, pattern in ipairs(FOR_APPLICATION) do
      if name:find(pattern) then txn.http:req_set_header(name, values(list)[1]) end
    end
  end
  for _, name in ipairs(FOR_CLIENT) do
    local line = values(headers[name])[1]
    if line then txn:set_var("txn.keyward_" .. name:gsub("-", "_"), line) end
  end
end

core.register_action("keyward", { "http-req" }, function(txn, url, token)
  local ok, response = pcall(function()
    return core.httpclient():get{ url = url, headers = question(txn, token), timeout = TIMEOUT }
  end)
  -- Where there was no answer HAProxy makes a 5xx of its own, without a word from Keyward.
  if not ok or response == nil or response.status == nil then return unavailable(txn) end
  if response.status == 200 then
    local decision = values((response.headers or {})["x-keyward-decision"])
    if decision[1] ~= "allow" then return unavailable(txn) end
    tell(txn, response.headers)
  elseif response.status >= 400 and response.status < 500 then
    answer(txn, response.status, refusal(response), response.body)
  else
    unavailable(txn)
  end
end, 2)
