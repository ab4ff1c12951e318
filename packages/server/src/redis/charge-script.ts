// The counters of core once more, where many processes share them: rate, window and slots (spec/limits.md §3, §4, §6). The
// tests run the same schedules through both, and want the same answers.
//
// Every number is whole and below 2⁵³, where Lua's doubles are exact, and so is what Redis writes of them. All is read before
// anything is charged, and it is at the first write that Redis refuses for want of memory or on a replica: an error has
// charged nothing. Functions are few, since Lua makes each of them anew in every call.
import { defineScript } from "@redis/client";

/**
 * KEYS are the counters. ARGV: what is to be done; three for that; now in microseconds, or nothing for the clock of this Redis;
 * then five for each limit: `rate`, `window` or `slots`; 1 if it never refuses; and (rate, burst, per_seconds), (limit, window_seconds,
 * 0) or (limit, lease_seconds, 0).
 *
 * A rate is a string: its level, when that was, and the per_seconds it was counted by. A window is a hash: its parts by their
 * number; `h` the part that was now, `s` the sum, `o` the first part that holds any, `w` its seconds. Slots are a sorted set:
 * the ids of charges, by when they began.
 *
 * A clock that has gone back, as after a failover, drains nothing and frees nothing; a counter that has been ahead of it is
 * moved back to now, and goes on from there. Keys outlive what they say by a minute: a replica whose clock is ahead must not
 * forget sooner than its master.
 */
const READ = `
local US, PARTS, AHEAD_US, KEPT_MS = 1000000, 50, 260000, 60000
local call, max, min, ceil, floor = redis.call, math.max, math.min, math.ceil, math.floor
local now = tonumber(ARGV[5])
if not now then
  local time = call("TIME")
  now = time[1] * US + time[2]
end

local function fill(c, level)
  c.level = level
  if level == 0 then return call("DEL", c.key) end
  local kept_ms = ceil(level / c.rate / 1000) + KEPT_MS
  call("SET", c.key, struct.pack("<ddd", level, now, c.per), "PX", kept_ms)
end

local function parts_of(c)
  if not c.parts then
    c.parts = {}
    local kept = call("HGETALL", c.key)
    for i = 1, #kept, 2 do
      local part = tonumber(kept[i])
      if part then c.parts[part] = tonumber(kept[i + 1]) end
    end
  end
  return c.parts
end

local function add_up(c)
  c.sum, c.oldest, c.last = 0, c.part, c.part
  for part, units in pairs(c.parts) do
    c.sum = c.sum + units
    if units > 0 then c.oldest, c.last = min(c.oldest, part), max(c.last, part) end
  end
end

local function write_part(c, part, units)
  parts_of(c)[part] = units
  add_up(c)
  if c.anew then
    call("DEL", c.key)
    for other, its in pairs(c.parts) do call("HSET", c.key, other, its) end
  elseif c.gone and #c.gone > 0 then
    call("HDEL", c.key, unpack(c.gone))
  end
  call("HSET", c.key, part, units, "h", c.part, "s", c.sum, "o", c.oldest, "w", c.seconds)
  call("PEXPIRE", c.key, ceil(((c.last + PARTS + 1) * c.part_us - now) / 1000) + KEPT_MS)
end

-- What has left the window is forgotten. Of a window of another length, or from a clock that was ahead, all counts as if it
-- had come last: late, and never too much.
local function advance(c, head, seconds)
  local kept = parts_of(c)
  if seconds ~= c.seconds or head > c.part then
    add_up(c)
    local last = floor(((max(c.last, head) + 1) * (seconds * US / PARTS) - 1) / c.part_us)
    kept, c.anew = { [min(last, c.part + ceil(AHEAD_US / c.part_us))] = c.sum }, true
  end
  c.parts, c.gone = {}, {}
  for part, units in pairs(kept) do
    if part > c.part - PARTS - 1 then c.parts[part] = units else c.gone[#c.gone + 1] = part end
  end
  add_up(c)
  if head > c.part then write_part(c, c.part, c.parts[c.part] or 0) end
end

local counters = {}
for i = 1, #KEYS do
  local at = 1 + i * 5
  local key, kind, dry_run = KEYS[i], ARGV[at], ARGV[at + 1] == "1"
  local one, two = tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
  if kind == "rate" then
    local per, level, since = tonumber(ARGV[at + 4]), 0, now
    local unit = per * US
    local kept = call("GET", key)
    if kept then
      local before
      level, since, before = struct.unpack("<ddd", kept)
      if before ~= per then level = ceil(level / (before * US) * unit) end
      level = min(level, two * unit)
      if since < now then level = max(0, level - (now - since) * one) end
    end
    local c = { key = key, kind = kind, dry_run = dry_run, rate = one, burst = two, per = per,
      unit = unit, level = level }
    if since > now then fill(c, level) end
    counters[i] = c
  elseif kind == "window" then
    local part_us = two * US / PARTS
    local part = floor(now / part_us)
    local field = string.format("%d", part)
    local kept = call("HMGET", key, "h", "s", "o", "w", field)
    local head, seconds = tonumber(kept[1]), tonumber(kept[4])
    local c = { key = key, kind = kind, dry_run = dry_run, limit = one, seconds = two,
      part_us = part_us, part = part, field = field, sum = 0, oldest = part, units = 0, parts = false,
      gone = false, anew = false, last = part }
    if not head then
      c.parts = {}
    elseif head ~= part or seconds ~= two then
      advance(c, head, seconds)
    else
      c.sum, c.oldest, c.units = tonumber(kept[2]), tonumber(kept[3]), tonumber(kept[5]) or 0
    end
    counters[i] = c
  else
    local lease_us = two * US
    local since = string.format("(%d", now - lease_us)
    counters[i] = { key = key, kind = kind, dry_run = dry_run, limit = one, lease_us = lease_us,
      since = since, count = call("ZCOUNT", key, since, "+inf") }
  end
end
`;

