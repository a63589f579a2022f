"""The programs of bench/language/project in Python, as a Python programmer writes them. usage: python3 programs.py NAME"""
import functools
import json
import math
import sys
import time


def random_numbers(count):
    seed, numbers = 42, []
    for _ in range(count):
        seed = (seed * 4093 + 257) % 524287
        numbers.append(seed)
    return numbers


def people(count):
    return [{"id": i, "name": f"name{seed}", "score": seed % 1000, "active": seed % 2 == 0}
            for i, seed in enumerate(random_numbers(count))]


def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


def calls(_):
    return fibonacci(34)


def float_loop(_):
    inside = 0
    for row in range(600):
        cy = row / 300 - 1
        for column in range(600):
            cx = column / 300 - 1.5
            x = y = 0.0
            steps = 0
            while steps < 60 and x * x + y * y <= 4:
                x, y = x * x - y * y + cx, 2 * x * y + cy
                steps += 1
            if steps == 60:
                inside += 1
    return inside


YEAR, SOLAR_MASS = 365.24, 39.47841760435743


class Body:
    __slots__ = ("x", "y", "z", "vx", "vy", "vz", "mass")

    def __init__(self, x, y, z, vx, vy, vz, mass):
        self.x, self.y, self.z, self.vx, self.vy, self.vz, self.mass = x, y, z, vx * YEAR, vy * YEAR, vz * YEAR, mass * SOLAR_MASS


def solar_system():
    bodies = [
        Body(0, 0, 0, 0, 0, 0, 1),
        Body(4.84143144246472090, -1.16032004402742839, -0.103622044471123109, 0.00166007664274403694, 0.00769901118419740425, -0.0000690460016972063023, 0.000954791938424326609),
        Body(8.34336671824457987, 4.12479856412430479, -0.403523417114321381, -0.00276742510726411133, 0.00499852801234917238, 0.0000230417297573763929, 0.000285885980666130812),
        Body(12.8943695621391310, -15.1111514016986312, -0.223307578892655734, 0.00296460137564761618, 0.00237847173959480950, -0.0000296589568540237556, 0.0000436624404335156298),
        Body(15.3796971148509165, -25.9193146099879641, 0.179258772950371181, 0.00268067772490389322, 0.00162824170038242295, -0.0000951592254519715870, 0.0000515138902046611451),
    ]
    bodies[0].vx = -sum(body.vx * body.mass for body in bodies) / SOLAR_MASS
    bodies[0].vy = -sum(body.vy * body.mass for body in bodies) / SOLAR_MASS
    bodies[0].vz = -sum(body.vz * body.mass for body in bodies) / SOLAR_MASS
    return bodies


def advance(bodies, dt):
    count = len(bodies)
    for i in range(count):
        a = bodies[i]
        mass_a = a.mass
        for j in range(i + 1, count):
            b = bodies[j]
            mass_b = b.mass
            dx, dy, dz = a.x - b.x, a.y - b.y, a.z - b.z
            square = dx * dx + dy * dy + dz * dz
            magnitude = dt / (square * math.sqrt(square))
            a.vx -= dx * mass_b * magnitude
            a.vy -= dy * mass_b * magnitude
            a.vz -= dz * mass_b * magnitude
            b.vx += dx * mass_a * magnitude
            b.vy += dy * mass_a * magnitude
            b.vz += dz * mass_a * magnitude
    for a in bodies:
        a.x += dt * a.vx
        a.y += dt * a.vy
        a.z += dt * a.vz


def energy(bodies):
    total = 0
    for i, a in enumerate(bodies):
        total += 0.5 * a.mass * (a.vx * a.vx + a.vy * a.vy + a.vz * a.vz)
        for b in bodies[i + 1:]:
            dx, dy, dz = a.x - b.x, a.y - b.y, a.z - b.z
            total -= a.mass * b.mass / math.sqrt(dx * dx + dy * dy + dz * dz)
    return total


def n_body(_):
    bodies = solar_system()
    for _ in range(120000):
        advance(bodies, 0.01)
    return math.floor(energy(bodies) * 1000000000 + 0.5)


