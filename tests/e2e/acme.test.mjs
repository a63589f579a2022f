// Certificates that the server asks for by itself, against the test authority of the people who wrote the protocol.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import net from 'node:net';
import { join } from 'node:path';
import test from 'node:test';
import tls from 'node:tls';
import { qodly, serve, temporaryFolder, until } from './support.mjs';

const installed = () => ['/usr/bin/pebble', '/usr/bin/pebble-challtestsrv'].every((file) => existsSync(file));
const skip = installed() ? false : 'pebble is not installed (./dev setup installs it)';

const freePorts = async (count) => {
  const sockets = await Promise.all([...Array(count)].map(() => new Promise((resolve) => {
    const socket = net.createServer().listen(0, '127.0.0.1', () => resolve(socket));
  })));
  const ports = sockets.map((socket) => socket.address().port);
  await Promise.all(sockets.map((socket) => new Promise((resolve) => { socket.close(resolve); })));
  return ports;
};

const run = (t, file, args, options) => {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  const exited = new Promise((resolve) => { child.once('exit', resolve); });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => { printed += chunk; });
  const stop = () => { child.kill('SIGTERM'); return exited; };
  t.after(stop);
  return { printed: () => printed, stop };
};

const read = (url, ca) => new Promise((resolve, reject) => {
  https.get(url, { ca, rejectUnauthorized: ca !== undefined }, (response) => {
    let body = '';
    response.on('data', (chunk) => { body += chunk; });
    response.on('end', () => resolve(body));
  }).on('error', reject);
});

// An authority whose every name is this machine, and which asks for proofs at `httpPort`.
async function authority(t, httpPort, settings = {}) {
  const folder = temporaryFolder(t);
  const [port, management, dns, dnsManagement] = await freePorts(4);
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2',
    '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1',
    '-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')], { stdio: 'ignore' });
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ pebble: {
    listenAddress: `127.0.0.1:${port}`, managementListenAddress: `127.0.0.1:${management}`, certificate: 'cert.pem', privateKey: 'key.pem',
    httpPort, tlsPort: 1, ocspResponderURL: '', externalAccountBindingRequired: false, ...settings,
  } }));
  run(t, 'pebble-challtestsrv', ['-dns01', `127.0.0.1:${dns}`, '-http01', '', '-https01', '', '-tlsalpn01', '',
    '-management', `127.0.0.1:${dnsManagement}`, '-defaultIPv4', '127.0.0.1', '-defaultIPv6', '']);
  const server = run(t, 'pebble', ['-config', 'config.json', '-dnsserver', `127.0.0.1:${dns}`],
    { cwd: folder, env: { ...process.env, PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: '10' } });
  const directoryUrl = `https://localhost:${port}/dir`;
  assert.ok(await until(() => read(directoryUrl).then(() => true, () => false)), server.printed());
  return { directoryUrl, caFile: join(folder, 'cert.pem'), root: () => read(`https://localhost:${management}/roots/0`), log: server.printed };
}

async function project(t) {
  const folder = join(temporaryFolder(t), 'shop');
  assert.equal((await qodly('new', folder, '--open')).code, 0);
  mkdirSync(join(folder, 'Data/instance'), { recursive: true });
  const set = (http) => writeFileSync(join(folder, 'Data/instance/env.json'), JSON.stringify({ http }));
  return { folder, set, acme: join(folder, 'Data/instance/acme') };
}

const subjectOf = (port, servername) => new Promise((resolve, reject) => {
  const socket = tls.connect({ host: '127.0.0.1', port, servername, rejectUnauthorized: false }, () => {
    resolve(socket.getPeerCertificate());
    socket.end();
  });
  socket.on('error', reject);
});
const securePort = (server) => Number(/https:\/\/127\.0\.0\.1:(\d+)/.exec(server.printed())[1]);

