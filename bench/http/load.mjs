// What the HTTP rows share: servers that are started and stopped, load made by wrk, figures taken in turns.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const pause = (milliseconds) => new Promise((resume) => setTimeout(resume, milliseconds));
export const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
export const memory = (child) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]) / 1024;

// The cities of Atlas in a database of SQLite, for the peers; made once.
export function peerDatabase(rows, work) {
  const database = join(work, 'city-2.db');
  const program = join(new URL('.', import.meta.url).pathname, 'load_peer.mjs');
  if (!existsSync(database)) execFileSync('node', [program, rows, database], { env: { ...process.env, PEER_MODULES: join(work, 'package.json') } });
  return database;
}

// Answers of servers with a certificate made for the benchmark count too.
async function answers(url) {
  if (url.startsWith('https:')) {
    try { execFileSync('curl', ['-skf', '-o', '/dev/null', url]); return true; } catch { return false; }
  }
  try { return (await fetch(url)).status < 500; } catch { return false; }
}

export class Bench {
  constructor({ work, runs, seconds }) {
    Object.assign(this, { work, runs, seconds, started: [] });
  }

  async start(command, args, url, seconds = 20) {
    const child = spawn(command, args, { stdio: 'ignore', env: { ...process.env, PEER_MODULES: join(this.work, 'package.json') } });
    this.started.push(child);
    const begin = performance.now();
    while (!(await answers(url))) {
      if (child.exitCode !== null || performance.now() - begin > seconds * 1000) throw new Error(`${command} did not start`);
      await pause(2);
    }
    return child;
  }

  async stop(child) {
    if (child.exitCode !== null) return;
    const ended = new Promise((resume) => child.once('exit', resume));
    child.kill('SIGTERM');
    await ended;
  }

  stopAll() {
    for (const child of this.started) child.kill('SIGKILL');
  }

  // A script for wrk; `path` is a Lua expression.
  read(name, path) {
    return this.script(name, `request = function() return wrk.format("GET", ${path}) end`);
  }

  // `body`: a Lua expression, too.
  write(name, path, body) {
    return this.script(name, `local headers = {["Content-Type"] = "application/json"}
request = function() return wrk.format("POST", ${path}, headers, ${body}) end`);
  }

  script(name, text) {
    const file = join(this.work, `${name}.lua`);
    writeFileSync(file, `math.randomseed(7)\n${text}\n`);
    return file;
  }

  // Requests a second.
  load(origin, script, connections = 64) {
    const output = execFileSync('wrk', ['-t1', `-c${connections}`, `-d${this.seconds}s`, '-s', script, `${origin}/`], { encoding: 'utf8' });
    if (/Non-2xx/.test(output)) throw new Error(`refused requests: ${output}`);
    return Number(/Requests\/sec:\s+([\d.]+)/.exec(output)[1]);
  }

  // Medians of contenders { origin, script, connections? }, measured in turns; the first turn warms up.
  async alternate(contenders) {
    const figures = contenders.map(() => []);
    for (let turn = -1; turn < this.runs; turn++) {
      for (const [index, contender] of contenders.entries()) {
        const figure = this.load(contender.origin, contender.script, contender.connections);
        if (turn >= 0) figures[index].push(figure);
      }
    }
    return figures.map(median);
  }
}

export function report(id, what, unit, ours, peer, peerName, aim, higherIsBetter) {
  const ratio = higherIsBetter ? ours / peer : peer / ours;
  console.log(JSON.stringify({ id, what, unit, ours: +ours.toPrecision(6), peer: +peer.toPrecision(6), peer_name: peerName, ratio: +ratio.toPrecision(3), aim }));
}
