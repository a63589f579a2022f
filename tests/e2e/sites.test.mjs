// Virtual sites: host names with folders, home pages and certificates of their own.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import { join } from 'node:path';
import test from 'node:test';
import tls from 'node:tls';
import { qodly, serve, temporaryFolder, until } from './support.mjs';

async function project(t, settings) {
  const folder = join(temporaryFolder(t), 'shop');
  assert.equal((await qodly('new', folder, '--open')).code, 0);
  mkdirSync(join(folder, 'Data/instance'), { recursive: true });
  for (const name of ['WebFolder', 'Sites/Bakery']) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'WebFolder/index.html'), 'the usual house');
  writeFileSync(join(folder, 'WebFolder/only-usual.txt'), 'usual');
  writeFileSync(join(folder, 'Sites/Bakery/start.html'), 'the bakery');
  writeFileSync(join(folder, 'Sites/Bakery/only-bakery.txt'), 'bread');
  const set = (http) => writeFileSync(join(folder, 'Data/instance/env.json'), JSON.stringify({ http }));
  if (settings) set(settings);
  return { folder, set };
}

const asked = (server, host, path = '/', headers = {}) => new Promise((resolve, reject) => {
  const { port } = new URL(server.origin);
  http.get({ host: '127.0.0.1', port, path, headers: { host, ...headers } }, (response) => {
    let body = '';
    response.on('data', (chunk) => { body += chunk; });
    response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }));
  }).on('error', reject);
});

const bakery = { rootFolder: 'Sites/Bakery', defaultHomepage: 'start.html' };

test('each host has its folder; others are refused', async (t) => {
  const { folder, set } = await project(t, { sites: [
    { host: 'bakery.example', ...bakery },
    { host: '*.example', env: 'Development' },
    { host: 'cakes.bakery.example', redirectTo: 'bakery.example' },
    { host: '*.bakery.example', ...bakery },
    { host: 'test.example', env: 'Staging' },
  ] });
  const server = await serve(t, folder);
  const { port } = new URL(server.origin);
  for (const [host, path, status, body] of [
    ['bakery.example', '/', 200, 'the bakery'],
    [`BAKERY.example:${port}`, '/', 200, 'the bakery'],
    ['bakery.example', '/only-bakery.txt', 200, 'bread'],
    ['bakery.example', '/only-usual.txt', 404],
    ['shop.bakery.example', '/', 200, 'the bakery'],  // the longest pattern
    ['a.shop.bakery.example', '/only-bakery.txt', 200, 'bread'],
    ['www.example', '/', 200, 'the usual house'],
    ['www.example', '/only-bakery.txt', 404],
    ['bakery.example', '/rest/$catalog', 200],
    ['example', '/', 421],
    ['elsewhere.test', '/', 421],
    ['elsewhere.test', '/$lib/renderer/', 421],
    ['elsewhere.test', '/rest/$catalog', 404, /Appid or env not found in Table\./],
    ['test.example', '/', 421],  // of an environment that this server does not serve
    ['test.example', '/rest/$catalog', 404, /Appid or env not found in Table\./],
    ['10.20.30.40', '/', 421],
    ['elsewhere.test', '/healthz', 200, 'ok'],
    ['127.0.0.1', '/', 200, 'the usual house'],
    [`localhost:${port}`, '/', 200, 'the usual house'],
    [`[::1]:${port}`, '/', 200, 'the usual house'],
  ]) {
    const answer = await asked(server, host, path);
    assert.equal(answer.status, status, `${host} ${path}`);
    if (body instanceof RegExp) assert.match(answer.body, body, `${host} ${path}`);
    else if (body) assert.equal(answer.body, body, `${host} ${path}`);
  }
  const sent = await asked(server, `cakes.bakery.example:${port}`, '/a?b=1');
  assert.equal(sent.status, 308);
  assert.equal(sent.headers.location, `http://bakery.example:${port}/a?b=1`);
  assert.equal((await asked(server, '127.0.0.1', '/', { 'api-key': 'x' })).status, 200);

  set({ sites: [{ host: 'bakery.example' }, { host: '*' }] });
  assert.ok(await until(async () => (await asked(server, 'elsewhere.test')).status === 200), 'a site for all the rest');
  assert.equal((await asked(server, 'bakery.example')).body, 'the usual house');
  set({ sites: [{ host: 'bakery.example' }] });
  assert.ok(await until(async () => (await asked(server, 'www.example')).status === 421), 'a site that was removed');
  set({});
  assert.ok(await until(async () => (await asked(server, 'elsewhere.test')).status === 200), 'no sites: every name');
});

