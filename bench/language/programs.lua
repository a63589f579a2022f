-- The programs of bench/language/project in Lua, written as a Lua programmer writes them. usage: lua5.4 programs.lua NAME
local floor, sqrt = math.floor, math.sqrt
local programs, data = {}, {}

local function randomNumbers(count)
  local seed, numbers = 42, {}
  for i = 1, count do
    seed = (seed * 4093 + 257) % 524287
    numbers[i] = seed
  end
  return numbers
end

local function people(count)
  local seed, rows = 42, {}
  for i = 1, count do
    seed = (seed * 4093 + 257) % 524287
    rows[i] = { id = i - 1, name = "name" .. seed, score = seed % 1000, active = seed % 2 == 0 }
  end
  return rows
end

local function fibonacci(n)
  if n < 2 then return n end
  return fibonacci(n - 1) + fibonacci(n - 2)
end
function programs.calls() return fibonacci(34) end

function programs.floatLoop()
  local inside = 0
  for row = 0, 599 do
    local cy = row / 300 - 1
    for column = 0, 599 do
      local cx = column / 300 - 1.5
      local x, y, steps = 0.0, 0.0, 0
      while steps < 60 and x * x + y * y <= 4 do
        x, y = x * x - y * y + cx, 2 * x * y + cy
        steps = steps + 1
      end
      if steps == 60 then inside = inside + 1 end
    end
  end
  return inside
end

local year, solarMass = 365.24, 39.47841760435743
local function solarSystem()
  local bodies = {
    { x = 0, y = 0, z = 0, vx = 0, vy = 0, vz = 0, mass = solarMass },
    { x = 4.84143144246472090, y = -1.16032004402742839, z = -0.103622044471123109, vx = 0.00166007664274403694 * year, vy = 0.00769901118419740425 * year, vz = -0.0000690460016972063023 * year, mass = 0.000954791938424326609 * solarMass },
    { x = 8.34336671824457987, y = 4.12479856412430479, z = -0.403523417114321381, vx = -0.00276742510726411133 * year, vy = 0.00499852801234917238 * year, vz = 0.0000230417297573763929 * year, mass = 0.000285885980666130812 * solarMass },
    { x = 12.8943695621391310, y = -15.1111514016986312, z = -0.223307578892655734, vx = 0.00296460137564761618 * year, vy = 0.00237847173959480950 * year, vz = -0.0000296589568540237556 * year, mass = 0.0000436624404335156298 * solarMass },
    { x = 15.3796971148509165, y = -25.9193146099879641, z = 0.179258772950371181, vx = 0.00268067772490389322 * year, vy = 0.00162824170038242295 * year, vz = -0.0000951592254519715870 * year, mass = 0.0000515138902046611451 * solarMass },
  }
  local px, py, pz = 0, 0, 0
  for _, body in ipairs(bodies) do
    px, py, pz = px + body.vx * body.mass, py + body.vy * body.mass, pz + body.vz * body.mass
  end
  bodies[1].vx, bodies[1].vy, bodies[1].vz = -px / solarMass, -py / solarMass, -pz / solarMass
  return bodies
end

local function advance(bodies, dt)
  local count = #bodies
  for i = 1, count do
    local a = bodies[i]
    local massA = a.mass
    for j = i + 1, count do
      local b = bodies[j]
      local massB = b.mass
      local dx, dy, dz = a.x - b.x, a.y - b.y, a.z - b.z
      local square = dx * dx + dy * dy + dz * dz
      local magnitude = dt / (square * sqrt(square))
      a.vx = a.vx - dx * massB * magnitude
      a.vy = a.vy - dy * massB * magnitude
      a.vz = a.vz - dz * massB * magnitude
      b.vx = b.vx + dx * massA * magnitude
      b.vy = b.vy + dy * massA * magnitude
      b.vz = b.vz + dz * massA * magnitude
    end
  end
  for i = 1, count do
    local a = bodies[i]
    a.x = a.x + dt * a.vx
    a.y = a.y + dt * a.vy
    a.z = a.z + dt * a.vz
  end
end

local function energy(bodies)
  local total = 0
  for i, a in ipairs(bodies) do
    total = total + 0.5 * a.mass * (a.vx * a.vx + a.vy * a.vy + a.vz * a.vz)
    for j = i + 1, #bodies do
      local b = bodies[j]
      local dx, dy, dz = a.x - b.x, a.y - b.y, a.z - b.z
      total = total - a.mass * b.mass / sqrt(dx * dx + dy * dy + dz * dz)
    end
  end
  return total
end

function programs.nBody()
  local bodies = solarSystem()
  for _ = 1, 120000 do advance(bodies, 0.01) end
  return floor(energy(bodies) * 1000000000 + 0.5)
end

local function matrixElement(i, j) return 1 / ((i + j) * (i + j + 1) / 2 + i + 1) end
local function multiplyBoth(n, x, y)
  local between = {}
  for i = 0, n - 1 do
    local sum = 0
    for j = 0, n - 1 do sum = sum + matrixElement(i, j) * x[j + 1] end
    between[i + 1] = sum
  end
  for i = 0, n - 1 do
    local sum = 0
    for j = 0, n - 1 do sum = sum + matrixElement(j, i) * between[j + 1] end
    y[i + 1] = sum
  end
