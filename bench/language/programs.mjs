// The programs of bench/language/project in JavaScript, as a JavaScript programmer writes them. usage: node programs.mjs NAME
function randomNumbers(count) {
  const numbers = [];
  for (let i = 0, seed = 42; i < count; i++) numbers.push((seed = (seed * 4093 + 257) % 524287));
  return numbers;
}
const people = (count) =>
  randomNumbers(count).map((seed, id) => ({ id, name: `name${seed}`, score: seed % 1000, active: seed % 2 === 0 }));

const fibonacci = (n) => (n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2));

function floatLoop() {
  let inside = 0;
  for (let row = 0; row < 600; row++) {
    const cy = row / 300 - 1;
    for (let column = 0; column < 600; column++) {
      const cx = column / 300 - 1.5;
      let x = 0, y = 0, steps = 0;
      while (steps < 60 && x * x + y * y <= 4) {
        const next = x * x - y * y + cx;
        y = 2 * x * y + cy;
        x = next;
        steps++;
      }
      if (steps === 60) inside++;
    }
  }
  return inside;
}

const year = 365.24, solarMass = 39.47841760435743;
function solarSystem() {
  const bodies = [
    { x: 0, y: 0, z: 0, vx: 0, vy: 0, vz: 0, mass: solarMass },
    { x: 4.84143144246472090, y: -1.16032004402742839, z: -0.103622044471123109, vx: 0.00166007664274403694 * year, vy: 0.00769901118419740425 * year, vz: -0.0000690460016972063023 * year, mass: 0.000954791938424326609 * solarMass },
    { x: 8.34336671824457987, y: 4.12479856412430479, z: -0.403523417114321381, vx: -0.00276742510726411133 * year, vy: 0.00499852801234917238 * year, vz: 0.0000230417297573763929 * year, mass: 0.000285885980666130812 * solarMass },
    { x: 12.8943695621391310, y: -15.1111514016986312, z: -0.223307578892655734, vx: 0.00296460137564761618 * year, vy: 0.00237847173959480950 * year, vz: -0.0000296589568540237556 * year, mass: 0.0000436624404335156298 * solarMass },
    { x: 15.3796971148509165, y: -25.9193146099879641, z: 0.179258772950371181, vx: 0.00268067772490389322 * year, vy: 0.00162824170038242295 * year, vz: -0.0000951592254519715870 * year, mass: 0.0000515138902046611451 * solarMass },
  ];
  let px = 0, py = 0, pz = 0;
  for (const body of bodies) {
    px += body.vx * body.mass;
    py += body.vy * body.mass;
    pz += body.vz * body.mass;
  }
  Object.assign(bodies[0], { vx: -px / solarMass, vy: -py / solarMass, vz: -pz / solarMass });
  return bodies;
}
function advance(bodies, dt) {
  for (let i = 0; i < bodies.length; i++) {
    const a = bodies[i];
    for (let j = i + 1; j < bodies.length; j++) {
      const b = bodies[j];
      const dx = a.x - b.x, dy = a.y - b.y, dz = a.z - b.z;
      const square = dx * dx + dy * dy + dz * dz;
      const magnitude = dt / (square * Math.sqrt(square));
      a.vx -= dx * b.mass * magnitude;
      a.vy -= dy * b.mass * magnitude;
      a.vz -= dz * b.mass * magnitude;
      b.vx += dx * a.mass * magnitude;
      b.vy += dy * a.mass * magnitude;
      b.vz += dz * a.mass * magnitude;
    }
  }
  for (const a of bodies) {
    a.x += dt * a.vx;
    a.y += dt * a.vy;
    a.z += dt * a.vz;
  }
}
function energy(bodies) {
  let total = 0;
  bodies.forEach((a, i) => {
    total += 0.5 * a.mass * (a.vx * a.vx + a.vy * a.vy + a.vz * a.vz);
    for (const b of bodies.slice(i + 1)) total -= (a.mass * b.mass) / Math.hypot(a.x - b.x, a.y - b.y, a.z - b.z);
  });
  return total;
}
function nBody() {
  const bodies = solarSystem();
  for (let step = 0; step < 120000; step++) advance(bodies, 0.01);
  return Math.floor(energy(bodies) * 1000000000 + 0.5);
}

