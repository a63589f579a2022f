// The language rows of the benchmark: programs in QodlyScript beside the same in Lua 5.4, Python and JavaScript. Each
// measures itself without its start; the languages take turns; their answers must agree. Prints one JSON line a row.
// usage: node run.mjs QODLY [--only ID] [--runs N] [--list]
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const here = new URL('.', import.meta.url).pathname;
const qodly = process.argv[2];
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
  { name: 'QodlyScript', command: (program) => [qodly, ['run', join(here, 'project'), 'measure', program]] },
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

const geometricMean = (values) => Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

if (process.argv.includes('--list')) {
  console.log([...Object.keys(programs), ...Object.keys(millions)].map(idOf).join('\n'));
} else {
  const measured = [];
  for (const [program, what] of Object.entries(programs)) if (only === '' || only === idOf(program)) measured.push(row(program, what));
  if (only === '') {
    const ours = geometricMean(measured.map((each) => each.ours));
    const lua = geometricMean(measured.map((each) => each.lua));
    report('language.mean', 'geometric mean of these ten', 'ms', ours, lua, 'Lua 5.4', 1);
  }
  for (const [program, what] of Object.entries(millions)) if (only === '' || only === idOf(program)) row(program, what);
}
