// The language rows of the benchmark: programs in QodlyScript beside the same in Lua 5.4, Python and JavaScript. Each
// measures itself without its start; the languages take turns; their answers must agree. Prints one JSON line a row.
// Then what the language costs in the server: entities read in a loop, a function called over REST.
// usage: node run.mjs QODLY HTTP_CONSTANT WORK [--only ID] [--runs N] [--list]
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const here = new URL('.', import.meta.url).pathname;
const [qodly, httpConstant, work] = process.argv.slice(2);
const option = (name, fallback) => { const at = process.argv.indexOf(name); return at < 0 ? fallback : process.argv[at + 1]; };
const only = option('--only', '');
const runs = Number(option('--runs', '5'));

const programs = {
  calls: 'recursive calls', floatLoop: 'float loops', nBody: 'n-body', spectralNorm: 'spectral norm',
  stringBuild: 'string building', stringSearch: 'string search, replace, split', objects: 'properties and functions of objects',
  collections: 'collection push, map, filter, reduce, sort', sieve: 'sieve', json: 'JSON print and parse (Lua: cjson)',
};
const millions = {
  sortMillion: 'collection of 1 million numbers sorted', queryMillion: 'collection of 1 million objects queried',
  orderMillion: 'collection of 1 million objects ordered by two properties',
};
const idOf = (program) => `language.${program}`;

// Aims: faster than Lua on the geometric mean, none slower than half of it. Python and Node.js are there to compare.
const contenders = [
  { name: 'QodlyScript', command: (program) => [qodly, ['run', join(here, 'project'), 'measure', program, '--data', join(work, 'language-data-none')]] },
  { name: 'Lua 5.4', aim: 0.5, command: (program) => ['lua5.4', [join(here, 'programs.lua'), program]] },
  { name: 'Python 3', aim: 0, command: (program) => ['/usr/bin/python3', [join(here, 'programs.py'), program]] },
  { name: 'Node.js', aim: 0, command: (program) => ['node', [join(here, 'programs.mjs'), program]] },
];

function runOnce(contender, program) {
  const [command, args] = contender.command(program);
  const [seconds, answer] = execFileSync(command, args, { encoding: 'utf8' }).trim().split(' ').map(Number);
  return { seconds, answer };
}

function measure(program) {
  const times = contenders.map(() => []);
  const answers = [];
  for (let turn = -1; turn < runs; turn++) {
    for (const [index, contender] of contenders.entries()) {
      const { seconds, answer } = runOnce(contender, program);
      answers[index] = answer;
      if (turn >= 0) times[index].push(seconds);
    }
  }
  if (answers.some((answer) => answer !== answers[0])) throw new Error(`${program}: the answers differ: ${answers}`);
  return times.map((list) => [...list].sort((a, b) => a - b)[list.length >> 1]);
}

function report(id, what, unit, ours, peer, peerName, aim, ratio = peer / ours) {
  console.log(JSON.stringify({ id, what, unit, ours: +ours.toPrecision(6), peer: +peer.toPrecision(6), peer_name: peerName, ratio: +ratio.toPrecision(3), aim }));
}

// Returns how many times faster than Lua.
function row(program, what) {
  const [ours, ...peers] = measure(program).map((seconds) => seconds * 1000);
  peers.forEach((peer, index) => report(idOf(program), what, 'ms', ours, peer, contenders[index + 1].name, contenders[index + 1].aim));
  return { ours, lua: peers[0] };
}

