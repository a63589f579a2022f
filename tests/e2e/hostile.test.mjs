// What visitors with bad intent send to the executable as a whole: bodies that would become large in memory, headers by way
// of code, contents that call themselves something else, clients that come or take byte after byte.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import http2 from 'node:http2';
import { join } from 'node:path';
import net from 'node:net';
import test from 'node:test';
import { qodly, serve, temporaryFolder } from './support.mjs';

const mega = 1024 * 1024;

const catalog = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE base SYSTEM "http://www.4d.com/dtd/2007/base.dtd" >
<base name="Press" uuid="AC000000000000000000000000000001" collation_locale="en">
	<schema name="DEFAULT_SCHEMA"/>
	<table name="Film" uuid="AC000000000000000000000000000002" id="1">
		<field name="ID" uuid="AC000000000000000000000000000003" type="4" unique="true" autosequence="true" not_null="true" id="1"/>
		<field name="content" uuid="AC000000000000000000000000000004" type="18" id="2"/>
		<field name="poster" uuid="AC000000000000000000000000000005" type="12" id="3"/>
		<primary_key field_name="ID" field_uuid="AC000000000000000000000000000003"/>
	</table>
</base>`;

const desk = `shared singleton constructor()

function inject(request : 4D.IncomingMessage) : 4D.OutgoingMessage
  var answer : 4D.OutgoingMessage
  answer = 4D.OutgoingMessage.new()
  answer.setBody("body")
  answer.headers[request.urlQuery.name] = request.urlQuery.value
  return answer

function large(request : 4D.IncomingMessage) : string
  return "x" * 2000000

function count(request : 4D.IncomingMessage) : integer
  return request.getJSON().length

exposed function size(list : collection) : integer
  return list.length
`;

const film = `extends Entity

exposed onHttpGet function show() : blob
  return this.content

exposed onHttpGet function picture() : picture
  return this.poster

exposed onHttpGet function message() : 4D.OutgoingMessage
  var answer : 4D.OutgoingMessage
  answer = 4D.OutgoingMessage.new()
  answer.setBody(this.poster)
  return answer
`;

async function server(t, settings = {}) {
  const root = join(temporaryFolder(t), 'press');
  assert.equal((await qodly('new', root, '--open')).code, 0);
  const sources = join(root, 'Project/Sources');
  for (const folder of ['Classes', 'Methods']) mkdirSync(join(sources, folder), { recursive: true });
  mkdirSync(join(root, 'Data/instance'), { recursive: true });
  writeFileSync(join(root, 'Data/instance/env.json'), JSON.stringify({ http: settings }));
  writeFileSync(join(sources, 'catalog.4DCatalog'), catalog);
  writeFileSync(join(sources, 'Classes/Desk.4qs'), desk);
  writeFileSync(join(sources, 'Classes/FilmEntity.4qs'), film);
  writeFileSync(join(sources, 'Methods/form.4dm'), '//%attributes = {"publishedWeb":true}\nWEB SEND TEXT("ok")\n');
  writeFileSync(join(sources, 'HTTPHandlers.json'), JSON.stringify(['inject', 'count', 'large'].map((method) => ({ class: 'Desk', method, pattern: method }))));
  const started = await serve(t, root, ...(settings.HTTPSEnabled ? ['--https-port', '0'] : []));
  return { ...started, port: Number(new URL(started.origin).port), secure: /https:\/\/[^\s/]+/.exec(started.printed())?.[0] };
}

const peak = (app) => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${app.child.pid}/status`, 'utf8'))[1]) * 1024;

function raw(port, request) {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write(request));
    let text = '';
    socket.setEncoding('latin1');
    socket.on('data', (piece) => { text += piece; });
    socket.on('error', () => {});
    socket.on('close', () => resolve(text));
  });
}

