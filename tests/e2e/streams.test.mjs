// Answers made piece by piece, bodies read piece by piece, uploads and blobs that stay out of memory, and WebSockets over
// HTTP/2.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import net from 'node:net';
import { join } from 'node:path';
import test from 'node:test';
import { launch } from './chromium.mjs';
import { patience, qodly, serve, temporaryFolder, until } from './support.mjs';

const mega = 1024 * 1024;

const catalog = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE base SYSTEM "http://www.4d.com/dtd/2007/base.dtd" >
<base name="Press" uuid="AB000000000000000000000000000001" collation_locale="en">
	<schema name="DEFAULT_SCHEMA"/>
	<table name="Film" uuid="AB000000000000000000000000000002" id="1">
		<field name="ID" uuid="AB000000000000000000000000000003" type="4" unique="true" autosequence="true" not_null="true" id="1"/>
		<field name="name" uuid="AB000000000000000000000000000004" type="10" limiting_length="80" id="2"/>
		<field name="content" uuid="AB000000000000000000000000000005" type="18" id="3"/>
		<primary_key field_name="ID" field_uuid="AB000000000000000000000000000003"/>
	</table>
</base>`;

const press = `shared singleton constructor()
  this.note = ""

shared function remember(note : string)
  this.note = note

function rows(request : 4D.IncomingMessage) : 4D.OutgoingMessage
  var answer : 4D.OutgoingMessage
  var i, count : integer
  answer = 4D.OutgoingMessage.new()
  answer.setHeader("Content-Type", "text/csv")
  answer.setHeader("X-Rows", request.urlQuery.count)
  answer.setStatus(203)
  count = num(request.urlQuery.count)
  for (i, 1, count)
    if (not(answer.write(string(i) + ",a row of the table\\n")))
      this.remember("stopped at " + string(i))
      return answer
    end
  end
  this.remember("done")
  return answer

function half(request : 4D.IncomingMessage) : 4D.OutgoingMessage
  var answer : 4D.OutgoingMessage
  answer = 4D.OutgoingMessage.new()
  answer.write("half of ")
  throw(12, "the password is swordfish")
  return answer

function rules(request : 4D.IncomingMessage) : 4D.OutgoingMessage
  var answer, other : 4D.OutgoingMessage
  var problems : collection
  problems = []
  answer = 4D.OutgoingMessage.new()
  other = 4D.OutgoingMessage.new()
  other.setBody("whole")
  try
    other.write("more")
  catch
    problems.push(lastErrors()[0].errCode)
  end
  answer.write("1")
  try
    answer.setHeader("X-Late", "1")
  catch
    problems.push(lastErrors()[0].errCode)
  end
  try
    answer.setStatus(404)
  catch
    problems.push(lastErrors()[0].errCode)
  end
  try
    answer.setBody("x")
  catch
    problems.push(lastErrors()[0].errCode)
  end
  try
    answer.body = "x"
  catch
    problems.push(lastErrors()[0].errCode)
  end
  try
    other.body = null
    other.write("2")
  catch
    problems.push(lastErrors()[0].errCode)
  end
  try
    answer.write({a: 1})
  catch
    problems.push(lastErrors()[0].errCode)
  end
  answer.write(" " + jsonStringify(problems) + " " + string(answer.closed))
  return answer

function kinds(request : 4D.IncomingMessage) : 4D.OutgoingMessage
  var answer : 4D.OutgoingMessage
  answer = 4D.OutgoingMessage.new()
  answer.write(file("/DATA/film.bin"))
  answer.write("é")
  answer.write(file("/DATA/film.bin").getContent())
  return answer

exposed onHttpGet function film() : 4D.OutgoingMessage
  var answer : 4D.OutgoingMessage
  answer = 4D.OutgoingMessage.new()
  answer.setBody(file("/DATA/film.bin"))
  return answer

function digest(request : 4D.IncomingMessage) : object
  var piece : 4D.Blob
  var pieces, bytes, first : integer
  var size : number
  size = num(request.urlQuery.size)
  piece = request.read(size)
  while (piece != null)
    if (bytes == 0)
      first = piece[0]
    end
    pieces += 1
    bytes += piece.size
    piece = request.read(size)
  end
  return {pieces: pieces, bytes: bytes, first: first, whole: request.getBlob().size}