test('certificates are asked for, used at once, kept and renewed', { skip }, async (t) => {
  const { folder, set, acme } = await project(t);
  const [port] = await freePorts(1);
  const { directoryUrl, caFile, root, log } = await authority(t, port);
  const asking = { enabled: true, termsOfServiceAgreed: true, directoryUrl, caFile, email: 'ops@bakery.example' };
  const sites = [{ host: 'bakery.example' }, { host: 'shop.bakery.example' }, { host: '*.bakery.example' }, { host: '*' }];
  set({ sites, acme: asking });
  let server = await serve(t, folder, '--port', String(port), '--https-port', '0');
  assert.ok(await until(async () => (await subjectOf(securePort(server), 'shop.bakery.example')).issuer.CN?.startsWith('Pebble')), server.errors());
  await server.says(/A certificate for bakery\.example has come from/);
  for (const host of ['bakery.example', 'shop.bakery.example']) {
    const answer = await new Promise((resolve, reject) => {
      root().then((ca) => https.get({ host: '127.0.0.1', port: securePort(server), servername: host, ca, path: '/healthz', headers: { host } },
        (response) => { response.resume(); resolve(response.statusCode); }).on('error', reject), reject);
    });
    assert.equal(answer, 200, `${host}: a client that trusts the authority alone`);
  }
  assert.notEqual((await subjectOf(securePort(server), 'other.bakery.example')).issuer.CN?.startsWith('Pebble'), true, 'no proof stands for every name');
  const figures = await (await server.get('/metrics')).text();
  assert.match(figures, /^qodly_certificate_expiry_timestamp_seconds\{host="bakery\.example"\} [1-9]\d{9}$/m);
  assert.match(figures, /^qodly_certificate_failures\{host="bakery\.example"\} 0$/m);

  await t.test('files that only their owner reads', () => {
    assert.equal(statSync(acme).mode & 0o777, 0o700);
    const names = readdirSync(acme).sort();
    assert.deepEqual(names.map((name) => name.replace(/[0-9a-f]{16}/, 'HASH')), ['account-HASH.json', 'bakery.example.pem', 'shop.bakery.example.pem', 'state.json']);
    for (const name of names) assert.equal(statSync(join(acme, name)).mode & 0o777, 0o600, name);
  });

  await t.test('the activity log and the command tell', async () => {
    assert.match(readFileSync(join(folder, 'Data/instance/activity.jsonl'), 'utf8'), /"Renew Certificate".*"host":"bakery\.example".*"ok":true/);
    const listed = JSON.parse((await qodly('certificate', 'list', folder, '--json')).out);
    const one = listed.find((each) => each.host === 'bakery.example');
    assert.equal(one.source, 'acme');
    assert.equal(one.state, 'valid');
    assert.deepEqual(one.names, ['bakery.example']);
    assert.equal(one.failures, 0);
  });

  await t.test('a restart asks nobody', async () => {
    const before = log().split('newOrder').length + log().split('order-plz').length;
    await server.stop();
    server = await serve(t, folder, '--port', String(port), '--https-port', '0');
    assert.ok((await subjectOf(securePort(server), 'bakery.example')).issuer.CN.startsWith('Pebble'));
    assert.equal(log().split('newOrder').length + log().split('order-plz').length, before);
  });

  await t.test('one that ends soon is renewed, with the account of before', async () => {
    await server.stop();
    const account = readFileSync(join(acme, readdirSync(acme).find((name) => name.startsWith('account-'))), 'utf8');
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1', '-subj', '/CN=old',
      '-addext', 'subjectAltName=DNS:bakery.example', '-keyout', join(folder, 'old-key.pem'), '-out', join(folder, 'old.pem')], { stdio: 'ignore' });
    const pem = readFileSync(join(folder, 'old.pem'), 'utf8') + readFileSync(join(folder, 'old-key.pem'), 'utf8');
    // A life of a day that began long ago cannot be made here: one that has ended is the same to the server.
    execFileSync('openssl', ['x509', '-in', join(folder, 'old.pem'), '-days', '-1', '-signkey', join(folder, 'old-key.pem'),
      '-out', join(folder, 'ended.pem')], { stdio: 'ignore' });
    writeFileSync(join(acme, 'bakery.example.pem'), readFileSync(join(folder, 'ended.pem'), 'utf8') + pem.slice(pem.indexOf('-----BEGIN PRIVATE')));
    server = await serve(t, folder, '--port', String(port), '--https-port', '0');
    assert.ok(await until(async () => (await subjectOf(securePort(server), 'bakery.example')).issuer.CN?.startsWith('Pebble')), server.errors());
    assert.equal(readFileSync(join(acme, readdirSync(acme).find((name) => name.startsWith('account-'))), 'utf8'), account);
  });
  await server.stop();
});