/** How long a counter lets units wait, what it has left, and how it counts. */
const JUDGE = `
local NEVER = 9007199254740991

local function wait_for(c, units)
  if units == 0 then return 0 end
  if c.kind == "rate" then
    return max(0, ceil((c.level - (c.burst - units) * c.unit) / c.rate))
  end
  if c.kind == "window" then
    local excess = c.sum + units - c.limit
    if excess <= 0 then return 0 end
    local parts = parts_of(c)
    for part = c.oldest, c.part + ceil(AHEAD_US / c.part_us) do
      excess = excess - (parts[part] or 0)
      if excess <= 0 then return (part + PARTS + 1) * c.part_us - now end
    end
    return NEVER
  end
  if c.count < c.limit then return 0 end
  local latest = string.format("(%d", now + AHEAD_US)
  for _, id in ipairs(call("ZRANGEBYSCORE", c.key, latest, "+inf")) do call("ZADD", c.key, now, id) end
  local oldest = call("ZRANGEBYSCORE", c.key, c.since, "+inf", "WITHSCORES", "LIMIT", 0, 1)
  return min(US, tonumber(oldest[2]) + c.lease_us - now)
end

local function count(c, units, id, us)
  if c.kind == "rate" then
    fill(c, c.level + units * c.unit)
  elseif c.kind == "window" then
    local part = floor(us / c.part_us)
    if c.parts or part > c.part then
      return write_part(c, part, (parts_of(c)[part] or 0) + units)
    end
    c.units = c.units + units
    if c.sum == 0 then
      c.oldest = c.part
      call("HSET", c.key, "o", c.oldest)
    end
    c.sum = c.sum + units
    call("HSET", c.key, c.field, c.units, "s", c.sum)
  else
    call("ZREMRANGEBYSCORE", c.key, "-inf", now - c.lease_us)
    call("ZADD", c.key, us, id)
    call("PEXPIRE", c.key, ceil((us - now + c.lease_us) / 1000) + KEPT_MS)
    c.count = c.count + 1
  end
end

local function left_of(c)
  if c.kind == "rate" then return floor((c.burst * c.unit - c.level) / c.unit) end
  return max(0, c.limit - (c.sum or c.count))
end

local function refills_of(c)
  if c.kind == "rate" then
    local left = left_of(c)
    return left >= c.burst and -1 or wait_for(c, left + 1)
  end
  if c.kind == "window" and c.sum > 0 then return (c.oldest + PARTS + 1) * c.part_us - now end
  return -1
end
`;

