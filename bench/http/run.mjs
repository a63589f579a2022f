// The HTTP rows of the benchmark: entity by key and a page of 100 beside Fastify + better-sqlite3 and the bare HTTP
// library, start-up, and resident memory. Servers take turns; wrk makes the load. Prints one JSON line a row.
// usage: node run.mjs QODLY BARE_BEAST ATLAS ROWS WORK [--only ID] [--runs N] [--list]
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [qodly, bareBeast, atlas, rows, work] = process.argv.slice(2);
const option = (name, fallback) => { const at = process.argv.indexOf(name); return at < 0 ? fallback : process.argv[at + 1]; };
const only = option('--only', '');
const runs = Number(option('--runs', '5'));
const seconds = Number(option('--seconds', '3'));
const connections = 64;
const ports = { qodly: 18080, fastify: 18081, beast: 18082 };
const here = new URL('.', import.meta.url).pathname;

const pause = (milliseconds) => new Promise((resume) => setTimeout(resume, milliseconds));
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

async function answers(url) {
  try { return (await fetch(url)).status < 500; } catch { return false; }
}

const started = [];
async function start(command, args, url) {
  const child = spawn(command, args, { stdio: 'ignore', env: { ...process.env, PEER_MODULES: join(work, 'package.json') } });
  started.push(child);
  const begin = performance.now();
  while (!(await answers(url))) {
    if (child.exitCode !== null || performance.now() - begin > 20000) throw new Error(`${command} did not start`);
    await pause(2);
  }
  return child;
}

function wrk(port, script) {
  const output = execFileSync('wrk', ['-t1', `-c${connections}`, `-d${seconds}s`, '-s', script, `http://127.0.0.1:${port}/`], { encoding: 'utf8' });
  if (/Non-2xx/.test(output)) throw new Error(`refused requests: ${output}`);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(output)[1]);
}

function script(name, path) {
  const file = join(work, `${name}.lua`);
  writeFileSync(file, `math.randomseed(7)\nrequest = function() return wrk.format("GET", ${path}) end\n`);
  return file;
}

const memory = (child) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]) / 1024;

function report(id, what, unit, ours, peer, peerName, aim, higherIsBetter) {
  const ratio = higherIsBetter ? ours / peer : peer / ours;
  console.log(JSON.stringify({ id, what, unit, ours: +ours.toPrecision(6), peer: +peer.toPrecision(6), peer_name: peerName, ratio: +ratio.toPrecision(3), aim }));
}

async function alternate(contenders) {
  const figures = contenders.map(() => []);
  for (let turn = -1; turn < runs; turn++) {
    for (const [index, contender] of contenders.entries()) {
      const figure = wrk(contender.port, contender.script);
      if (turn >= 0) figures[index].push(figure);
    }
  }
  return figures.map(median);
}

async function httpRows(wanted) {
  const database = join(work, 'city.db');
  if (!existsSync(database)) execFileSync('node', [join(here, 'load_peer.mjs'), rows, database], { env: { ...process.env, PEER_MODULES: join(work, 'package.json') } });
  const server = await start(qodly, ['serve', atlas, '--port', String(ports.qodly), '--quiet'], `http://127.0.0.1:${ports.qodly}/rest/City[1]`);
  if (wanted('http.key') || wanted('http.page')) {
    await start('node', [join(here, 'fastify_peer.mjs'), database, String(ports.fastify)], `http://127.0.0.1:${ports.fastify}/city/1`);
    await start(bareBeast, [String(ports.beast)], `http://127.0.0.1:${ports.beast}/`);
  }
  if (wanted('http.key')) {
    const [ours, fastify, beast] = await alternate([
      { port: ports.qodly, script: script('qodly-key', '"/rest/City[" .. math.random(1, 171000) .. "]"') },
      { port: ports.fastify, script: script('fastify-key', '"/city/" .. math.random(1, 171000)') },
      { port: ports.beast, script: script('beast-key', '"/city/" .. math.random(1, 171000)') },
    ]);
    report('http.key', 'entity by key over HTTP', 'req/s', ours, fastify, 'Fastify + better-sqlite3', 1, true);
    report('http.key', 'entity by key over HTTP', 'req/s', ours, beast, 'bare Beast, constant answer', 0.75, true);
  }
  if (wanted('http.page')) {
    const [ours, fastify] = await alternate([
      { port: ports.qodly, script: script('qodly-page', '"/rest/City?$skip=" .. 100 * math.random(0, 100)') },
      { port: ports.fastify, script: script('fastify-page', '"/city?skip=" .. 100 * math.random(0, 100)') },
    ]);
    report('http.page', 'page of 100 entities over HTTP', 'req/s', ours, fastify, 'Fastify + better-sqlite3', 4, true);
  }
  if (wanted('memory.load')) {
    wrk(ports.qodly, script('qodly-key', '"/rest/City[" .. math.random(1, 171000) .. "]"'));
    report('memory.load', 'resident memory after load, Atlas open', 'MB', memory(server), 150, 'bound', 1, false);
  }
}

async function startRows(wanted) {
  const times = [];
  const idle = [];
  for (let turn = 0; turn <= runs; turn++) {
    const begin = performance.now();
    const child = await start(qodly, ['serve', atlas, '--port', String(ports.qodly), '--quiet'], `http://127.0.0.1:${ports.qodly}/rest/Country[1]`);
    const time = performance.now() - begin;
    await pause(300);
    if (turn > 0) { times.push(time); idle.push(memory(child)); }
    child.kill('SIGTERM');
    await new Promise((resume) => child.once('exit', resume));
  }
  if (wanted('start')) report('start', 'start-up to first answer, Atlas loaded', 'ms', median(times), 100, 'bound', 1, false);
  if (wanted('memory.idle')) report('memory.idle', 'resident memory idle, Atlas open', 'MB', median(idle), 60, 'bound', 1, false);
}

const ids = ['start', 'memory.idle', 'http.key', 'http.page', 'memory.load'];
if (process.argv.includes('--list')) {
  console.log(ids.join('\n'));
} else {
  const wanted = (id) => only === '' || only === id;
  try {
    if (wanted('start') || wanted('memory.idle')) await startRows(wanted);
    if (wanted('http.key') || wanted('http.page') || wanted('memory.load')) await httpRows(wanted);
  } finally {
    for (const child of started) child.kill('SIGKILL');
  }
}