function pulse(request : 4D.IncomingMessage) : 4D.OutgoingMessage
  var answer : 4D.OutgoingMessage
  answer = 4D.OutgoingMessage.new()
  answer.setHeader("Content-Type", "text/event-stream")
  answer.write("data: first\\n\\n")
  while (this.note != "go")
    4D.wait(10)
  end
  answer.write("data: second\\n\\n")
  return answer

function tell(request : 4D.IncomingMessage) : string
  if (request.urlQuery.note != null)
    this.remember(request.urlQuery.note)
  end
  return this.note

exposed onHttpGet function report(count : integer) : 4D.OutgoingMessage
  var answer : 4D.OutgoingMessage
  var i : integer
  answer = 4D.OutgoingMessage.new()
  answer.setHeader("Content-Type", "text/csv")
  for (i, 1, count)
    answer.write(string(i) + "\\n")
  end
  return answer

exposed function broken() : 4D.OutgoingMessage
  var answer : 4D.OutgoingMessage
  answer = 4D.OutgoingMessage.new()
  answer.write("begun")
  throw(12, "the password is swordfish")
  return answer
`.replaceAll('4D.wait(10)', 'delayProcess(currentProcess, 1)');

async function server(t, settings = {}) {
  const root = join(temporaryFolder(t), 'press');
  assert.equal((await qodly('new', root, '--open')).code, 0);
  const sources = join(root, 'Project/Sources');
  mkdirSync(join(sources, 'Classes'), { recursive: true });
  mkdirSync(join(root, 'Data/instance'), { recursive: true });
  writeFileSync(join(root, 'Data/instance/env.json'), JSON.stringify({ http: { maxRequestSize: 2 ** 30, ...settings } }));
  writeFileSync(join(sources, 'catalog.4DCatalog'), catalog);
  writeFileSync(join(sources, 'Classes/Press.4qs'), press);
  writeFileSync(join(sources, 'HTTPHandlers.json'), JSON.stringify(
    ['rows', 'half', 'rules', 'kinds', 'film', 'digest', 'pulse', 'tell'].map((method) => ({ class: 'Press', method, pattern: method }))));
  const started = await serve(t, root, ...(settings.HTTPSEnabled ? ['--https-port', '0'] : []));
  await started.get('/tell');
  const secure = /https:\/\/[^:]+:(\d+)/.exec(started.printed())?.[1];
  return { ...started, root, data: join(root, 'Data'), port: Number(new URL(started.origin).port), secure: secure && `https://127.0.0.1:${secure}` };
}

