import { RedisScript } from '../../../redis/script.ts';

/** Milliseconds for which it is known who was there: longer than any limit looks back. */
export const MEMORY_MS = 2 * 3_600_000;
/** Who waits in the members until all have said again what they hold. */
const RESTORING = '#restoring';

/**
 * Notes what an instance holds and has used of some counters, and leases more of them.
 *
 * Each counter is a hash with one field for each instance: `leased open openBucket [bucket used]...`, always the
 * whole of it, so that saying it twice, or once more after Redis has forgotten it, does no harm. Who lives stands in
 * the sorted set of the members, by the time until which it counts. Of one that does not live any more counts what it
 * has used and what it had under way; what it had leased beside is free.
 *
 * An instance that was a member and is none any more knows by that that Redis has forgotten: it says so (`lost`), and
 * until a grace is over nothing is leased to anybody, so that the others can say again what they hold.
 *
 * KEYS: the members, then the counters. ARGV: the instance, milliseconds that it lives, whether it was a member,
 * milliseconds of grace; then for each counter: from, cap, least, wanted, leased, open, openBucket, used, ttl, and
 * whether the sums are asked for. Returns `ok`, `lost` or `restoring`, then for each counter: granted, leased by all
 * before that, used by all.
 */
export const LEASE = new RedisScript(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local members, me = KEYS[1], ARGV[1]
local lost = ARGV[3] == '1' and not redis.call('ZSCORE', members, me)
if lost then redis.call('ZADD', members, string.format('%d', now + ARGV[4]), '${RESTORING}') end
local restoring = tonumber(redis.call('ZSCORE', members, '${RESTORING}') or 0) > now
redis.call('ZADD', members, string.format('%d', now + ARGV[2]), me)
redis.call('PEXPIRE', members, ${MEMORY_MS})

local alive = {}
local function lives(member)
  if alive[member] == nil then
    alive[member] = tonumber(redis.call('ZSCORE', members, member) or 0) > now
  end
  return alive[member]
end

-- What is leased and used by what an instance has said; nothing of either: it may be forgotten.
local function count(text, alive, from)
  local numbers = {}
  for number in string.gmatch(text, '%d+') do numbers[#numbers + 1] = tonumber(number) end
  local leased, used = 0, 0
  if alive then leased = numbers[1] elseif numbers[3] >= from then used = numbers[2] end
  for i = 4, #numbers - 1, 2 do
    if numbers[i] >= from then used = used + numbers[i + 1] end
  end
  return leased, used
end

local reply = { lost and 'lost' or (restoring and 'restoring' or 'ok') }
for i = 2, #KEYS do
  local at = 4 + (i - 2) * 10
  local key, from, cap, least, wanted = KEYS[i], tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3]), tonumber(ARGV[at + 4])
  local held, rest = tonumber(ARGV[at + 5]), ARGV[at + 6] .. ' ' .. ARGV[at + 7] .. ARGV[at + 8]
  local granted, leased, used = 0, 0, 0
  if ARGV[at + 10] == '1' then
    local fields = redis.call('HGETALL', key)
    for f = 1, #fields, 2 do
      local member = fields[f]
      if member ~= me then
        local l, u = count(fields[f + 1], lives(member), from)
        leased, used = leased + l, used + u
        if l == 0 and u == 0 and not lives(member) then redis.call('HDEL', key, member) end
      end
    end
    local l, u = count(held .. ' ' .. rest, true, from)
    leased, used = leased + l, used + u
    local left = cap - used - leased
    if wanted > 0 and left >= least and not lost and not restoring then
      -- In multiples of the least: a part that fits no call would be left over at each instance.
      local function whole(amount) return math.floor(amount / least) * least end
      granted = math.max(least, whole(math.min(wanted, left)))
      granted = granted + whole((left - granted) / 8)
    end
  end
  if held + granted == 0 and rest == '0 0' then
    redis.call('HDEL', key, me)
  else
    redis.call('HSET', key, me, string.format('%d', held + granted) .. ' ' .. rest)
    redis.call('PEXPIRE', key, ARGV[at + 9])
  end
  reply[#reply + 1] = granted
  reply[#reply + 1] = leased
  reply[#reply + 1] = used
end
return reply
`);

/** Makes an instance a member, and ends the membership of its earlier lives. KEYS: the members. ARGV: the instance, milliseconds that it lives, how the names of its lives begin. */
export const JOIN = new RedisScript(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local members, lives = KEYS[1], ARGV[3]
redis.call('ZREMRANGEBYSCORE', members, '-inf', string.format('%d', now - ${MEMORY_MS}))
for _, member in ipairs(redis.call('ZRANGE', members, 0, -1)) do
  if string.sub(member, 1, #lives) == lives then redis.call('ZREM', members, member) end
end
redis.call('ZADD', members, string.format('%d', now + ARGV[2]), ARGV[1])
redis.call('PEXPIRE', members, ${MEMORY_MS})
return 1
`);

/** Ends a membership: all that was leased is free. KEYS: the members. ARGV: the instance. */
export const LEAVE = new RedisScript(`return redis.call('ZREM', KEYS[1], ARGV[1])`);