const people = 1000000;
function entityRow() {
  const data = join(work, 'language-data');
  if (!existsSync(join(data, 'complete'))) {
    rmSync(data, { recursive: true, force: true });
    mkdirSync(data, { recursive: true });
    const rows = join(data, 'people.ndjson');
    const lines = [];
    for (let i = 0, seed = 42; i < people; i++) {
      seed = (seed * 4093 + 257) % 524287;
      lines.push(`{"name":"name${seed}","score":${seed % 1000},"age":${seed % 90}}`);
    }
    writeFileSync(rows, lines.join('\n'));
    execFileSync(qodly, ['import', join(here, 'project'), 'Person', rows, '--data', data, '--quiet']);
    writeFileSync(join(data, 'complete'), '');
  }
  const rates = [];
  for (let turn = -1; turn < runs; turn++) {
    const printed = execFileSync(qodly, ['run', join(here, 'project'), 'measure', 'entities', '--data', data], { encoding: 'utf8' });
    if (turn >= 0) rates.push(people / Number(printed.split(' ')[0]));
  }
  rates.sort((a, b) => a - b);
  const ours = rates[rates.length >> 1];
  report('language.entities', 'entities of a selection, two attributes read', 'entities/s', ours, 3e6, 'bound', 1, ours / 3e6);
}

const ports = { qodly: 18085, constant: 18086 };
async function start(command, args, url, init) {
  const child = spawn(command, args, { stdio: 'ignore' });
  for (const end = Date.now() + 20000; ;) {
    try { if ((await fetch(url, init)).ok) return child; } catch { /* not up yet */ }
    if (Date.now() > end) throw new Error(`${command} did not start`);
    await new Promise((resume) => setTimeout(resume, 20));
  }
}

// Microseconds of processor time that the server spends on one request.
function costOf(child, url, script) {
  const spent = () => {
    const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  };
  const before = spent();
  const printed = execFileSync('wrk', ['-t1', '-c16', '-d3s', '-s', script, url], { encoding: 'utf8' });
  if (/Non-2xx/.test(printed)) throw new Error(`refused requests: ${printed}`);
  return ((spent() - before) * 1e6) / Number(/(\d+) requests in/.exec(printed)[1]);
}

async function callRow() {
  const script = join(work, 'call.lua');
  const constantScript = join(work, 'constant.lua');
  writeFileSync(script, 'wrk.method = "POST"\nwrk.body = "[]"\nwrk.headers["Content-Type"] = "application/json"\nwrk.path = "/rest/$catalog/nothing"\n');
  writeFileSync(constantScript, 'wrk.method = "POST"\nwrk.body = "[]"\nwrk.headers["Content-Type"] = "application/json"\n');
  const origin = `http://127.0.0.1:${ports.qodly}`;
  const data = join(work, 'language-data-empty');
  const children = [];
  try {
    children.push(await start(qodly, ['serve', join(here, 'project'), '--data', data, '--port', String(ports.qodly), '--threads', '1', '--quiet'], `${origin}/rest/$catalog/nothing`, { method: 'POST', body: '[]' }));
    children.push(await start(httpConstant, [String(ports.constant), '1', '20'], `http://127.0.0.1:${ports.constant}/`));
    const costs = [];
    for (let turn = -1; turn < runs; turn++) {
      const call = costOf(children[0], origin, script);
      const constant = costOf(children[1], `http://127.0.0.1:${ports.constant}`, constantScript);
      if (turn >= 0) costs.push(call - constant);
    }
    costs.sort((a, b) => a - b);
    report('language.call', 'REST call of an empty function: processor time above a constant answer', 'us', costs[costs.length >> 1], 15, 'bound', 1);
  } finally {
    for (const child of children) child.kill('SIGKILL');
  }
}

const geometricMean = (values) => Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

if (process.argv.includes('--list')) {
  console.log([...Object.keys(programs), ...Object.keys(millions), 'entities', 'call'].map(idOf).join('\n'));
} else {
  const measured = [];
  for (const [program, what] of Object.entries(programs)) if (only === '' || only === idOf(program)) measured.push(row(program, what));
  if (only === '') {
    const ours = geometricMean(measured.map((each) => each.ours));
    const lua = geometricMean(measured.map((each) => each.lua));
    report('language.mean', 'geometric mean of these ten', 'ms', ours, lua, 'Lua 5.4', 1);
  }
  for (const [program, what] of Object.entries(millions)) if (only === '' || only === idOf(program)) row(program, what);
  if (only === '' || only === 'language.entities') entityRow();
  if (only === '' || only === 'language.call') await callRow();
}