/**
 * `settle`: what was not used, the id of the charge, when it was. Of slots without an id, which were lent, so many of those that
 * began then.
 */
const SETTLE = `
local mode, amount, id = ARGV[1], tonumber(ARGV[2]), ARGV[3]
if mode == "settle" then
  local charged_at = tonumber(ARGV[4])
  for i = 1, #counters do
    local c = counters[i]
    if c.kind == "rate" then
      -- Of what was charged, that which may have drained meanwhile made room for others already.
      local drained = max(0, now - charged_at) * c.rate
      fill(c, max(0, c.level - max(0, amount * c.unit - drained)))
    elseif c.kind == "window" then
      local part = floor(charged_at / c.part_us)
      local units = parts_of(c)[part]
      if units then write_part(c, part, max(0, units - amount)) end
    elseif id ~= "" then
      call("ZREM", c.key, id)
    else
      local began = call("ZRANGEBYSCORE", c.key, charged_at, charged_at, "LIMIT", 0, amount)
      if #began > 0 then call("ZREM", c.key, unpack(began)) end
    end
  end
  return { now }
end
`;

/**
 * `lend`: among how many, an id for slots, and `look` to lend nothing. After the limits come three for each of them: the least,
 * the need and what is wanted ahead (spec/limits.md §10). What is lent is counted when it may be spent at the latest.
 *
 * Answers now, and four for each limit: units, those that are left, microseconds until the least passes, and until there are
 * more, or -1.
 */
const LEND = `
local waits, refused = {}, ARGV[4] == "look"
if mode == "lend" then
  local wished = 3 + #KEYS * 5
  for i = 1, #counters do
    waits[i] = wait_for(counters[i], tonumber(ARGV[wished + i * 3]))
    if waits[i] > 0 and not counters[i].dry_run then refused = true end
  end
  local answer = { now }
  for i = 1, #counters do
    local c, units = counters[i], 0
    if not refused and waits[i] == 0 then
      local need, ahead = tonumber(ARGV[wished + i * 3 + 1]), tonumber(ARGV[wished + i * 3 + 2])
      local left = left_of(c)
      units = min(left, need + max(0, min(ahead, floor((left - need) / amount))))
      if c.kind == "slots" then
        for slot = 1, units do count(c, 1, id .. ":" .. slot, now + AHEAD_US) end
      elseif units > 0 then
        count(c, units, id, c.kind == "rate" and now or now + AHEAD_US)
      end
    end
    answer[i * 4 - 2], answer[i * 4 - 1] = units, left_of(c)
    answer[i * 4], answer[i * 4 + 1] = waits[i], refills_of(c)
  end
  return answer
end
`;

/**
 * `charge` or `look`: the cost, and the id of the charge. All limits are judged, and all of them charged or none.
 *
 * Answers now, whether it was charged, and three for each limit: microseconds until the cost passes, units that are left, and
 * microseconds until there are more, or -1.
 */
const CHARGE_ALL = `
for i = 1, #counters do
  waits[i] = wait_for(counters[i], amount)
  if waits[i] > 0 and not counters[i].dry_run then refused = true end
end
local charges = mode == "charge" and amount > 0 and not refused
local answer = { now, charges and 1 or 0 }
for i = 1, #counters do
  local c = counters[i]
  if charges and waits[i] == 0 then count(c, amount, id, now) end
  answer[i * 3] = waits[i]
  answer[i * 3 + 1] = left_of(c)
  answer[i * 3 + 2] = refills_of(c)
end
return answer
`;

/**
 * One script for all, so that whoever has charged finds it there when he settles, and is not overtaken by his next charge.
 * Loaded into a Redis that does not have it yet.
 */
export const CHARGE = defineScript({
  SCRIPT: READ + JUDGE + SETTLE + LEND + CHARGE_ALL,
  IS_READ_ONLY: false,
  parseCommand(parser, keys: readonly string[], rest: readonly string[]) {
    parser.push(String(keys.length));
    for (const key of keys) parser.pushKey(key);
    parser.push(...rest);
  },
  transformReply: (reply: readonly number[]) => reply,
});
