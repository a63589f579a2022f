// The same entities in Directus, over its own SQLite database: by key and as a page. Directus is installed from npm below
// the work folder; without a registry the rows are left out with a word.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { existsSync, mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { report } from './load.mjs';

export const directusIds = ['http.directus'];

const version = '10.13.4';  // the last one for Node.js 18 and 20
const ports = { qodly: 18088, directus: 18089 };
const token = 'bench-token-of-the-administrator';
const origin = (port) => `http://127.0.0.1:${port}`;

const settings = (folder) => ({
  DB_CLIENT: 'sqlite3', DB_FILENAME: join(folder, 'directus.db'), SECRET: 'bench', HOST: '127.0.0.1', PORT: String(ports.directus),
  ADMIN_EMAIL: 'admin@example.com', ADMIN_PASSWORD: 'bench-password', ADMIN_TOKEN: token, TELEMETRY: 'false', RATE_LIMITER_ENABLED: 'false',
  LOG_LEVEL: 'error', CACHE_ENABLED: 'false',
});

const columns = {
  ID: 'integer', uid: 'string', name: 'string', latitude: 'float', longitude: 'float', countryID: 'integer', regionID: 'integer',
  districtID: 'integer', capital: 'boolean',
};

async function ask(path, body) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const answer = await fetch(origin(ports.directus) + path, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`Directus refused ${path}: ${await answer.text()}`);
}

function install(folder) {
  mkdirSync(folder, { recursive: true });
  if (existsSync(join(folder, 'node_modules/directus'))) return;
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  // Its native modules are compiled against the headers of this Node.js; nothing is fetched for them.
  const npm_config_nodedir = dirname(dirname(realpathSync(process.execPath)));
  try {
    execFileSync('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', '--loglevel=error', `directus@${version}`, 'sqlite3@5.1.7'],
      { stdio: 'inherit', env: { ...process.env, npm_config_nodedir }, timeout: 30 * 60_000 });
  } catch (error) {
    rmSync(join(folder, 'node_modules'), { recursive: true, force: true });  // half of it is of no use
    throw error;
  }
}

function copyRows(work, database, target) {
  const Database = createRequire(join(work, 'package.json'))('better-sqlite3');
  const db = new Database(target);
  db.prepare('ATTACH ? AS peer').run(database);
  const names = Object.keys(columns).join(', ');
  db.exec(`INSERT INTO city(${names}) SELECT ${names} FROM peer.city`);
  db.close();
}

// The table is made by Directus itself, the rows are put into it directly.
async function prepare(bench, folder, database, start) {
  const ready = join(folder, 'ready');
  if (existsSync(ready)) return;
  const cli = join(folder, 'node_modules/directus/cli.js');
  execFileSync('node', [cli, 'bootstrap'], { cwd: folder, env: { ...process.env, ...settings(folder) }, stdio: 'inherit' });
  const server = await start();
  const fields = Object.entries(columns).map(([field, type]) => ({ field, type, schema: field === 'ID' ? { is_primary_key: true } : {}, meta: {} }));
  await ask('/collections', { collection: 'city', schema: {}, meta: {}, fields });
  await bench.stop(server);
  copyRows(bench.work, database, settings(folder).DB_FILENAME);
  writeFileSync(ready, '');
}

// A running Directus with the cities: { origin, signIn(context of a browser) }; nothing where npm does not have it.
export async function directusServer(bench, database) {
  const folder = join(bench.work, 'directus');
  try {
    install(folder);
  } catch {
    console.error('bench: Directus cannot be installed from npm: its rows are left out');
    return undefined;
  }
  Object.assign(process.env, settings(folder));
  const cli = join(folder, 'node_modules/directus/cli.js');
  const start = () => bench.start('node', [cli, 'start'], `${origin(ports.directus)}/server/ping`, 120);
  await prepare(bench, folder, database, start);
  await start();
  const { ADMIN_EMAIL: email, ADMIN_PASSWORD: password } = settings(folder);
  const signIn = async (context) => {
    const answer = await context.request.post(`${origin(ports.directus)}/auth/login`, { data: { email, password, mode: 'session' } });
    if (!answer.ok()) throw new Error(`Directus refused the login: ${await answer.text()}`);
  };
  return { origin: origin(ports.directus), signIn };
}

export async function directusRows({ bench, qodly, atlas, peerDatabase }) {
  const directus = await directusServer(bench, peerDatabase());
  if (!directus) return;
  await bench.start(qodly, ['serve', atlas, '--port', String(ports.qodly), '--quiet'], `${origin(ports.qodly)}/rest/City[1]`);
  const theirs = (name, path) => bench.script(name, `local headers = {["Authorization"] = "Bearer ${token}"}
request = function() return wrk.format("GET", ${path}, headers) end`);
  const measure = async (what, id, ours, peer, aim) => {
    const [own, other] = await bench.alternate([
      { origin: origin(ports.qodly), script: bench.read(`qodly-${id}`, ours) },
      { origin: directus.origin, script: theirs(`directus-${id}`, peer) },
    ]);
    report('http.directus', what, 'req/s', own, other, 'Directus + SQLite', aim, true);
  };
  const key = 'math.random(1, 171000)';
  await measure('entity by key over HTTP', 'key', `"/rest/City[" .. ${key} .. "]"`, `"/items/city/" .. ${key}`, 150);
  const page = '100 * math.random(0, 100)';
  await measure('page of 100 entities over HTTP', 'page', `"/rest/City?$skip=" .. ${page}`, `"/items/city?limit=100&meta=filter_count&offset=" .. ${page}`, 50);
}
