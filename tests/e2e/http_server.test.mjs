// The server as the people who run it know it: settings that change, HTTPS and its certificate, logs, figures, restart.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import net from 'node:net';
import { join } from 'node:path';
import test from 'node:test';
import tls from 'node:tls';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { program, qodly, serve, temporaryFolder, until } from './support.mjs';

async function project(t, settings) {
  const folder = join(temporaryFolder(t), 'shop');
  assert.equal((await qodly('new', folder, '--open')).code, 0);
  mkdirSync(join(folder, 'Data/instance'), { recursive: true });
  mkdirSync(join(folder, 'WebFolder'), { recursive: true });
  const set = (http) => writeFileSync(join(folder, 'Data/instance/env.json'), JSON.stringify({ http }));
  if (settings) set(settings);
  return { folder, set };
}

const ask = (module, options) => new Promise((resolve, reject) => {
  const request = module.request({ host: '127.0.0.1', rejectUnauthorized: false, ...options }, (response) => {
    const chunks = [];
    response.on('data', (chunk) => { chunks.push(chunk); });
    response.on('end', () => {
      const bytes = Buffer.concat(chunks);
      resolve({ status: response.statusCode, headers: response.headers, bytes, body: String(bytes) });
    });
    response.on('aborted', () => reject(new Error('cut')));
  });
  request.on('error', reject);
  request.end();
});

test('a wrong setting stops the start and says what would be right', async (t) => {
  const { folder } = await project(t, { HTTPPort: 'eighty' });
  const result = await qodly('serve', folder);
  assert.equal(result.code, 1);
  assert.match(result.err, /http\.HTTPPort must be a whole number from 0 to 65535.*not "eighty"/);
});

test('settings are in force while the server runs', async (t) => {
  const { folder, set } = await project(t, { HTTPTrace: false });
  const server = await serve(t, folder);
  const cors = () => server.get('/4DWEBTEST', { headers: { Origin: 'http://b.example' } });
  assert.equal((await cors()).status, 200);
  set({ CORSEnabled: true, CORSSettings: [{ host: 'a.example' }] });
  assert.ok(await until(async () => (await cors()).status === 403));
  set({ CORSEnabled: true, CORSSettings: 'all' });
  assert.ok(await until(() => /CORSSettings must be a list/.test(server.errors())));
  assert.equal((await cors()).status, 403);
  const cookies = async () => (await server.get('/rest/$catalog')).headers.getSetCookie().join('\n');
  assert.match(await cookies(), /^4DSID_shop=[0-9A-F]{32}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=3600\nWASID4D=/);
  set({ sessionCookieSameSite: 'Strict', restLegacyCookies: false, inactiveSessionTimeout: 120 });
  assert.ok(await until(async () => /^4DSID_shop=[0-9A-F]{32}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=7200$/.test(await cookies())));
  set({ restApiKeyRequired: true, restGetDelete: false });
  assert.ok(await until(async () => (await server.get('/rest/$catalog')).status === 400));
  set({ sessionCookieName: 'shop.sid' });
  assert.ok(await until(() => /Takes effect at the next start: sessionCookieName/.test(server.errors())));
  assert.ok(await until(async () => (await server.get('/rest/$catalog')).status === 200));
  set({ rateLimitPerAddress: { perSecond: 0.001, burst: 2 } });
  assert.ok(await until(async () => (await server.get('/4DWEBTEST')).status === 429));
});

test('HTTPS with a certificate of its own, and an exchanged one', async (t) => {
  const { folder } = await project(t, { HSTSEnabled: true, redirectToHTTPS: true });
  const server = await serve(t, folder, '--https-port', '0');
  assert.ok(existsSync(join(folder, 'cert.pem')));
  const location = (await fetch(`${server.origin}/4DWEBTEST`, { redirect: 'manual' })).headers.get('location');
  const { port } = new URL(location);
  const answer = await ask(https, { port, path: '/4DWEBTEST' });
  assert.equal(answer.status, 200);
  assert.equal(answer.headers['strict-transport-security'], 'max-age=63072000');
  assert.equal((await server.get('/healthz')).status, 200);

  await t.test('HTTP/2', async () => {
    const client = http2.connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false });
    const statuses = await Promise.all([...Array(20)].map(() => new Promise((resolve, reject) => {
      const stream = client.request({ ':path': '/rest/$catalog' });
      stream.on('response', (headers) => resolve(headers[':status']));
      stream.on('error', reject);
      stream.resume();
    })));
    assert.deepEqual(new Set(statuses), new Set([200]));
    client.close();
  });

  await t.test('the exchanged certificate', async () => {
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=renewed.example',
      '-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')], { stdio: 'ignore' });
    const subject = () => new Promise((resolve, reject) => {
      const socket = tls.connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
        resolve(socket.getPeerCertificate().subject.CN);
        socket.end();
      });
      socket.on('error', reject);
    });
    assert.ok(await until(async () => (await subject()) === 'renewed.example'));
  });
});

