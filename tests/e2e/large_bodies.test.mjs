// Uploads and downloads far larger than the memory that the server may take for them.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import { join } from 'node:path';
import test from 'node:test';
import { qodly, serve, temporaryFolder } from './support.mjs';

const mega = 1024 * 1024;
const megabytes = 300;
const mostGrowth = 60 * mega;

// Blocks that differ, so that none can stand for another.
function* blocks(count = megabytes) {
  for (let i = 0; i < count; i += 1) yield Buffer.alloc(mega, `block ${i}, `);
}

function digestOf(pieces) {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}

async function digestOfFile(path) {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece);
  return hash.digest('hex');
}

const depot = `shared singleton constructor()

function put(request : 4D.IncomingMessage) : object
  var content : blob
  var place : 4D.File
  content = request.getBlob()
  place = file("/DATA/" + request.urlPath[1])
  place.setContent(content)
  return {size: place.size, first: content{0}}

function append(request : 4D.IncomingMessage) : object
  var place : 4D.File
  var handle : 4D.FileHandle
  place = file("/DATA/" + request.urlPath[1])
  handle = place.open("append")
  handle.writeBlob(request.getBlob())
  handle = null
  return {size: place.size}

function get(request : 4D.IncomingMessage) : 4D.File
  return file("/DATA/" + request.urlPath[1])

function message(request : 4D.IncomingMessage) : 4D.OutgoingMessage
  var answer : 4D.OutgoingMessage
  answer = 4D.OutgoingMessage.new()
  answer.setBody(file("/DATA/" + request.urlPath[1]).getContent())
  answer.setHeader("X-Kind", "blob")
  return answer

function echo(request : 4D.IncomingMessage) : blob
  return request.getBlob()

function tail(request : 4D.IncomingMessage) : 4D.OutgoingMessage
  var answer : 4D.OutgoingMessage
  var content : 4D.Blob
  answer = 4D.OutgoingMessage.new()
  content = file("/DATA/" + request.urlPath[1]).getContent()
  answer.body = content.slice(num(request.urlQuery.from))
  return answer
`;

async function server(t, settings = {}) {
  const root = join(temporaryFolder(t), 'depot');
  assert.equal((await qodly('new', root, '--open')).code, 0);
  const sources = join(root, 'Project/Sources');
  mkdirSync(join(sources, 'Classes'), { recursive: true });
  mkdirSync(join(root, 'Data/instance'), { recursive: true });
  writeFileSync(join(root, 'Data/instance/env.json'), JSON.stringify({ http: { maxRequestSize: 2 ** 31, ...settings } }));
  writeFileSync(join(sources, 'Classes/Depot.4qs'), depot);
  writeFileSync(join(sources, 'HTTPHandlers.json'), JSON.stringify(
    ['put', 'append', 'get', 'message', 'echo', 'tail'].map((method) => ({ class: 'Depot', method, pattern: method }))));
  const started = await serve(t, root, ...(settings.HTTPSEnabled ? ['--https-port', '0'] : []));
  await started.get('/get/none');  // what a first request loads is not counted
  return { ...started, data: join(root, 'Data'), peak: () => peak(started.child.pid) };
}

const peak = (pid) => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024;

function send(origin, path, headers, pieces) {
  return new Promise((resolve, reject) => {
    const request = http.request(origin + path, { method: 'POST', headers }, (response) => {
      const hash = createHash('sha256');
      let text = '';
      let size = 0;
      response.on('data', (chunk) => {
        hash.update(chunk);
        size += chunk.length;
        if (size < 10_000) text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text, size, digest: hash.digest('hex') }));
    });
    request.on('error', reject);
    (async () => {
      for (const piece of pieces) {
        if (!request.write(piece)) await new Promise((resume) => request.once('drain', resume));
      }
      request.end();
    })();
  });
}

async function bounded(app, what, work) {
  const before = app.peak();
  await work();
  const grown = app.peak() - before;
  assert.ok(grown < mostGrowth, `${what} took ${Math.round(grown / mega)} MB`);
}

const whole = digestOf(blocks());
const length = { 'Content-Length': megabytes * mega };