const matrixElement = (i, j) => 1 / (((i + j) * (i + j + 1)) / 2 + i + 1);
function multiplyBoth(n, x, y) {
  const between = [];
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += matrixElement(i, j) * x[j];
    between[i] = sum;
  }
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += matrixElement(j, i) * between[j];
    y[i] = sum;
  }
}
function spectralNorm() {
  const n = 400, u = Array(n).fill(1), v = Array(n).fill(0);
  for (let i = 0; i < 10; i++) {
    multiplyBoth(n, u, v);
    multiplyBoth(n, v, u);
  }
  let product = 0, square = 0;
  for (let i = 0; i < n; i++) {
    product += u[i] * v[i];
    square += v[i] * v[i];
  }
  return Math.floor(Math.sqrt(product / square) * 1000000000 + 0.5);
}

function stringBuild() {
  let built = '';
  for (let i = 1; i <= 1000000; i++) built += i + ';';
  return built.length;
}

function randomWords() {
  const words = 'alpha beta gamma delta river stone cloud light needle paper house wind table apple green north'.split(' ');
  return randomNumbers(200000).map((seed) => words[seed % 16]).join(' ');
}
function stringSearch(words) {
  let found = 0;
  for (let pass = 0; pass < 10; pass++) {
    for (let at = words.indexOf('needle'); at >= 0; at = words.indexOf('needle', at + 6)) found++;
    found += words.replaceAll('alpha', 'omega!').length + words.split(' ').length;
  }
  return found;
}

class Account {
  balance = 0;
  count = 0;
  last = 0;
  constructor(owner) { this.owner = owner; }
  deposit(amount) {
    this.balance += amount;
    this.count += 1;
  }
  total() { return this.balance + this.count; }
}
function objects() {
  const accounts = Array.from({ length: 10 }, (_, i) => new Account(`owner${i}`));
  let sum = 0;
  for (let i = 1; i <= 4000000; i++) {
    const account = accounts[i % 10];
    account.deposit(i % 7);
    sum += account.balance;
    account.last = i;
  }
  return accounts.reduce((total, account) => total + account.total(), sum);
}

function collections() {
  const numbers = [];
  for (let i = 0, seed = 42; i < 600000; i++) numbers.push((seed = (seed * 4093 + 257) % 524287));
  const kept = numbers.map((value) => value * 2 + 1).filter((value) => value % 3 === 0);
  const sum = kept.reduce((total, value) => total + value, 0);
  numbers.sort((a, b) => a - b);
  return sum + kept.length + numbers[300000];
}

function sieve() {
  const limit = 5000000, composite = Array(limit + 1).fill(false);
  let count = 0;
  for (let i = 2; i <= limit; i++) {
    if (composite[i]) continue;
    count++;
    for (let multiple = i * 2; multiple <= limit; multiple += i) composite[multiple] = true;
  }
  return count;
}

function json(rows) {
  let result = 0;
  for (let pass = 0; pass < 10; pass++) {
    const printed = JSON.stringify(rows);
    const back = JSON.parse(printed);
    result += printed.length + back.length + back[777].score;
  }
  return result;
}

function sortMillion(numbers) {
  numbers.sort((a, b) => a - b);
  return numbers[0] + numbers[500000] + numbers[999999];
}
function queryMillion(rows) {
  const found = rows.filter((row) => row.score > 900 && row.active === true);
  return found.length + found[0].id;
}
function orderMillion(rows) {
  const ordered = [...rows].sort((a, b) => b.score - a.score || a.id - b.id);
  return ordered[0].id + ordered[1].id * 2 + ordered[999999].id;
}

const programs = {
  calls: [() => fibonacci(34)], floatLoop: [floatLoop], nBody: [nBody], spectralNorm: [spectralNorm],
  stringBuild: [stringBuild], stringSearch: [stringSearch, randomWords], objects: [objects], collections: [collections],
  sieve: [sieve], json: [json, () => people(20000)], sortMillion: [sortMillion, () => randomNumbers(1000000)],
  queryMillion: [queryMillion, () => people(1000000)], orderMillion: [orderMillion, () => people(1000000)],
};
const [program, make] = programs[process.argv[2]];
const work = make?.();
const start = performance.now();
const result = program(work);
console.log(((performance.now() - start) / 1000).toFixed(6), result);