test('health, figures and logs', async (t) => {
  const { folder } = await project(t, { logRecording: 'json', metricsToken: 'a-token-of-this-test' });
  writeFileSync(join(folder, 'WebFolder/style.css'), 'body { color: black }\n'.repeat(500));
  const server = await serve(t, folder);
  assert.equal(await (await server.get('/healthz')).text(), 'ok');
  assert.equal(await (await server.get('/readyz')).text(), 'ready');
  const css = await ask(http, { port: new URL(server.origin).port, path: '/style.css', headers: { 'accept-encoding': 'br' } });
  assert.equal(css.headers['content-encoding'], 'br');
  assert.match(await (await server.get('/4DSTATS')).text(), /Cached objects: 1\r\n/);
  await server.get('/4DCACHECLEAR');
  assert.match(await (await server.get('/4DSTATS')).text(), /Cached objects: 0\r\n/);
  assert.match(await (await server.get('/metrics')).text(), /^qodly_http_responses_total\{class="2xx"\} \d+$/m);
  const foreign = { headers: { 'x-forwarded-for': '10.0.0.1' } };
  assert.equal((await server.get('/metrics', foreign)).status, 403);
  foreign.headers.authorization = 'Bearer a-token-of-this-test';
  assert.equal((await server.get('/metrics', foreign)).status, 200);
  await server.get('/style.css', { headers: { 'x-request-id': 'seen-in-the-log' } });
  await server.stop();
  const lines = readFileSync(join(folder, 'Logs/logweb.txt'), 'utf8').trim().split('\n').map((line) => JSON.parse(line));
  const line = lines.find((each) => each.requestId === 'seen-in-the-log');
  assert.equal(line.target, '/style.css');
  assert.equal(line.status, 200);
});

test('a restart refuses nobody', async (t) => {
  const { folder } = await project(t);
  const server = await serve(t, folder);
  const { port } = new URL(server.origin);
  const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
  const problems = [];
  let answered = 0;
  let running = true;
  const client = async (options) => {
    while (running) {
      try {
        const answer = await ask(http, { port, path: '/healthz', ...options });
        if (answer.status !== 200) problems.push(answer.status);
        answered += 1;
      } catch (error) {
        problems.push(error.message);
      }
    }
  };
  const clients = [client({ agent }), client({ agent }), client({}), client({})];
  for (let i = 0; i < 3; i += 1) {
    const before = answered;
    assert.ok(await until(() => answered > before + 50));
    const uptime = async () => Number(/^qodly_uptime_seconds ([\d.]+)$/m.exec(await (await server.get('/metrics')).text())[1]);
    let last = await uptime();
    server.child.kill('SIGUSR2');
    // The new program counts its seconds from the beginning.
    assert.ok(await until(async () => {
      const now = await uptime();
      const isNew = now < last;
      last = now;
      return isNew;
    }));
  }
  running = false;
  await Promise.all(clients);
  assert.deepEqual(problems, []);
  assert.equal(server.child.exitCode, null);
  agent.destroy();
});

// What systemd does: it listens, and starts the server with the sockets as descriptors from 3 on when somebody connects.
test('sockets of a service manager', async (t) => {
  const { folder } = await project(t, { HTTPSEnabled: true });
  const sockets = await Promise.all([0, 1].map(() => new Promise((resolve) => {
    const socket = net.createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1', () => resolve(socket));
  })));
  const [plain, secure] = sockets.map((socket) => socket.address().port);
  const start = (names) => spawn('/bin/sh', ['-c', 'LISTEN_PID=$$ exec "$0" "$@"', program, 'serve', folder], {
    stdio: ['ignore', 'pipe', 'pipe', ...sockets.map((socket) => socket._handle.fd)],
    env: { ...process.env, LISTEN_FDS: '2', LISTEN_FDNAMES: names },
  });
  const child = start('http:https');
  const exited = new Promise((resolve) => child.once('exit', resolve));
  t.after(() => { child.kill('SIGTERM'); return exited; });
  let printed = '';
  child.stdout.on('data', (chunk) => { printed += chunk; });
  child.stderr.on('data', (chunk) => { printed += chunk; });
  assert.ok(await until(() => printed.includes('Ctrl+C')), printed);
  assert.match(printed, new RegExp(`http://127\\.0\\.0\\.1:${plain}/`));
  assert.match(printed, new RegExp(`https://127\\.0\\.0\\.1:${secure}/`));
  for (const socket of sockets) socket.close();  // the manager's own copies: the server has its own
  assert.equal((await ask(http, { port: plain, path: '/healthz' })).status, 200);
  assert.equal((await ask(https, { port: secure, path: '/healthz' })).status, 200);
  child.kill('SIGUSR2');  // the new program finds them again
  assert.ok(await until(() => printed.split('Ctrl+C').length === 3), printed);
  assert.equal((await ask(http, { port: plain, path: '/healthz' })).status, 200);
  assert.equal((await ask(https, { port: secure, path: '/healthz' })).status, 200);
});