def matrix_element(i, j):
    return 1 / ((i + j) * (i + j + 1) / 2 + i + 1)


def multiply_both(n, x, y):
    between = [sum(matrix_element(i, j) * x[j] for j in range(n)) for i in range(n)]
    for i in range(n):
        y[i] = sum(matrix_element(j, i) * between[j] for j in range(n))


def spectral_norm(_):
    n = 400
    u, v = [1] * n, [0] * n
    for _ in range(10):
        multiply_both(n, u, v)
        multiply_both(n, v, u)
    product = sum(a * b for a, b in zip(u, v))
    return math.floor(math.sqrt(product / sum(b * b for b in v)) * 1000000000 + 0.5)


def string_build(_):
    parts = []
    for i in range(1, 1000001):
        parts.append(str(i))
        parts.append(";")
    return len("".join(parts))


def random_words():
    words = "alpha beta gamma delta river stone cloud light needle paper house wind table apple green north".split()
    return " ".join(words[seed % 16] for seed in random_numbers(200000))


def string_search(words):
    found = 0
    for _ in range(10):
        at = words.find("needle")
        while at >= 0:
            found += 1
            at = words.find("needle", at + 6)
        found += len(words.replace("alpha", "omega!")) + len(words.split(" "))
    return found


class Account:
    def __init__(self, owner):
        self.owner, self.balance, self.count, self.last = owner, 0, 0, 0

    def deposit(self, amount):
        self.balance += amount
        self.count += 1

    def total(self):
        return self.balance + self.count


def objects(_):
    accounts = [Account(f"owner{i}") for i in range(10)]
    result = 0
    for i in range(1, 4000001):
        account = accounts[i % 10]
        account.deposit(i % 7)
        result += account.balance
        account.last = i
    return result + sum(account.total() for account in accounts)


def collections(_):
    seed, numbers = 42, []
    for _ in range(600000):
        seed = (seed * 4093 + 257) % 524287
        numbers.append(seed)
    mapped = list(map(lambda value: value * 2 + 1, numbers))
    kept = list(filter(lambda value: value % 3 == 0, mapped))
    total = functools.reduce(lambda result, value: result + value, kept, 0)
    numbers.sort()
    return total + len(kept) + numbers[300000]


def sieve(_):
    limit, count = 5000000, 0
    composite = [False] * (limit + 1)
    for i in range(2, limit + 1):
        if not composite[i]:
            count += 1
            for multiple in range(i * 2, limit + 1, i):
                composite[multiple] = True
    return count


def json_text(rows):
    result = 0
    for _ in range(10):
        printed = json.dumps(rows, separators=(",", ":"))
        back = json.loads(printed)
        result += len(printed) + len(back) + back[777]["score"]
    return result


def sort_million(numbers):
    numbers.sort()
    return numbers[0] + numbers[500000] + numbers[999999]


def query_million(rows):
    found = [row for row in rows if row["score"] > 900 and row["active"] is True]
    return len(found) + found[0]["id"]


def order_million(rows):
    ordered = sorted(rows, key=lambda row: (-row["score"], row["id"]))
    return ordered[0]["id"] + ordered[1]["id"] * 2 + ordered[999999]["id"]


PROGRAMS = {
    "calls": (calls, None), "floatLoop": (float_loop, None), "nBody": (n_body, None),
    "spectralNorm": (spectral_norm, None), "stringBuild": (string_build, None),
    "stringSearch": (string_search, random_words), "objects": (objects, None), "collections": (collections, None),
    "sieve": (sieve, None), "json": (json_text, lambda: people(20000)),
    "sortMillion": (sort_million, lambda: random_numbers(1000000)),
    "queryMillion": (query_million, lambda: people(1000000)), "orderMillion": (order_million, lambda: people(1000000)),
}
program, make = PROGRAMS[sys.argv[1]]
work = make() if make else None
start = time.perf_counter()
answer = program(work)
print(f"{time.perf_counter() - start:.6f} {answer:.13g}")
