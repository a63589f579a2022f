// Many open pages, as the server sees them: each with a session, an entity set of its own and a WebSocket that follows it.
// Started by live_rows.mjs, with messages to and fro:
//   {open: n}   -> {opened: n}                  pages, or with {idle: n} plain connections that sent one request
//   {change: n} -> {milliseconds: [...]}        n changes one after the other; times from the request to each page's message
// usage: (fork) live_clients.mjs PORT
import { randomBytes } from 'node:crypto';
import http from 'node:http';
import net from 'node:net';

const port = Number(process.argv[2]);
const atOnce = 64;
const pages = [];
const idle = [];
let arrivals = [];
let wanted = 0;
let latitude = 10 + Math.random();
let whenAll = () => {};

const agent = new http.Agent({ keepAlive: true, maxSockets: atOnce });
function ask(method, path, { cookie, body } = {}) {
  return new Promise((resolve, reject) => {
    const headers = { ...(cookie && { Cookie: cookie }), ...(body && { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }) };
    const request = http.request({ host: '127.0.0.1', port, path: encodeURI(path), method, agent, headers }, (response) => {
      let text = '';
      response.on('data', (chunk) => { text += chunk; });
      response.on('end', () => {
        if (response.statusCode !== 200) return reject(new Error(`${path}: ${response.statusCode} ${text}`));
        const cookies = (response.headers['set-cookie'] ?? []).map((each) => each.split(';')[0]).join('; ');
        return resolve({ json: JSON.parse(text), cookie: cookies });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

function textFrame(text) {
  const payload = Buffer.from(text);
  const head = payload.length < 126 ? Buffer.from([0x81, 0x80 | payload.length]) : Buffer.from([0x81, 0x80 | 126, payload.length >> 8, payload.length & 255]);
  return Buffer.concat([head, Buffer.alloc(4), payload]);  // a mask of zeros
}

// The texts of whole frames; what is left comes back.
function takeFrames(buffer, take) {
  while (buffer.length >= 2) {
    let size = buffer[1] & 127;
    let at = 2;
    if (size === 126) { size = buffer.length >= 4 ? buffer.readUInt16BE(2) : Infinity; at = 4; }
    if (buffer.length < at + size) break;
    if ((buffer[0] & 15) === 1) take(buffer.toString('utf8', at, at + size));
    buffer = buffer.subarray(at + size);
  }
  return buffer;
}

function follow(cookie, set) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.on('error', reject);
    socket.write(`GET /rest/$changes HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nOrigin: http://127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`
      + `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nCookie: ${cookie}\r\n\r\n`);
    let head = '';
    let left = null;
    socket.on('data', (chunk) => {
      if (left === null) {
        head += chunk.toString('latin1');
        const end = head.indexOf('\r\n\r\n');
        if (end < 0) return;
        if (!head.startsWith('HTTP/1.1 101')) return reject(new Error(head));
        left = Buffer.from(head.slice(end + 4), 'latin1');
        socket.write(textFrame(JSON.stringify({ subscribe: 'a', dataclass: 'City', set, window: [0, 40], attributes: ['name', 'latitude'] })));
        resolve(socket);
        return;
      }
      left = Buffer.from(takeFrames(left.length > 0 ? Buffer.concat([left, chunk]) : chunk, (text) => {
        if (!text.includes('"update"')) throw new Error(`not an update: ${text}`);
        arrivals.push(performance.now());
        if (arrivals.length === wanted) whenAll();
      }));
    });
  });
}

async function openPage() {
  const { json, cookie } = await ask('GET', '/rest/City?$filter="ID<200"&$method=entityset&$limit=40&$attributes=name,latitude');
  pages.push(await follow(cookie, json.__ENTITYSET.split('/').pop()));
}

function openIdle() {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write('GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n'));
    socket.on('error', reject);
    socket.once('data', () => { idle.push(socket); resolve(); });
  });
}

async function many(count, open) {
  let left = count;
  await Promise.all(Array.from({ length: atOnce }, async () => { while (left-- > 0) await open(); }));
}

async function change(key, latitude) {
  arrivals = [];
  wanted = pages.length;
  const all = new Promise((resolve) => { whenAll = resolve; });
  const begin = performance.now();
  await ask('POST', '/rest/City?$method=update', { body: JSON.stringify({ __KEY: key, latitude }) });
  await all;
  return arrivals.map((time) => time - begin);
}

process.on('message', async (message) => {
  try {
    if (message.open) { await many(message.open, openPage); process.send({ opened: pages.length }); }
    if (message.idle) { await many(message.idle, openIdle); process.send({ opened: idle.length }); }
    if (message.change) {
      const milliseconds = [];
      for (let i = 0; i < message.change; i += 1) milliseconds.push(...await change(1 + (i % 10), (latitude += 0.001)));  // never the same value
      process.send({ milliseconds });
    }
  } catch (error) {
    process.send({ error: String(error) });
  }
});
