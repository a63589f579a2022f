// The HTTP rows of the benchmark, beside Fastify + better-sqlite3, the bare HTTP library and Directus; start-up and
// resident memory. Servers take turns; wrk makes the load. Prints one JSON line a row.
// usage: node run.mjs QODLY BARE_BEAST ATLAS ROWS WORK [--only ID] [--runs N] [--list]
import { join } from 'node:path';
import { Bench, median, memory, pause, peerDatabase, report } from './load.mjs';
import { directusIds, directusRows } from './directus_rows.mjs';
import { liveIds, liveRows } from './live_rows.mjs';
import { writeIds, writeRows } from './write_rows.mjs';

const [qodly, bareBeast, atlas, rows, work] = process.argv.slice(2);
const option = (name, fallback) => { const at = process.argv.indexOf(name); return at < 0 ? fallback : process.argv[at + 1]; };
const only = option('--only', '');
const bench = new Bench({ work, runs: Number(option('--runs', '5')), seconds: Number(option('--seconds', '3')) });
const ports = { qodly: 18080, fastify: 18081, beast: 18082 };
const origins = Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, `http://127.0.0.1:${port}`]));
const here = new URL('.', import.meta.url).pathname;

const byKey = (prefix, suffix = '') => `"${prefix}" .. math.random(1, 171000) .. "${suffix}"`;

async function httpRows(wanted) {
  const server = await bench.start(qodly, ['serve', atlas, '--port', String(ports.qodly), '--quiet'], `${origins.qodly}/rest/City[1]`);
  await bench.start('node', [join(here, 'fastify_peer.mjs'), peerDatabase(rows, work), String(ports.fastify)], `${origins.fastify}/city/1`);
  await bench.start(bareBeast, [String(ports.beast)], `${origins.beast}/`);
  const both = (id, ours, peer, connections) => bench.alternate([
    { origin: origins.qodly, script: bench.read(`qodly-${id}`, ours), connections },
    { origin: origins.fastify, script: bench.read(`fastify-${id}`, peer), connections },
  ]);
  if (wanted('http.key')) {
    const [ours, fastify, beast] = await bench.alternate([
      { origin: origins.qodly, script: bench.read('qodly-key', byKey('/rest/City[', ']')) },
      { origin: origins.fastify, script: bench.read('fastify-key', byKey('/city/')) },
      { origin: origins.beast, script: bench.read('beast-key', byKey('/city/')) },
    ]);
    report('http.key', 'entity by key over HTTP', 'req/s', ours, fastify, 'Fastify + better-sqlite3', 1, true);
    report('http.key', 'entity by key over HTTP', 'req/s', ours, beast, 'bare Beast, constant answer', 0.75, true);
  }
  if (wanted('http.page')) {
    const [ours, peer] = await both('page', '"/rest/City?$skip=" .. 100 * math.random(0, 100)', '"/city?skip=" .. 100 * math.random(0, 100)');
    report('http.page', 'page of 100 entities over HTTP', 'req/s', ours, peer, 'Fastify + better-sqlite3', 5, true);
  }
  if (wanted('http.filter')) {
    const [ours, peer] = await both('filter', '"/rest/City?$filter=%22countryID=" .. math.random(1, 240) .. "%22"', '"/country/" .. math.random(1, 240) .. "/cities"');
    report('http.filter', 'filtered page of 100 entities over HTTP', 'req/s', ours, peer, 'Fastify + better-sqlite3', 5, true);
  }
  if (wanted('http.connections')) {
    const [ours, peer] = await both('connections', byKey('/rest/City[', ']'), byKey('/city/'), 1000);
    report('http.connections', 'entity by key over 1,000 keep-alive connections', 'req/s', ours, peer, 'Fastify + better-sqlite3', 1, true);
  }
  if (wanted('memory.load')) {
    bench.load(origins.qodly, bench.read('qodly-key', byKey('/rest/City[', ']')));
    report('memory.load', 'resident memory after load, Atlas open', 'MB', memory(server), 150, 'bound', 1, false);
  }
}

async function startRows(wanted) {
  const times = [];
  const idle = [];
  for (let turn = 0; turn <= bench.runs; turn++) {
    const begin = performance.now();
    const child = await bench.start(qodly, ['serve', atlas, '--port', String(ports.qodly), '--quiet'], `${origins.qodly}/rest/Country[1]`);
    const time = performance.now() - begin;
    await pause(300);
    if (turn > 0) { times.push(time); idle.push(memory(child)); }
    await bench.stop(child);
  }
  if (wanted('start')) report('start', 'start-up to first answer, Atlas loaded', 'ms', median(times), 100, 'bound', 1, false);
  if (wanted('memory.idle')) report('memory.idle', 'resident memory idle, Atlas open', 'MB', median(idle), 60, 'bound', 1, false);
}

const startIds = ['start', 'memory.idle'];
const readIds = ['http.key', 'http.page', 'http.filter', 'http.connections', 'memory.load'];
if (process.argv.includes('--list')) {
  console.log([...startIds, ...readIds, ...writeIds, ...liveIds, ...directusIds].join('\n'));
} else {
  const wanted = (id) => only === '' || only === id;
  const group = async (ids, run) => {
    if (!ids.some(wanted)) return;
    try {
      await run(wanted);
    } finally {
      bench.stopAll();
    }
  };
  await group(startIds, startRows);
  await group(readIds, httpRows);
  await group(writeIds, (asked) => writeRows({ bench, qodly, atlas, peerDatabase: () => peerDatabase(rows, work), wanted: asked }));
  await group(liveIds, (asked) => liveRows({ bench, qodly, atlas, wanted: asked }));
  await group(directusIds, (asked) => directusRows({ bench, qodly, atlas, peerDatabase: () => peerDatabase(rows, work), wanted: asked }));
}