test('a large upload goes into a file without being loaded', async (t) => {
  const app = await server(t);
  for (const [name, headers] of [['length', length], ['chunked', { 'Transfer-Encoding': 'chunked' }]]) {
    await bounded(app, name, async () => {
      const answer = await send(app.origin, `/put/${name}.bin`, headers, blocks());
      assert.deepEqual(JSON.parse(answer.text), { size: megabytes * mega, first: 'b'.charCodeAt(0) });
      assert.equal(await digestOfFile(join(app.data, `${name}.bin`)), whole);
    });
  }
  await bounded(app, 'through a handle', async () => {
    const answer = await send(app.origin, '/append/length.bin', length, blocks());
    assert.deepEqual(JSON.parse(answer.text), { size: 2 * megabytes * mega });
  });
  assert.deepEqual(readdirSync(app.data).filter((name) => name.startsWith('.qodly')), [], 'nothing is left behind');
});

test('a large upload over HTTP/2', async (t) => {
  const app = await server(t, { HTTPSEnabled: true });
  const port = /https:\/\/[^:]+:(\d+)/.exec(app.printed())[1];
  await bounded(app, 'HTTP/2', async () => {
    const client = http2.connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false });
    const stream = client.request({ ':method': 'POST', ':path': '/put/two.bin' });
    let text = '';
    stream.on('data', (chunk) => { text += chunk; });
    const ended = new Promise((resolve, reject) => stream.on('end', resolve).on('error', reject));
    for (const piece of blocks()) {
      if (!stream.write(piece)) await new Promise((resume) => stream.once('drain', resume));
    }
    stream.end();
    await ended;
    client.close();
    assert.equal(JSON.parse(text).size, megabytes * mega);
    assert.equal(await digestOfFile(join(app.data, 'two.bin')), whole);
  });
});

test('a large file or blob is sent without being loaded', async (t) => {
  const app = await server(t);
  writeFileSync(join(app.data, 'film.mp4'), '');
  for (const piece of blocks()) writeFileSync(join(app.data, 'film.mp4'), piece, { flag: 'a' });
  await bounded(app, 'a file', async () => {
    const answer = await send(app.origin, '/get/film.mp4', { 'Content-Length': 0 }, []);
    assert.equal(answer.headers['content-type'], 'video/mp4');
    assert.equal(answer.headers['content-length'], String(megabytes * mega));
    assert.equal(answer.digest, whole);
  });
  await bounded(app, 'a blob', async () => {
    const answer = await send(app.origin, '/message/film.mp4', { 'Content-Length': 0 }, []);
    assert.equal(answer.headers['content-type'], 'application/octet-stream');
    assert.equal(answer.headers['x-kind'], 'blob');
    assert.equal(answer.digest, whole);
  });
  await bounded(app, 'what was sent', async () => {
    const answer = await send(app.origin, '/echo', length, blocks());
    assert.equal(answer.digest, whole);
  });
  const last = await app.get(`/tail/film.mp4?from=${(megabytes - 2) * mega}`);
  assert.equal(digestOf([Buffer.from(await last.arrayBuffer())]), digestOf([...blocks()].slice(-2)));
});

test('parts of a file', async (t) => {
  const app = await server(t);
  writeFileSync(join(app.data, 'abc.txt'), 'abcdefghij');
  const part = await app.get('/get/abc.txt', { headers: { Range: 'bytes=2-4' } });
  assert.deepEqual([part.status, part.headers.get('content-range'), await part.text()], [206, 'bytes 2-4/10', 'cde']);
  assert.equal((await app.get('/get/abc.txt', { headers: { Range: 'bytes=10-' } })).status, 416);
  const all = await app.get('/get/abc.txt');
  assert.deepEqual([all.status, all.headers.get('content-type'), await all.text()], [200, 'text/plain; charset=UTF-8', 'abcdefghij']);
  assert.equal((await app.get('/get/missing.txt')).status, 500);
  assert.equal((await app.get('/get/abc.txt', { method: 'HEAD' })).headers.get('content-length'), '10');
});

test('a body over the limit is refused while it comes', async (t) => {
  const app = await server(t, { maxRequestSize: 8 * mega });
  const answer = await send(app.origin, '/put/large.bin', { 'Content-Length': 9 * mega }, []).catch((error) => error);
  assert.equal(answer.status, 413);
  assert.throws(() => statSync(join(app.data, 'large.bin')));
});