test('code cannot be made to write further headers', async (t) => {
  const app = await server(t);
  const evil = encodeURIComponent('text/html\r\nX-Evil: 1\r\n\r\n<script>');
  for (const name of ['Content-Type', 'content-type', 'X-Other', 'Location', 'Set-Cookie', encodeURIComponent('X-A: 1\r\nX-Evil')]) {
    const answer = await raw(app.port, `GET /inject?name=${name}&value=${evil} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    assert.match(answer, /^HTTP\/1.1 200 OK\r\n/);
    assert.doesNotMatch(answer, /X-Evil|<script>/, name);
    assert.ok(answer.endsWith('\r\n\r\nbody'), name);
  }
  for (const [name, value] of [['Content-Length', '999'], ['Transfer-Encoding', 'chunked'], ['Connection', 'upgrade']]) {
    const answer = await raw(app.port, `GET /inject?name=${name}&value=${value} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    assert.match(answer, /Content-Length: 4\r\n/);
    assert.doesNotMatch(answer, new RegExp(`^${name}: ${value}`, 'mi'), name);
  }
});

test('JSON that would become large in memory is refused', async (t) => {
  const app = await server(t);
  const list = `[${'{},'.repeat(20_000_000)}{}]`;
  const numbers = `[${'0,'.repeat(1_000_000)}0]`;
  const before = peak(app);
  const status = async (path, body) => (await app.get(path, { method: 'POST', body })).status;
  for (const path of ['/rest/Film?$method=update', '/rest/$batch', '/rest/$singleton/Desk/size', '/rest/$directory/login', '/rest/Film']) {
    assert.equal(await status(path, list), 413, path);
    assert.equal(await status(path, numbers), 413, path);
  }
  assert.equal(await status('/count', list), 500);
  assert.ok(peak(app) - before < 300 * mega, `${Math.round((peak(app) - before) / mega)} MB`);
  assert.deepEqual(await app.post('/rest/$singleton/Desk/size', [Array(900_000).fill(0)]), { result: 900_000 });
  assert.deepEqual(await app.post('/rest/$singleton/Desk/size', [[','.repeat(3_000_000)]]), { result: 1 }, 'commas in texts are not counted');
});

test('a form of nothing but separators', async (t) => {
  const app = await server(t);
  const before = peak(app);
  const answer = await app.get('/4DACTION/form', { method: 'POST', body: 'a&'.repeat(30_000_000), headers: { 'Content-Type': 'application/x-www-form-urlencoded' } });
  assert.equal(answer.status, 200);
  assert.ok(peak(app) - before < 100 * mega, `${Math.round((peak(app) - before) / mega)} MB`);
});

test('a content is not what its sender called it', async (t) => {
  const app = await server(t);
  const sent = await app.get('/rest/$upload?$binary=true', { method: 'POST', body: '<script>alert(1)</script>', headers: { 'Content-Type': 'text/html' } });
  const cookie = sent.headers.getSetCookie().map((line) => line.split(';')[0]).join('; ');
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><script>alert(1)</script></svg>';
  const drawn = await app.get('/rest/$upload?$rawPict=true', { method: 'POST', body: svg, headers: { 'Content-Type': 'image/svg+xml', cookie } });
  const body = JSON.stringify({ content: { ID: (await sent.json()).ID }, poster: { ID: (await drawn.json()).ID } });
  const { __KEY } = await (await app.get('/rest/Film?$method=update', { method: 'POST', headers: { cookie }, body })).json();
  const shown = await app.get(`/rest/Film(${__KEY})/show`);
  assert.equal(shown.headers.get('content-type'), 'application/octet-stream');
  assert.match(await shown.text(), /script/);
  for (const path of ['picture', 'message', 'poster?$expand=poster&$imageformat=best']) {
    const picture = await app.get(`/rest/Film(${__KEY})/${path}`);
    assert.match(picture.headers.get('content-type'), /^image\/svg\+xml/, path);
    assert.match(picture.headers.get('content-security-policy'), /default-src 'none'.*sandbox/, path);
  }
});

test('answers that nobody takes do not pile up', async (t) => {
  const app = await server(t, { HTTPSEnabled: true });
  const client = http2.connect(app.secure, { rejectUnauthorized: false, settings: { initialWindowSize: 0 } });
  t.after(() => client.destroy());
  client.on('error', () => {});
  const statuses = [];
  for (let i = 0; i < 60; i += 1) {
    statuses.push(await new Promise((resolve) => {
      const stream = client.request({ ':path': '/large' });
      stream.on('error', () => resolve(0));
      stream.on('response', (headers) => resolve(headers[':status']));
    }));
  }
  const made = statuses.filter((status) => status === 200).length;
  assert.ok(made >= 10 && made <= 20, `${made} answers of 2 MB wait`);
  assert.ok(statuses.slice(20).every((status) => status === 503), statuses.join(' '));
  assert.equal((await app.get('/large')).status, 200, 'others are answered');
});