test('files of the server itself come compressed as the client prefers', async (t) => {
  const { folder } = await project(t);
  const server = await serve(t, folder);
  const { port } = new URL(server.origin);
  const path = '/$lib/welcome/welcome.css';
  const get = (headers, method) => ask(http, { port, path, headers, method });
  const plain = await get({});
  assert.equal(plain.headers['content-encoding'], undefined);
  assert.match(plain.headers.vary, /Accept-Encoding/);
  for (const [accept, coding] of [['gzip, deflate, br', 'br'], ['br;q=0.5, gzip', 'gzip'], ['*', 'br'], ['br;q=0', undefined], ['gzip;q=0, *', 'br']]) {
    const answer = await get({ 'Accept-Encoding': accept });
    assert.equal(answer.headers['content-encoding'], coding, accept);
    assert.match(answer.headers.vary, /Accept-Encoding/);
    assert.notEqual(answer.headers.etag, coding ? plain.headers.etag : undefined);
    const again = await get({ 'Accept-Encoding': accept, 'If-None-Match': answer.headers.etag });
    assert.equal(again.status, 304);
  }
  const part = await get({ 'Accept-Encoding': 'br', Range: 'bytes=1-9' });
  assert.deepEqual([part.status, part.headers['content-encoding'], part.body], [206, undefined, plain.body.slice(1, 10)]);
});