test('what is wrong in a list of sites is said', async (t) => {
  const wrong = [
    [{ host: 'bakery.example' }, { host: 'BAKERY.example' }],
    [{ host: 'not a name' }],
    [{}],
    [{ host: 'a.example', certificate: 'a.pem' }],
    [{ host: 'a.example', redirectTo: 'a.example' }],
    [{ host: 'a.example', redirectTo: 'http://b.example/' }],
    [{ host: 'a.example', folder: 'x' }],
    [{ host: 'a.example', defaultHomepage: '../x' }],
    'a.example',
  ];
  for (const sites of wrong) {
    const { folder } = await project(t, { sites });
    const result = await qodly('serve', folder);
    assert.equal(result.code, 1, JSON.stringify(sites));
    assert.match(result.err, /http\.sites must be a list of objects/);
  }
  for (const rootFolder of ['Data', '../elsewhere', 'Project/Sources']) {
    const { folder } = await project(t, { sites: [{ host: 'a.example', rootFolder }] });
    const result = await qodly('serve', folder);
    assert.equal(result.code, 1, rootFolder);
    assert.match(result.err, /rootFolder of a\.example must be a folder for files inside the project/);
  }
});

test('virtual sites of the project close nothing', async (t) => {
  const { folder } = await project(t);
  writeFileSync(join(folder, 'Project/Sources/settings.4DSettings'), `<?xml version="1.0" encoding="UTF-8"?>
<preferences stamp="1"><com.4d><web><standalone_server><configuration><hosts>
<host id="0" name="default" html_root="./WebFolder/" home_page="index.html"/>
<host id="1" name="bakery.example" html_root="./Sites/Bakery/" home_page="start.html"/>
</hosts></configuration></standalone_server></web></com.4d></preferences>`);
  const server = await serve(t, folder);
  assert.equal((await asked(server, 'bakery.example')).body, 'the bakery');
  assert.equal((await asked(server, 'elsewhere.test')).body, 'the usual house');
});

test('each host has its certificate', async (t) => {
  const { folder, set } = await project(t);
  const make = (name, ...names) => execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256',
    '-nodes', '-days', '2', '-subj', `/CN=${name}`, '-addext', `subjectAltName=${names.map((each) => `DNS:${each}`).join(',')}`,
    '-keyout', join(folder, `${name}-key.pem`), '-out', join(folder, `${name}.pem`)], { stdio: 'ignore' });
  make('everything', 'bakery.example', '*.bakery.example', 'localhost');
  for (const [from, to] of [['everything.pem', 'cert.pem'], ['everything-key.pem', 'key.pem']]) {
    writeFileSync(join(folder, to), readFileSync(join(folder, from)));
  }
  make('bakery', 'bakery.example');
  make('wild', '*.shops.example');
  const own = { host: 'bakery.example', certificate: 'bakery.pem', key: 'bakery-key.pem' };
  const wild = { host: '*.shops.example', certificate: 'wild.pem', key: 'wild-key.pem' };
  set({ sites: [own, wild, { host: '*' }] });
  const server = await serve(t, folder, '--https-port', '0');
  const port = Number(/https:\/\/127\.0\.0\.1:(\d+)/.exec(server.printed())[1]);
  const subject = (servername) => new Promise((resolve, reject) => {
    const socket = tls.connect({ host: '127.0.0.1', port, servername, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().subject.CN);
      socket.end();
    });
    socket.on('error', reject);
  });
  assert.equal(await subject('bakery.example'), 'bakery', 'before the first one, which covers the name, too');
  assert.equal(await subject('a.shops.example'), 'wild');
  assert.equal(await subject('a.bakery.example'), 'everything');
  assert.equal(await subject('unknown.test'), 'everything');
  assert.equal(await subject(''), 'everything');

  await t.test('HTTP/2 tells the sites apart', async () => {
    const client = http2.connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false });
    const status = (authority) => new Promise((resolve, reject) => {
      const stream = client.request({ ':authority': authority, ':path': '/' });
      stream.on('response', (headers) => resolve(headers[':status']));
      stream.on('error', reject);
      stream.resume();
    });
    assert.equal(await status('elsewhere.test'), 200);
    set({ sites: [own, wild] });
    assert.ok(await until(async () => (await status('elsewhere.test')) === 421));
    assert.equal(await status('bakery.example'), 200);
    client.close();
  });

  set({ sites: [{ ...own, host: 'other.example' }, { host: '*' }] });
  assert.ok(await until(() => /E_CERT_NAME: The certificate does not cover other\.example/.test(server.errors())), server.errors());
  assert.equal(await subject('bakery.example'), 'bakery', 'what was in force stays so');
});
