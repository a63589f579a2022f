// Settings of classic web servers: sessions with one process, and character sets other than UTF-8.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import test from 'node:test';
import { qodly, serve, temporaryFolder, until } from './support.mjs';

async function project(t, settings) {
  const folder = join(temporaryFolder(t), 'shop');
  assert.equal((await qodly('new', folder, '--open')).code, 0);
  for (const name of ['Data/instance', 'WebFolder', 'Project/Sources/Methods', 'Project/Sources/Classes']) mkdirSync(join(folder, name), { recursive: true });
  const set = (values) => writeFileSync(join(folder, 'Data/instance/env.json'), JSON.stringify({ http: values }));
  set(settings);
  const method = (name, text) => writeFileSync(join(folder, `Project/Sources/Methods/${name}.4dm`), `//%attributes = {"publishedWeb":true}\n${text}\n`);
  method('count', 'If (Undefined(counter))\n\tcounter:=0\n\tbasket:=New object("items"; New collection)\nEnd if\ncounter:=counter+1\nbasket.items.push(counter)\nWEB SEND TEXT(String(counter)+":"+JSON Stringify(basket))');
  method('slow', 'If (Undefined(turns))\n\tturns:=0\nEnd if\n$seen:=turns\nDELAY PROCESS(Current process; 3)\nturns:=$seen+1\nWEB SEND TEXT(String(turns))');
  method('greet', 'ARRAY TEXT($names; 0)\nARRAY TEXT($values; 0)\nWEB GET VARIABLES($names; $values)\nWEB SEND TEXT("<p>Grüße, "+$values{1}+" € 中</p>")');
  method('typed', 'WEB SEND TEXT("é"; "text/html; charset=UTF-8")');
  method('data', 'WEB SEND TEXT("{\\"é\\":1}"; "application/json")');
  writeFileSync(join(folder, 'Project/Sources/Classes/Desk.4qs'), `shared singleton constructor()
function take(message : 4D.IncomingMessage) : string
	return message.getText() + "/" + message.urlQuery.q
`);
  writeFileSync(join(folder, 'Project/Sources/HTTPHandlers.json'), JSON.stringify([{ class: 'Desk', method: 'take', pattern: 'desk', verbs: 'post' }]));
  return { folder, set };
}

const asked = (server, path, { method = 'GET', headers = {}, body } = {}) => new Promise((resolve, reject) => {
  const { port } = new URL(server.origin);
  const request = http.request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
    const parts = [];
    response.on('data', (part) => parts.push(part));
    response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, bytes: Buffer.concat(parts) }));
  });
  request.on('error', reject);
  request.end(body);
});
const cookieOf = (answer) => (answer.headers['set-cookie'] ?? []).map((line) => line.split(';')[0]).join('; ');

test('a classic session has one process', async (t) => {
  const { folder } = await project(t, { scalableSession: false });
  const server = await serve(t, folder);
  const text = async (path, cookie) => (await asked(server, path, { headers: cookie ? { cookie } : {} })).bytes.toString();
  const first = await asked(server, '/4DACTION/count');
  assert.equal(first.bytes.toString(), '1:{"items":[1]}');
  const cookie = cookieOf(first);
  assert.match(cookie, /4DSID_shop=/);
  assert.equal(await text('/4DACTION/count', cookie), '2:{"items":[1,2]}');
  assert.equal(await text('/4DACTION/count', cookie), '3:{"items":[1,2,3]}');
  assert.equal(await text('/4DACTION/count'), '1:{"items":[1]}', 'another visitor has another one');
  const together = await Promise.all([...Array(6)].map(() => text('/4DACTION/slow', cookie)));
  assert.deepEqual(together.sort(), ['1', '2', '3', '4', '5', '6'], 'one request after the other');
  assert.equal(await text('/4DACTION/count', cookie), '4:{"items":[1,2,3,4]}');
});

test('a scalable session has none', async (t) => {
  const { folder } = await project(t, {});
  const server = await serve(t, folder);
  const first = await asked(server, '/4DACTION/count');
  const again = await asked(server, '/4DACTION/count', { headers: { cookie: cookieOf(first) } });
  assert.equal(again.bytes.toString(), '1:{"items":[1]}');
});

test('texts are sent and taken in the character set of the settings', async (t) => {
  const { folder, set } = await project(t, { characterSet: 'windows-1252' });
  writeFileSync(join(folder, 'WebFolder/page.html'), Buffer.from('<p>caf\xE9</p>', 'latin1'));
  writeFileSync(join(folder, 'WebFolder/code.js'), '"é"');
  const server = await serve(t, folder);
  const greeting = await asked(server, '/4DACTION/greet?name=Ren%E9');
  assert.equal(greeting.headers['content-type'], 'text/html; charset=windows-1252');
  assert.deepEqual(greeting.bytes, Buffer.from('<p>Gr\xFC\xDFe, Ren\xE9 \x80 ?</p>', 'latin1'));
  const form = await asked(server, '/4DACTION/greet', { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'name=Zo%EB' });
  assert.ok(form.bytes.includes(Buffer.from('Zo\xEB', 'latin1')));
  const unicode = await asked(server, '/4DACTION/greet?name=Ren%C3%A9');
  assert.deepEqual(unicode.bytes, greeting.bytes, 'what is UTF-8 stays so');
  const typed = await asked(server, '/4DACTION/typed');
  assert.deepEqual([typed.headers['content-type'], typed.bytes.toString()], ['text/html; charset=UTF-8', 'é']);
  assert.equal((await asked(server, '/4DACTION/data')).bytes.toString(), '{"é":1}', 'JSON is UTF-8');
  const page = await asked(server, '/page.html');
  assert.equal(page.headers['content-type'], 'text/html; charset=windows-1252');
  assert.deepEqual(page.bytes, Buffer.from('<p>caf\xE9</p>', 'latin1'), 'files stay as they are');
  assert.equal((await asked(server, '/code.js')).headers['content-type'], 'text/javascript; charset=UTF-8');
  assert.equal((await asked(server, '/rest/$catalog')).headers['content-type'], 'application/json; charset=UTF-8');
  const desk = await asked(server, '/desk?q=%DF', { method: 'POST', body: Buffer.from('Stra\xDFe', 'latin1') });
  assert.deepEqual([desk.headers['content-type'], desk.bytes], ['text/plain; charset=windows-1252', Buffer.from('Stra\xDFe/\xDF', 'latin1')]);
  const said = await asked(server, '/desk?q=x', { method: 'POST', headers: { 'content-type': 'text/plain; charset=ISO-8859-7' }, body: Buffer.from([0xE1]) });
  assert.equal(said.bytes.toString(), '?/x', 'a set that the request names counts, and alpha is none of windows-1252');

  set({ characterSet: 2251 });
  assert.ok(await until(async () => (await asked(server, '/page.html')).headers['content-type'] === 'text/html; charset=windows-1251'));
  assert.deepEqual((await asked(server, '/desk?q=%C6', { method: 'POST', body: Buffer.from([0xC6]) })).bytes, Buffer.from([0xC6, 0x2F, 0xC6]));
  set({});
  assert.ok(await until(async () => (await asked(server, '/page.html')).headers['content-type'] === 'text/html; charset=UTF-8'));
  assert.ok((await asked(server, '/4DACTION/greet?name=x')).bytes.toString().includes('Grüße, x \u20AC \u4E2D'));
});
