// Rows that change data or the project: on a copy of Atlas with data of its own. Creating, updating, a function, TLS,
// and what roles cost.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { report } from './load.mjs';

export const writeIds = ['http.create', 'http.update', 'http.function', 'http.tls', 'http.roles'];

const ports = { open: 18083, fastify: 18084, closed: 18085, tls: 18086, fastifyTls: 18087 };
const here = new URL('.', import.meta.url).pathname;

const cityClass = `extends DataClass

exposed function distance(first : integer, second : integer) : number
  var here : cs.CityEntity
  var there : cs.CityEntity
  here = this.get(first)
  there = this.get(second)
  return squareRoot((here.latitude - there.latitude) ^ 2 + (here.longitude - there.longitude) ^ 2)
`;

// Everything has a list of its own, so every check is made in full.
function roles() {
  const permissions = ['Country', 'Region', 'District', 'City', 'Border', 'Language', 'Spoken'].map((dataclass) => ({
    type: 'dataclass', applyTo: dataclass, read: ['guest'], create: ['clerk'], update: ['clerk'], drop: ['clerk'], execute: ['clerk'],
  }));
  const attribute = { type: 'attribute', applyTo: 'City.uid', update: ['clerk'] };
  return JSON.stringify({ restrictedByDefault: true, privileges: [{ privilege: 'clerk' }], roles: [], permissions: { allowed: [...permissions, attribute] } });
}

export function copyOfAtlas(bench, atlas, name, roleFile) {
  const root = join(bench.work, name);
  rmSync(root, { recursive: true, force: true });
  mkdirSync(root, { recursive: true });
  cpSync(join(atlas, 'Project'), join(root, 'Project'), { recursive: true });
  cpSync(join(atlas, 'Data'), join(root, 'Data'), { recursive: true });
  const sources = join(root, 'Project/Sources');
  rmSync(join(sources, 'roles.json'), { force: true });
  if (roleFile) writeFileSync(join(sources, 'roles.json'), roleFile);
  writeFileSync(join(sources, 'Classes/City.4qs'), cityClass);
  rmSync(join(sources, 'Classes/City.4dm'), { force: true });
  return root;
}

const origin = (port, scheme = 'http') => `${scheme}://127.0.0.1:${port}`;

// certificate and key for 127.0.0.1, made once.
function certificate(work) {
  const files = { certificate: join(work, 'bench.pem'), key: join(work, 'bench.key') };
  if (!existsSync(files.certificate)) {
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '3650',
      '-subj', '/CN=127.0.0.1', '-keyout', files.key, '-out', files.certificate], { stdio: 'ignore' });
  }
  return files;
}

export async function writeRows({ bench, qodly, atlas, peerDatabase, wanted }) {
  const open = copyOfAtlas(bench, atlas, 'atlas-open');
  const key = 'math.random(1, 171000)';
  const database = join(bench.work, 'city-writes.db');
  for (const part of ['', '-wal', '-shm']) rmSync(database + part, { force: true });  // a log of earlier rows would not fit
  cpSync(peerDatabase(), database);
  const files = certificate(bench.work);
  cpSync(files.certificate, join(open, 'cert.pem'));
  cpSync(files.key, join(open, 'key.pem'));
  await bench.start(qodly, ['serve', open, '--port', String(ports.open), '--https-port', String(ports.tls), '--quiet'], `${origin(ports.open)}/rest/City[1]`);
  await bench.start('node', [join(here, 'fastify_peer.mjs'), database, String(ports.fastify)], `${origin(ports.fastify)}/city/1`);
  const both = (id, ours, peer) => bench.alternate([
    { origin: origin(ports.open), script: bench.write(`qodly-${id}`, ...ours) },
    { origin: origin(ports.fastify), script: bench.write(`fastify-${id}`, ...peer) },
  ]);
  if (wanted('http.create')) {
    const body = '[==[{"name":"Newtown","latitude":1.5,"longitude":2.5,"countryID":1}]==]';
    const [ours, peer] = await both('create', ['"/rest/City?$method=update"', body], ['"/city"', body]);
    report('http.create', 'creating an entity over HTTP, durable', 'req/s', ours, peer, 'Fastify + better-sqlite3', 1, true);
  }
  if (wanted('http.update')) {
    const ours = ['"/rest/City?$method=update"', `string.format('{"__KEY":%d,"latitude":%d}', ${key}, math.random(90))`];
    const peer = [`"/city/" .. ${key}`, `string.format('{"latitude":%d}', math.random(90))`];
    const [own, other] = await both('update', ours, peer);
    report('http.update', 'updating an entity over HTTP, durable', 'req/s', own, other, 'Fastify + better-sqlite3', 1, true);
  }
  if (wanted('http.function')) {
    const body = `string.format('[%d,%d]', ${key}, ${key})`;
    const [ours, peer] = await both('function', ['"/rest/City/distance"', body], ['"/call/distance"', body]);
    report('http.function', 'function that reads two entities, over HTTP', 'req/s', ours, peer, 'Fastify + better-sqlite3', 1, true);
  }
  const reading = bench.read('qodly-key', `"/rest/City[" .. ${key} .. "]"`);
  if (wanted('http.roles')) {
    const closed = copyOfAtlas(bench, atlas, 'atlas-closed', roles());
    await bench.start(qodly, ['serve', closed, '--port', String(ports.closed), '--quiet'], `${origin(ports.closed)}/rest/City[1]`);
    const [withRoles, without] = await bench.alternate([
      { origin: origin(ports.closed), script: reading },
      { origin: origin(ports.open), script: reading },
    ]);
    report('http.roles', 'entity by key with roles in force', 'req/s', withRoles, without, 'the same without roles', 0.95, true);
  }
  if (wanted('http.tls')) await tlsRow({ bench, database, files, key });
}

async function tlsRow({ bench, database, files, key }) {
  await bench.start('node', [join(here, 'fastify_peer.mjs'), database, String(ports.fastifyTls), files.certificate, files.key], `${origin(ports.fastifyTls, 'https')}/city/1`);
  const [ours, peer] = await bench.alternate([
    { origin: origin(ports.tls, 'https'), script: bench.read('qodly-key', `"/rest/City[" .. ${key} .. "]"`) },
    { origin: origin(ports.fastifyTls, 'https'), script: bench.read('fastify-key', `"/city/" .. ${key}`) },
  ]);
  report('http.tls', 'entity by key over TLS 1.3', 'req/s', ours, peer, 'Fastify + better-sqlite3', 1, true);
}