end
function programs.spectralNorm()
  local n, u, v = 400, {}, {}
  for i = 1, n do u[i], v[i] = 1, 0 end
  for _ = 1, 10 do
    multiplyBoth(n, u, v)
    multiplyBoth(n, v, u)
  end
  local product, square = 0, 0
  for i = 1, n do
    product = product + u[i] * v[i]
    square = square + v[i] * v[i]
  end
  return floor(sqrt(product / square) * 1000000000 + 0.5)
end

function programs.stringBuild()
  local parts, n = {}, 0
  for i = 1, 1000000 do
    parts[n + 1] = i
    parts[n + 2] = ";"
    n = n + 2
  end
  return #table.concat(parts)
end

function data.stringSearch()
  local words = { "alpha", "beta", "gamma", "delta", "river", "stone", "cloud", "light", "needle", "paper", "house", "wind", "table", "apple", "green", "north" }
  local seed, parts = 42, {}
  for i = 1, 200000 do
    seed = (seed * 4093 + 257) % 524287
    parts[i] = words[seed % 16 + 1]
  end
  return table.concat(parts, " ")
end
function programs.stringSearch(words)
  local found = 0
  for _ = 1, 10 do
    local at = words:find("needle", 1, true)
    while at do
      found = found + 1
      at = words:find("needle", at + 6, true)
    end
    found = found + #words:gsub("alpha", "omega!")
    local parts = {}
    for part in words:gmatch("[^ ]+") do parts[#parts + 1] = part end
    found = found + #parts
  end
  return found
end

local Account = {}
Account.__index = Account
function Account.new(owner) return setmetatable({ owner = owner, balance = 0, count = 0, last = 0 }, Account) end
function Account:deposit(amount)
  self.balance = self.balance + amount
  self.count = self.count + 1
end
function Account:total() return self.balance + self.count end
function programs.objects()
  local accounts, sum = {}, 0
  for i = 0, 9 do accounts[i + 1] = Account.new("owner" .. i) end
  for i = 1, 4000000 do
    local account = accounts[i % 10 + 1]
    account:deposit(i % 7)
    sum = sum + account.balance
    account.last = i
  end
  for i = 1, 10 do sum = sum + accounts[i]:total() end
  return sum
end

local function map(list, apply)
  local result = {}
  for i = 1, #list do result[i] = apply(list[i]) end
  return result
end
local function filter(list, wanted)
  local result, n = {}, 0
  for i = 1, #list do
    if wanted(list[i]) then
      n = n + 1
      result[n] = list[i]
    end
  end
  return result
end
local function reduce(list, combine, start)
  local result = start
  for i = 1, #list do result = combine(result, list[i]) end
  return result
end
function programs.collections()
  local seed, numbers = 42, {}
  for _ = 1, 600000 do
    seed = (seed * 4093 + 257) % 524287
    table.insert(numbers, seed)
  end
  local mapped = map(numbers, function(value) return value * 2 + 1 end)
  local kept = filter(mapped, function(value) return value % 3 == 0 end)
  local sum = reduce(kept, function(total, value) return total + value end, 0)
  table.sort(numbers)
  return sum + #kept + numbers[300001]
end

function programs.sieve()
  local limit, count, composite = 5000000, 0, {}
  for i = 0, limit do composite[i] = false end
  for i = 2, limit do
    if not composite[i] then
      count = count + 1
      for multiple = i * 2, limit, i do composite[multiple] = true end
    end
  end
  return count
end

data.json = function() return people(20000) end
function programs.json(rows)
  local cjson = require("cjson")
  local result = 0
  for _ = 1, 10 do
    local printed = cjson.encode(rows)
    local back = cjson.decode(printed)
    result = result + #printed + #back + back[778].score
  end
  return result
end

data.sortMillion = function() return randomNumbers(1000000) end
function programs.sortMillion(numbers)
  table.sort(numbers)
  return numbers[1] + numbers[500001] + numbers[1000000]
end

data.queryMillion = function() return people(1000000) end
function programs.queryMillion(rows)
  local found = filter(rows, function(row) return row.score > 900 and row.active == true end)
  return #found + found[1].id
end

data.orderMillion = data.queryMillion
function programs.orderMillion(rows)
  local ordered = table.move(rows, 1, #rows, 1, {})
  table.sort(ordered, function(a, b)
    if a.score ~= b.score then return a.score > b.score end
    return a.id < b.id
  end)
  return ordered[1].id + ordered[2].id * 2 + ordered[1000000].id
end

-- Seconds by the clock on the wall, as the other languages measure; os.clock() leaves out what the machine does meanwhile.
local function now()
  local date = io.popen("date +%s.%N")
  local seconds = tonumber(date:read("a"))
  date:close()
  return seconds
end

local name = arg[1]
local work = data[name] and data[name]()
local start = now()
local result = programs[name](work)
print(string.format("%.6f %.13g", now() - start, result))