test('the shell of a page comes compressed as the client prefers', async (t) => {
  const { folder } = await project(t);
  const server = await serve(t, folder);
  const { port } = new URL(server.origin);
  const get = (headers, method) => ask(http, { port, path: '/$lib/renderer/?w=Any', headers, method });
  const plain = await get({});
  assert.equal(plain.headers['content-encoding'], undefined);
  const opened = { br: brotliDecompressSync, gzip: gunzipSync };
  for (const [accept, coding] of [['gzip, deflate, br', 'br'], ['br;q=0.5, gzip', 'gzip'], ['br;q=0', undefined]]) {
    const answer = await get({ 'Accept-Encoding': accept });
    assert.equal(answer.headers['content-encoding'], coding, accept);
    assert.equal(answer.headers.vary, 'Accept-Encoding', accept);
    assert.equal(answer.headers['cache-control'], 'no-store');
    const text = String(coding ? opened[coding](answer.bytes) : answer.bytes);
    assert.match(text, /id="qodly-app">\{"page":"Any"/, accept);
    const head = await get({ 'Accept-Encoding': accept }, 'HEAD');
    assert.deepEqual([head.status, head.headers['content-encoding'], head.body], [200, coding, ''], accept);
  }
});

test('the request log in each of its formats', async (t) => {
  const { folder } = await project(t);
  const env = join(folder, 'Data/instance/env.json');
  const fields = ['C-IP', 'METHOD', 'STATUS', 'CS_URI_STEM', 'CS_URI_QUERY', 'CS(USER-AGENT)', 'CS(REFERER)', 'CS(COOKIE)', 'BYTES_SENT', 'PATH_ARGS', 'BYTES_RECEIVED', 'URL', 'CONNECTION_ID'];
  const date = String.raw`\[\d\d/[A-Z][a-z][a-z]/\d{4}:\d\d:\d\d:\d\d\]`;
  const request = String.raw`"GET /4DWEBTEST\?a=b\$c HTTP/1\.1"`;
  const cases = [
    [1, `^198\\.51\\.100\\.7 - - ${date} ${request} 200 \\d+\\r\\n$`],
    ['combined', `^198\\.51\\.100\\.7 - - ${date} ${request} 200 \\d+ "http://from\\.example/" "a \\\\x22quoted\\\\x22 agent"\\r\\n$`],
    ['elf', '^#Version: 1\\.0\\r\\n#Fields: C_IP METHOD STATUS CS_URI_STEM CS_URI_QUERY CS\\(USER_AGENT\\) CS\\(REFERER\\) CS\\(COOKIE\\) BYTES_SENT\\r\\n'
      + '198\\.51\\.100\\.7 GET 200 /4DWEBTEST a=b\\$c \\S+ http://from\\.example/ \\*\\*\\* \\d+\\r\\n$'],
    [4, '#Fields: C_IP .*BYTES_SENT PATH_ARGS BYTES_RECEIVED URL CONNECTION_ID\\r\\n198\\.51\\.100\\.7 GET 200 .* \\d+ c 0 /4DWEBTEST\\?a=b\\$c [1-9]\\d*\\r\\n$'],
    ['json', '^\\{"time":"[^"]+Z",.*"address":"198\\.51\\.100\\.7","method":"GET","target":"/4DWEBTEST\\?a=b\\$c",.*"status":200,.*"userAgent":"a \\\\"quoted\\\\" agent".*\\}\\r?\\n$'],
    [0, null],
  ];
  for (const [logRecording, expected] of cases) {
    writeFileSync(env, JSON.stringify({ http: { logRecording, logFields: fields, trustedProxies: ['127.0.0.1'] } }));
    const server = await serve(t, folder);
    const { port } = new URL(server.origin);
    await ask(http, { port, path: '/4DWEBTEST?a=b$c', headers: {
      'x-forwarded-for': '6.6.6.6, 198.51.100.7', 'user-agent': 'a "quoted" agent', referer: 'http://from.example/', cookie: 'a=secret' } });
    await server.stop();
    const file = join(folder, 'Logs/logweb.txt');
    if (expected === null) {
      assert.equal(existsSync(file), false);
    } else {
      const text = readFileSync(file, 'utf8');
      assert.match(text, new RegExp(expected), String(logRecording));
      assert.doesNotMatch(text, /secret/);
      rmSync(file);
    }
  }
});

test('logs are opened anew when the program that moves them says so', async (t) => {
  const { folder } = await project(t, { logRecording: 1 });
  const server = await serve(t, folder);
  const file = join(folder, 'Logs/logweb.txt');
  await server.get('/4DWEBTEST?first');
  assert.ok(await until(() => existsSync(file) && readFileSync(file, 'utf8').includes('?first')));
  renameSync(file, `${file}.1`);
  server.child.kill('SIGHUP');
  assert.ok(await until(() => existsSync(file)));
  await server.get('/4DWEBTEST?second');
  assert.ok(await until(() => readFileSync(file, 'utf8').includes('?second')));
  assert.doesNotMatch(readFileSync(`${file}.1`, 'utf8'), /second/);
});

test('the debug log tells requests and answers of a connection', async (t) => {
  const { folder } = await project(t, { debugLog: 7 });
  const server = await serve(t, folder);
  const { port } = new URL(server.origin);
  await ask(http, { port, agent: false, path: '/4DWEBTEST', headers: { authorization: 'Bearer secret', cookie: 'a=secret' } });
  await ask(http, { port, agent: false, path: '/4DWEBTEST' });
  await server.stop();
  const text = readFileSync(join(folder, 'Logs/HTTPDebugLog_01.txt'), 'utf8');
  assert.doesNotMatch(text, /secret/);
  assert.match(text, /\nGET \/4DWEBTEST HTTP\/1\.1\r\n/);
  assert.match(text, /\nHTTP\/1\.1 200 OK\r\n/);
  const ids = [...text.matchAll(/^# ConnectionID: ([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\r$/gm)].map(([, id]) => id);
  assert.equal(ids.length, 4);
  assert.deepEqual([ids[0] === ids[1], ids[2] === ids[3], ids[0] === ids[2]], [true, true, false]);
});

test('rates of a session, and of an address behind a proxy', async (t) => {
  const { folder, set } = await project(t, { rateLimitPerSession: { perSecond: 0.001, burst: 3 }, trustedProxies: ['127.0.0.1'] });
  const server = await serve(t, folder);
  const first = await server.get('/rest/$catalog');
  const cookie = first.headers.getSetCookie().map((line) => line.split(';')[0]).join('; ');
  const statuses = async (count, headers) => {
    const all = [];
    for (let i = 0; i < count; i += 1) all.push((await server.get('/rest/$info/privileges', { headers: headers(i) })).status);
    return all;
  };
  assert.deepEqual(await statuses(4, (i) => ({ cookie, 'x-forwarded-for': `10.0.0.${i}` })), [200, 200, 200, 429]);
  assert.deepEqual(await statuses(5, (i) => ({ 'x-forwarded-for': `10.0.0.${i}` })), [200, 200, 200, 200, 200], 'without a session');
  set({ rateLimitPerAddress: { perSecond: 0.001, burst: 2 }, trustedProxies: ['127.0.0.1'] });
  const from = (address) => ({ 'x-forwarded-for': address });
  assert.ok(await until(async () => (await server.get('/4DWEBTEST', { headers: from('10.9.9.9') })).status === 429));
  assert.deepEqual(await statuses(3, (i) => from(`6.6.6.${i}, 10.1.1.1`)), [200, 200, 429], 'what the client writes before counts for nothing');
  assert.deepEqual(await statuses(3, (i) => from(`2001:db8::${i + 1}`)), [200, 200, 429], 'a network of IPv6 is one client');
  assert.deepEqual(await statuses(1, () => from('10.1.1.2')), [200]);
});