const rowsOf = (count) => Array.from({ length: count }, (_, i) => `${i + 1},a row of the table\n`).join('');
const peak = (app) => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${app.child.pid}/status`, 'utf8'))[1]) * 1024;

// Everything that comes on a connection of its own, as it is: { text, error }.
function raw(port, request) {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write(request));
    const pieces = [];
    let error;
    socket.on('data', (piece) => pieces.push(piece));
    socket.on('error', (problem) => { error = problem.code; });
    socket.on('close', () => resolve({ text: Buffer.concat(pieces).toString('latin1'), error }));
  });
}

function secureClient(t, app) {
  const client = http2.connect(app.secure, { rejectUnauthorized: false });
  t.after(() => client.destroy());
  client.on('error', () => {});
  return client;
}

function ask2(client, headers, body) {
  return new Promise((resolve) => {
    const stream = client.request(headers);
    let text = '';
    let answered = {};
    let error;
    stream.setEncoding('utf8');
    stream.on('response', (fields) => { answered = fields; });
    stream.on('data', (piece) => { text += piece; });
    stream.on('error', (problem) => { error = problem; });
    stream.on('close', () => resolve({ status: answered[':status'], headers: answered, text, error, code: stream.rstCode }));
    stream.end(body);
  });
}

test('an answer in pieces, in HTTP/1.1, 1.0 and 2', async (t) => {
  const app = await server(t, { HTTPSEnabled: true });
  const answer = await app.get('/rows?count=20000');
  assert.equal(answer.status, 203);
  assert.equal(answer.headers.get('content-type'), 'text/csv; charset=UTF-8');
  assert.equal(answer.headers.get('x-rows'), '20000');
  assert.equal(answer.headers.get('content-length'), null);
  assert.equal(answer.headers.get('cache-control'), 'no-cache');
  assert.equal(await answer.text(), rowsOf(20000));
  assert.equal(await (await app.get('/tell')).text(), 'done');
  const twice = await raw(app.port, 'GET /rows?count=2 HTTP/1.1\r\nHost: a\r\n\r\nGET /tell HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  assert.match(twice.text, /Transfer-Encoding: chunked\r\n[^]*2a\r\n1,a row of the table\n2,a row of the table\n\r\n0\r\n\r\nHTTP\/1.1 200 OK[^]*done$/);
  const old = await raw(app.port, 'GET /rows?count=2 HTTP/1.0\r\n\r\n');
  assert.doesNotMatch(old.text, /Transfer-Encoding/);
  assert.ok(old.text.endsWith(`\r\n\r\n${rowsOf(2)}`));
  assert.equal(old.error, undefined);
  const head = await app.get('/rows?count=5', { method: 'HEAD' });
  assert.deepEqual([head.status, head.headers.get('content-type'), await head.text()], [203, 'text/csv; charset=UTF-8', '']);
  const second = await ask2(secureClient(t, app), { ':path': '/rows?count=20000' });
  assert.equal(second.status, 203);
  assert.equal(second.text, rowsOf(20000));
});

test('pieces arrive while the function still runs', async (t) => {
  const app = await server(t);
  await app.get('/tell?note=wait');
  const answer = await app.get('/pulse');
  const reader = answer.body.getReader();
  assert.equal(Buffer.from((await reader.read()).value).toString(), 'data: first\n\n');
  await app.get('/tell?note=go');
  assert.equal(Buffer.from((await reader.read()).value).toString(), 'data: second\n\n');
  assert.equal((await reader.read()).done, true);
});

test('a slow client slows the function, one that leaves ends it', async (t) => {
  const app = await server(t, { HTTPSEnabled: true });
  const before = peak(app);
  await app.get('/tell?note=running');
  const left = await new Promise((resolve) => {
    http.get(`${app.origin}/rows?count=30000000`, (response) => {
      response.once('data', () => { response.pause(); resolve(response); });
    });
  });
  const other = await app.get('/tell');
  assert.equal(await other.text(), 'running', 'others are answered meanwhile');
  left.destroy();
  assert.ok(await until(async () => (await (await app.get('/tell')).text()).startsWith('stopped at')));
  await app.get('/tell?note=running');
  const stream = secureClient(t, app).request({ ':path': '/rows?count=30000000' });
  await new Promise((resolve) => stream.once('data', () => { stream.pause(); resolve(); }));
  stream.on('error', () => {});
  assert.equal(await (await app.get('/tell')).text(), 'running');
  stream.close(http2.constants.NGHTTP2_CANCEL);
  assert.ok(await until(async () => (await (await app.get('/tell')).text()).startsWith('stopped at')));
  assert.ok(peak(app) - before < 40 * mega, 'what waits to be sent is bounded');
});

test('a failure behind the first piece is no well-formed end', async (t) => {
  const app = await server(t, { HTTPSEnabled: true });
  const answer = await app.get('/half');
  assert.equal(answer.status, 200);
  await assert.rejects(answer.text());
  const chunked = await raw(app.port, 'GET /half HTTP/1.1\r\nHost: a\r\n\r\n');
  assert.doesNotMatch(chunked.text, /\r\n0\r\n\r\n|swordfish/);
  const client = secureClient(t, app);
  const second = await ask2(client, { ':path': '/half' });
  assert.notEqual(second.code, http2.constants.NGHTTP2_NO_ERROR);
  assert.equal((await ask2(client, { ':path': '/tell' })).status, 200, 'the connection goes on');
  assert.ok(await until(() => /Press\.half failed \(reference [^]*swordfish/.test(app.errors())));
});

test('what write refuses', async (t) => {
  const app = await server(t);
  assert.equal(await (await app.get('/rules')).text(), '1 [-20027,-20010,-20010,-20010,-20010,-20027,-20002] False');
});

test('texts, blobs and files as pieces', async (t) => {
  const app = await server(t);
  const film = randomBytes(6 * mega);
  writeFileSync(join(app.data, 'film.bin'), film);
  const answer = await app.get('/kinds');
  assert.equal(answer.headers.get('content-type'), 'application/octet-stream');
  assert.deepEqual(Buffer.from(await answer.arrayBuffer()), Buffer.concat([film, Buffer.from('é'), film]));
});

test('a file is sent in parts and not twice', async (t) => {
  const app = await server(t);
  writeFileSync(join(app.data, 'film.bin'), 'abcdefghij');
  for (const path of ['/film', '/rest/$singleton/Press/film']) {
    const get = (headers) => app.get(path, { headers });
    const whole = await get({});
    const etag = whole.headers.get('etag');
    assert.match(etag, /^"[0-9a-f-]+"$/, path);
    assert.equal(await whole.text(), 'abcdefghij');
    assert.equal((await get({ 'If-None-Match': etag })).status, 304);
    const part = await get({ Range: 'bytes=-3', 'If-Range': etag });
    assert.deepEqual([part.status, part.headers.get('content-range'), await part.text()], [206, 'bytes 7-9/10', 'hij']);
    assert.equal((await get({ Range: 'bytes=-3', 'If-Range': '"other"' })).status, 200);
    assert.equal(await (await get({ Range: 'bytes=0-1,2-3,4-5' })).text(), 'abcdefghij', 'several parts are the whole');
    assert.equal((await get({ Range: 'bytes=10-' })).status, 416);
    writeFileSync(join(app.data, 'film.bin'), 'abcdefghij');
    assert.equal((await get({ 'If-None-Match': etag })).status, 200, 'it was written');
  }
});

test('functions that REST calls', async (t) => {
  const app = await server(t);
  const answer = await app.get(`/rest/$singleton/Press/report?$params='[3]'`);
  assert.deepEqual([answer.status, answer.headers.get('content-type'), await answer.text()], [200, 'text/csv; charset=UTF-8', '1\n2\n3\n']);
  const post = await app.get('/rest/$singleton/Press/report', { method: 'POST', body: '[2]' });
  assert.equal(await post.text(), '1\n2\n');
  const keyed = await app.get('/rest/$singleton/Press/report', { method: 'POST', body: '[2]', headers: { 'Idempotency-Key': 'k1' } });
  assert.equal(await keyed.text(), '1\n2\n');
  const broken = await app.get('/rest/$singleton/Press/broken', { method: 'POST', body: '[]' });
  await assert.rejects(broken.text());
  const batch = await app.post('/rest/$batch', [{ method: 'POST', path: '/rest/$singleton/Press/report', body: [2] }]);
  assert.equal(batch[0].status, 500);
  assert.equal(batch[0].body.__ERROR[0].errCode, -20027);
});

test('a body is read piece by piece', async (t) => {
  const app = await server(t);
  const put = async (size, body) => (await app.get(`/digest?size=${size}`, { method: 'POST', body })).json();
  assert.deepEqual(await put(4, 'abcdefghij'), { pieces: 3, bytes: 10, first: 97, whole: 10 });
  assert.deepEqual(await put(100, 'abcdefghij'), { pieces: 1, bytes: 10, first: 97, whole: 10 });
  assert.deepEqual(await put(4, ''), { pieces: 0, bytes: 0, first: 0, whole: 0 });
  const before = peak(app);
  assert.deepEqual(await put(3 * mega, Buffer.alloc(100 * mega, 'z')), { pieces: 34, bytes: 100 * mega, first: 122, whole: 100 * mega });
  assert.ok(peak(app) - before < 40 * mega);
});

const cookieOf = (answer) => answer.headers.getSetCookie().map((line) => line.split(';')[0]).join('; ');

async function upload(app, body, headers = {}, query = '') {
  const answer = await app.get(`/rest/$upload?$binary=true${query}`, { method: 'POST', body, headers });
  return { status: answer.status, cookie: cookieOf(answer), ...(await answer.json()) };
}

test('uploads that wait for their entity take no memory and leave nothing behind', async (t) => {
  const app = await server(t);
  const content = randomBytes(8 * mega);
  const first = await upload(app, content);
  const headers = { cookie: first.cookie };
  const before = peak(app);
  const ids = [first.ID];
  for (let i = 0; i < 20; i += 1) ids.push((await upload(app, content, headers)).ID);
  for (let i = 0; i < 100; i += 1) ids.push((await upload(app, content.subarray(i, i + mega / 2), headers)).ID);
  assert.ok(peak(app) - before < 60 * mega, `${Math.round((peak(app) - before) / mega)} MB`);
  const save = async (id) => {
    const answer = await app.get('/rest/Film?$method=update', { method: 'POST', headers, body: JSON.stringify({ name: 'x', content: { ID: id } }) });
    return (await answer.json()).__KEY;
  };
  const large = await save(ids[3]);
  const small = await save(ids[21 + 50]);
  const read = async (key, init = {}) => app.get(`/rest/Film(${key})/content?$expand=content&$binary=true`, { headers: { ...headers, ...init } });
  assert.deepEqual(Buffer.from(await (await read(large)).arrayBuffer()), content);
  assert.deepEqual(Buffer.from(await (await read(small)).arrayBuffer()), content.subarray(50, 50 + mega / 2));
  const part = await read(large, { range: 'bytes=1048576-1048585' });
  assert.deepEqual([part.status, part.headers.get('content-range')], [206, `bytes 1048576-1048585/${8 * mega}`]);
  assert.deepEqual(Buffer.from(await part.arrayBuffer()), content.subarray(mega, mega + 10));
  const etag = part.headers.get('etag');
  assert.equal((await read(large, { 'if-none-match': etag })).status, 304);
  const form = new FormData();
  form.set('file', new Blob([content.subarray(0, 3 * mega)]), 'part.bin');
  const parts = await save((await upload(app, form, headers)).ID);
  assert.deepEqual(Buffer.from(await (await read(parts)).arrayBuffer()), content.subarray(0, 3 * mega));
  app.child.kill('SIGKILL');
  await app.exited;
  assert.deepEqual(readdirSync(app.data).filter((name) => name.startsWith('.qodly') || name.includes('upload')), []);
});

test('what a session may keep of uploads is bounded', async (t) => {
  const app = await server(t);
  const first = await upload(app, Buffer.alloc(200 * mega));
  const headers = { cookie: first.cookie };
  assert.equal((await upload(app, Buffer.alloc(60 * mega), headers)).status, 413);
  assert.equal((await upload(app, Buffer.alloc(10 * mega), headers)).status, 200);
});

test('a large blob is sent from its file', async (t) => {
  const app = await server(t);
  const content = Buffer.alloc(150 * mega, 'film ');
  const made = await app.post('/rest/Film?$method=update', { name: 'long' });
  const stored = await app.get(`/rest/Film(${made.__KEY})/content?$binary=true`, { method: 'POST', body: content });
  assert.equal(stored.status, 200);
  await app.stop();
  const again = await serve(t, app.root);
  await again.get('/rest/Film');
  const before = peak(again);
  const hash = createHash('sha256');
  const answer = await again.get(`/rest/Film(${made.__KEY})/content?$expand=content`);
  for await (const piece of answer.body) hash.update(piece);
  assert.equal(hash.digest('hex'), createHash('sha256').update(content).digest('hex'));
  assert.ok(peak(again) - before < 40 * mega, `${Math.round((peak(again) - before) / mega)} MB`);
});

// --- WebSockets over HTTP/2

const maskedText = (text) => {
  const bytes = Buffer.from(text);
  const mask = randomBytes(4);
  return Buffer.concat([Buffer.from([0x81, 0x80 | bytes.length]), mask, bytes.map((byte, i) => byte ^ mask[i % 4])]);
};

function openSocket(client, headers = {}) {
  return new Promise((resolve) => {
    const stream = client.request({ ':method': 'CONNECT', ':protocol': 'websocket', ':path': '/rest/$changes', 'sec-websocket-version': '13', ...headers });
    const socket = { stream, received: Buffer.alloc(0) };
    stream.on('data', (piece) => { socket.received = Buffer.concat([socket.received, piece]); });
    stream.on('error', () => {});
    stream.on('close', () => { socket.closed = true; });
    stream.on('response', (fields) => resolve({ ...socket, fields, get text() { return socket.received.toString('latin1'); }, get closed() { return socket.closed === true; } }));
  });
}

test('live updates by a WebSocket over HTTP/2', async (t) => {
  const app = await server(t, { HTTPSEnabled: true });
  const client = secureClient(t, app);
  await new Promise((resolve) => client.once('remoteSettings', resolve));
  assert.equal(client.remoteSettings.enableConnectProtocol, true);
  const socket = await openSocket(client);
  assert.equal(socket.fields[':status'], 200);
  assert.equal(socket.fields['sec-websocket-accept'], undefined);
  socket.stream.write(maskedText(JSON.stringify({ subscribe: 'a', dataclass: 'Film' })));
  socket.stream.write(Buffer.from([0x89, 0x82, 0, 0, 0, 0, 0x68, 0x69]));
  assert.ok(await until(() => socket.text === '\x8a\x02hi'), 'the subscription was read before the ping');
  await app.post('/rest/Film?$method=update', { name: 'seen' });
  assert.ok(await until(() => socket.text.includes('"type":"add"')), 'the change is told');
  socket.stream.write(Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8]));
  assert.ok(await until(() => socket.closed));
  assert.ok(socket.text.endsWith('\x88\x02\x03\xe8'));
  const session = await ask2(client, { ':path': '/rest/Film' });
  const cookie = session.headers['set-cookie'].map((line) => line.split(';')[0]).join('; ');
  const foreign = await openSocket(client, { cookie, origin: 'https://elsewhere.example' });
  assert.equal(foreign.fields[':status'], 403, 'a page of another site cannot listen with the session of the visitor');
  assert.ok(await until(() => foreign.closed));
  const own = await openSocket(client, { cookie, origin: app.secure });
  assert.equal(own.fields[':status'], 200);
  own.stream.close();
  assert.equal((await openSocket(client, { ':path': '/rest/Film' })).fields[':status'], 200, 'elsewhere it is a GET');
  await app.stop();
});

test('Chromium takes the HTTP/2 connection of the page for its WebSocket', async (t) => {
  const app = await server(t, { HTTPSEnabled: true, logRecording: 'json' });
  mkdirSync(join(app.root, 'WebFolder'), { recursive: true });
  writeFileSync(join(app.root, 'WebFolder/blank.html'), '<title>Blank</title>');
  const browser = await launch(t);
  const page = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage();
  page.setDefaultTimeout(patience);
  await page.goto(`${app.secure}/blank.html`);
  const told = await page.evaluate(() => new Promise((resolve, reject) => {
    const socket = new WebSocket(`wss://${location.host}/rest/$changes`);
    const events = [];
    socket.onerror = () => reject(new Error('the WebSocket failed'));
    socket.onopen = () => {
      socket.send(JSON.stringify({ subscribe: 'a', dataclass: 'Film' }));
      const save = () => fetch('/rest/Film?$method=update', { method: 'POST', body: '{"name":"seen"}' });
      save().then(() => setInterval(save, 200));
    };
    socket.onmessage = (event) => {
      events.push(JSON.parse(event.data).events[0].type);
      socket.close(3001, 'enough');
    };
    socket.onclose = (event) => resolve([...events, event.code, event.wasClean]);
  }));
  assert.deepEqual(told, ['add', 3001, true]);
  const log = join(app.root, 'Logs/logweb.txt');
  assert.ok(await until(() => existsSync(log) && readFileSync(log, 'utf8').includes('$changes')));
  const line = readFileSync(log, 'utf8').split('\n').find((each) => each.includes('$changes'));
  assert.equal(JSON.parse(line).protocol, 'HTTP/2');
});