test('what goes wrong is said, and tried again later', { skip }, async (t) => {
  const { folder, set, acme } = await project(t);
  const [port, nobody] = await freePorts(2);
  const { directoryUrl, caFile } = await authority(t, nobody);  // asks for proofs where nobody listens
  const asking = { enabled: true, directoryUrl, caFile, domains: ['bakery.example'] };
  set({ acme: asking });
  const server = await serve(t, folder, '--port', String(port), '--https-port', '0');
  assert.ok(await until(() => /The authority's terms \(.*\) are not agreed to: read them and set http\.acme\.termsOfServiceAgreed to true/.test(server.errors())), server.errors());
  set({ acme: { ...asking, termsOfServiceAgreed: true } });
  assert.ok(await until(() => /No certificate for bakery\.example: .*could not verify bakery\.example over HTTP: .*The next attempt is in \d+ minutes/.test(server.errors())), server.errors());
  const state = () => existsSync(join(acme, 'state.json')) ? JSON.parse(readFileSync(join(acme, 'state.json'), 'utf8')).hosts['bakery.example'] : {};
  assert.ok(await until(() => state().failures === 2));
  const wait = Date.parse(state().nextAttempt) - Date.parse(state().lastAttempt);
  assert.ok(wait >= 600_000 && wait <= 660_000, `${wait}`);
  assert.match(state().lastError, /could not verify/);
  assert.ok(await until(async () => /^qodly_certificate_failures\{host="bakery\.example"\} 2$/m.test(await (await server.get('/metrics')).text())));
  const [listed] = JSON.parse((await qodly('certificate', 'list', folder, '--json')).out).filter((each) => each.source === 'acme');
  assert.equal(listed.state, 'missing');
  assert.match(listed.lastError, /could not verify/);
  assert.equal((await server.get('/.well-known/acme-challenge/nothing')).status, 404);
  set({ acme: { ...asking, termsOfServiceAgreed: true, caFile: '' } });
  assert.ok(await until(() => state().failures === 3), 'changed settings are tried at once');
  assert.match(state().lastError, /certificate|SSL/i, 'the authority itself must be trusted');
  await server.stop();
});

test('an account that a person has at the authority', { skip }, async (t) => {
  const { folder, set } = await project(t);
  const [port] = await freePorts(1);
  const hmacKey = 'zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W';
  const { directoryUrl, caFile } = await authority(t, port, { externalAccountBindingRequired: true, externalAccountMACKeys: { 'kid-1': hmacKey } });
  const asking = { enabled: true, termsOfServiceAgreed: true, directoryUrl, caFile, domains: ['bakery.example'] };
  set({ acme: asking });
  const server = await serve(t, folder, '--port', String(port), '--https-port', '0');
  assert.ok(await until(() => /No certificate for bakery\.example: .*externalAccountRequired/.test(server.errors())), server.errors());
  const stored = spawn(process.env.QODLY, ['secret', 'set', folder, 'eab'], { stdio: ['pipe', 'ignore', 'inherit'] });
  stored.stdin.end(`${hmacKey}\n`);
  assert.equal(await new Promise((resolve) => { stored.once('exit', resolve); }), 0);
  set({ acme: { ...asking, externalAccount: { keyId: 'kid-1', hmacKey: { secret: 'eab' } } } });
  assert.ok(await until(async () => (await subjectOf(securePort(server), 'bakery.example')).issuer.CN?.startsWith('Pebble')), server.errors());
  await server.stop();
});

test('settings that cannot work stop the start', async (t) => {
  for (const [http, said] of [
    [{ acme: { enabled: true } }, /http\.acme\.domains must name the hosts/],
    [{ acme: { enabled: true, domains: ['*.bakery.example'] } }, /http\.acme must be an object/],
    [{ acme: { enabled: true, domains: ['a.example'], directoryUrl: 'http://ca.example/dir' } }, /http\.acme must be an object/],
    [{ acme: { enabled: true, domains: ['a.example'], email: 'nobody' } }, /http\.acme must be an object/],
    [{ acme: { enabled: true, domains: ['a.example'], agree: true } }, /http\.acme must be an object/],
    [{ acme: { enabled: true, domains: ['a.example'] }, HTTPEnabled: false }, /http\.acme needs http\.HTTPEnabled/],
  ]) {
    const { folder, set } = await project(t);
    set(http);
    const result = await qodly('serve', folder, '--https-port', '0');
    assert.equal(result.code, 1, JSON.stringify(http));
    assert.match(result.err, said);
  }
});

test('a server that waits for its authority stops at once', async (t) => {
  const { folder, set } = await project(t);
  let asked = false;
  const silent = net.createServer(() => { asked = true; });  // takes connections, and says nothing
  await new Promise((resolve) => { silent.listen(0, '127.0.0.1', resolve); });
  const open = new Set();
  silent.on('connection', (socket) => { open.add(socket); socket.on('error', () => {}); });
  t.after(() => { for (const socket of open) socket.destroy(); silent.close(); });
  set({ acme: { enabled: true, termsOfServiceAgreed: true, directoryUrl: `https://127.0.0.1:${silent.address().port}/dir`, domains: ['a.example'] } });
  const server = await serve(t, folder, '--https-port', '0');
  assert.ok(await until(() => asked));
  const stopped = server.stop();
  const first = await Promise.race([stopped.then(() => 'stopped'), new Promise((resolve) => { setTimeout(resolve, 15_000, 'late').unref(); })]);
  assert.equal(first, 'stopped', 'long before a request to the authority is given up');
});
