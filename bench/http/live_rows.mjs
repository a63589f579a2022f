// What open pages and idle connections cost the server, and how fast a change reaches 5,000 pages.
import { fork } from 'node:child_process';
import { memory, report } from './load.mjs';
import { copyOfAtlas } from './write_rows.mjs';

export const liveIds = ['live.change', 'live.memory', 'memory.connections'];

const port = 18090;
const pages = 5000;
const connections = 10_000;
const changes = 20;

function clients() {
  const child = fork(new URL('./live_clients.mjs', import.meta.url), [String(port)]);
  const tell = (message) => new Promise((resolve, reject) => {
    const failed = (code) => reject(new Error(`the clients ended: ${code}`));
    child.once('exit', failed);
    child.once('message', (answer) => {
      child.off('exit', failed);
      if (answer.error) reject(new Error(answer.error)); else resolve(answer);
    });
    child.send(message);
  });
  return { tell, end: () => child.kill('SIGKILL') };
}

const quantile = (values, part) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))];

export async function liveRows({ bench, qodly, atlas, wanted }) {
  const open = copyOfAtlas(bench, atlas, 'atlas-live');
  const start = () => bench.start(qodly, ['serve', open, '--port', String(port), '--quiet'], `http://127.0.0.1:${port}/rest/City[1]`);
  const measure = async (work) => {
    const server = await start();
    const crowd = clients();
    try {
      await work(server, crowd);
    } finally {
      crowd.end();
      await bench.stop(server);
    }
  };
  if (wanted('live.change') || wanted('live.memory')) {
    await measure(async (server, crowd) => {
      await crowd.tell({ open: 64 });  // what the first ones make is not theirs alone
      const before = memory(server);
      await crowd.tell({ open: pages - 64 });
      const each = ((memory(server) - before) * 1024) / (pages - 64);
      await crowd.tell({ change: 2 });
      const { milliseconds } = await crowd.tell({ change: changes });
      if (wanted('live.change')) report('live.change', 'change to the last of 5,000 open pages, 99th percentile', 'ms', quantile(milliseconds, 0.99), 1000, 'bound', 1, false);
      if (wanted('live.memory')) report('live.memory', 'memory of an open page: session, entity set, WebSocket', 'KB', each, 32, 'bound', 1, false);
    });
  }
  if (wanted('memory.connections')) {
    await measure(async (server, crowd) => {
      await crowd.tell({ idle: connections });
      report('memory.connections', 'resident memory with 10,000 idle connections, Atlas open', 'MB', memory(server), 150, 'bound', 1, false);
    });
  }
}
