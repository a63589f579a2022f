// The pages on which users look after their account, in a browser with an authenticator; what administrators read and change.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { launch, noBrowser } from './chromium.mjs';
import { itemCatalog, patience, qodly, serve, temporaryFolder, until } from './support.mjs';

const password = 'Corr3ct-horse';

async function shop(t, ...options) {
  const project = join(temporaryFolder(t), 'shop');
  assert.equal((await qodly('new', project)).code, 0);
  writeFileSync(join(project, 'Project/Sources/catalog.4DCatalog'), itemCatalog);
  const file = join(project, 'pass.txt');
  writeFileSync(file, `${password}\n`);
  const added = await qodly('user', 'add', project, 'mira@cedar.example', '--password-file', file, ...options);
  assert.equal(added.code, 0, added.err);
  return project;
}

// Signed in by JSON: a function that asks with the cookies of the user.
async function signedIn(server, email = 'mira@cedar.example') {
  const answer = await server.get('/auth/login', {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email, password }),
  });
  assert.equal(answer.status, 200);
  const cookie = answer.headers.getSetCookie().map((line) => line.split(';')[0]).join('; ');
  const ask = (path, init = {}) => server.get(path, { redirect: 'manual', ...init, headers: { cookie, ...init.headers } });
  return Object.assign(ask, { cookie });
}

test('passkeys are added, named, used and removed one by one', { skip: noBrowser }, async (t) => {
  const server = await serve(t, await shop(t));
  const origin = server.origin.replace('127.0.0.1', 'localhost');
  const browser = await launch(t);
  const page = await browser.newPage();
  page.setDefaultTimeout(patience);
  const problems = [];
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  page.on('pageerror', (error) => problems.push(error.message));
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
  const logIn = async () => {
    await page.goto(`${origin}/auth/login?next=/auth/account`);
    await page.getByLabel('E-mail').fill('mira@cedar.example');
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
  };
  const names = () => page.locator('.keys input[name=name]').evaluateAll((fields) => fields.map((field) => field.value));
  await logIn();
  await page.getByRole('link', { name: 'Passkeys' }).click();
  await page.getByText('There is no passkey yet.').waitFor();
  await page.getByLabel('Name of a new passkey').fill('<b>Laptop</b>');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.locator('.keys li').waitFor();
  assert.deepEqual(await names(), ['<b>Laptop</b>']);
  assert.equal(await page.locator('.keys b').count(), 0);
  await page.locator('.keys input[name=name]').fill('Laptop');
  await page.getByRole('button', { name: 'Save the name' }).click();
  await page.waitForFunction(() => document.querySelector('.keys input[name=name]')?.value === 'Laptop');
  assert.match(await page.locator('.keys').innerText(), /never used/);
  // Somebody who loses it needs another way in.
  await page.getByRole('button', { name: 'Make recovery codes' }).click();
  await page.getByRole('heading', { name: 'Recovery codes' }).waitFor();
  const codes = await page.locator('.codes li').allInnerTexts();
  assert.equal(codes.length, 10);
  await page.goto(`${origin}/auth/account`);
  await page.getByRole('button', { name: 'Log out' }).click();
  // Alone: who has the device and its PIN needs no password.
  await page.goto(`${origin}/auth/login?next=/auth/passkeys`);
  await page.getByRole('button', { name: 'Log in with a passkey' }).click();
  await page.waitForURL('**/auth/passkeys');
  assert.match(await page.locator('.keys').innerText(), /used \d{4}-\d\d-\d\d/);
  // As the second factor, or a recovery code in its place.
  await page.context().clearCookies();
  await logIn();
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await page.waitForURL('**/auth/account');
  await page.context().clearCookies();
  await logIn();
  await page.getByLabel('Recovery code').fill(codes[0]);
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.waitForURL('**/auth/account');
  assert.match(await page.locator('main').innerText(), /Passkeys: 1\. Recovery codes left: 9\./);
  await page.goto(`${origin}/auth/passkeys`);
  await page.getByRole('button', { name: 'Remove Laptop' }).click();
  await page.getByText('There is no passkey yet.').waitFor();
  await page.context().clearCookies();
  await logIn();
  await page.waitForURL('**/auth/account');
  assert.deepEqual(problems, []);
});

test('the QR code of an authenticator app is drawn in the page', { skip: noBrowser }, async (t) => {
  const server = await serve(t, await shop(t));
  const browser = await launch(t);
  const page = await browser.newPage();
  page.setDefaultTimeout(patience);
  const problems = [];
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  page.on('request', (request) => new URL(request.url()).origin === server.origin || problems.push(request.url()));
  await page.goto(`${server.origin}/auth/login?next=/auth/totp`);
  await page.getByLabel('E-mail').fill('mira@cedar.example');
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  const picture = page.getByRole('img', { name: 'QR code of the key below' });
  await picture.waitFor();
  const box = await picture.boundingBox();
  assert.ok(box.width > 150 && Math.abs(box.width - box.height) < 1, JSON.stringify(box));
  assert.ok((await picture.locator('path').getAttribute('d')).length > 1000);
  assert.match(await page.locator('[data-qr]').getAttribute('data-qr'), /^otpauth:\/\/totp\/shop/);
  assert.deepEqual(problems, []);
});

test('factors and passkeys by programs', async (t) => {
  const server = await serve(t, await shop(t));
  const ask = await signedIn(server);
  const post = async (path, body) => (await ask(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })).status;
  assert.deepEqual(await (await ask('/auth/passkeys', { headers: { accept: 'application/json' } })).json(), { passkeys: [] });
  assert.equal(await post('/auth/passkeys/rename', { id: 'AAAA', name: 'x' }), 400);
  assert.equal(await post('/auth/passkeys/remove', { id: '' }), 400);
  assert.equal(await post('/auth/recovery', {}), 400, 'codes belong to a factor');
  for (const path of ['/auth/passkeys', '/auth/decisions', '/auth/activity', '/auth/sessions']) {
    assert.equal((await server.get(path, { headers: { accept: 'application/json' } })).status, 401, path);
  }
  for (const path of ['/auth/passkeys/rename', '/auth/passkeys/remove', '/auth/recovery', '/auth/totp/remove', '/auth/sessions/end']) {
    assert.equal((await server.get(path, { method: 'POST' })).status, 401, path);
    assert.equal((await ask(path, { method: 'POST', headers: { origin: 'https://evil.example' } })).status, 403, path);
  }
});

test('administrators read who was refused what, and what was done', async (t) => {
  const project = await shop(t, '--admin');
  const file = join(project, 'pass.txt');
  assert.equal((await qodly('user', 'add', project, 'otto@cedar.example', '--password-file', file)).code, 0);
  const server = await serve(t, project);
  await server.get('/rest/Item?%24filter="<script>"');
  const ask = await signedIn(server);
  const list = async (path) => (await ask(path, { headers: { accept: 'application/json' } })).json();
  const decisions = await list('/auth/decisions');
  assert.equal(decisions.total, 1);
  const [decision] = decisions.items;
  assert.deepEqual([decision.user, decision.request, decision.held], ['guest', 'GET /rest/Item', []]);
  assert.match(decision.rule, /forceLogin/);
  for (let i = 0; i < 4; ++i) await server.get('/rest/Item');
  const page = await list('/auth/decisions?offset=1&limit=2');
  assert.deepEqual([page.items.length, page.total], [2, 5]);
  const activity = await list('/auth/activity?q=user+login');
  assert.ok(activity.total >= 1);
  assert.deepEqual([activity.items[0].action, activity.items[0].user], ['User Login', 'mira@cedar.example']);
  assert.deepEqual(await list('/auth/activity?q=nowhere'), { items: [], total: 0 });
  for (const bad of ['limit=0', 'limit=1001', 'limit=x', 'offset=-1']) {
    assert.equal((await ask(`/auth/decisions?${bad}`, { headers: { accept: 'application/json' } })).status, 400, bad);
  }
  const html = await (await ask('/auth/decisions?q=%22%3E%3Cscript%3E', { headers: { accept: 'text/html' } })).text();
  assert.doesNotMatch(html, /"><script>/);
  assert.match(await (await ask('/auth/activity', { headers: { accept: 'text/html' } })).text(), /<td>User Login<\/td>/);
  const otto = await signedIn(server, 'otto@cedar.example');
  for (const path of ['/auth/decisions', '/auth/activity']) {
    assert.equal((await otto(path, { headers: { accept: 'application/json' } })).status, 403, path);
  }
});

test('administrators see the sessions and end them', async (t) => {
  const project = await shop(t, '--admin');
  const file = join(project, 'pass.txt');
  assert.equal((await qodly('user', 'add', project, 'otto@cedar.example', '--password-file', file)).code, 0);
  const server = await serve(t, project);
  const ask = await signedIn(server);
  const ottos = [await signedIn(server, 'otto@cedar.example'), await signedIn(server, 'otto@cedar.example')];
  const list = async (query = '') => (await ask(`/auth/sessions${query}`, { headers: { accept: 'application/json' } })).json();
  const end = async (by, body) => (await by('/auth/sessions/end', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })).status;
  const all = await list();
  assert.deepEqual(all.items.map((each) => each.userName).sort(), ['mira@cedar.example', 'otto@cedar.example', 'otto@cedar.example']);
  assert.equal(all.items[0].userName, 'mira@cedar.example', 'the one used last');
  assert.deepEqual(all.items[0].privileges, ['admin']);
  const cookies = JSON.stringify(all);
  for (const each of [ask, ...ottos]) assert.equal((await each('/rest/Item')).status, 200);
  const [one, other] = (await list('?q=otto')).items;
  assert.ok(one.id !== other.id && !cookies.includes('QAUTH'));
  // Neither guests nor users nor another site end a session.
  assert.equal(await end(ottos[0], { id: one.id }), 403);
  assert.equal(await end(ask, { id: 'nothing' }), 404);
  assert.equal(await end(ask, {}), 404);
  assert.equal(await end(ask, { user: '' }), 404);
  assert.equal(await end(ask, { id: one.id }), 200);
  assert.deepEqual((await Promise.all(ottos.map((each) => each('/rest/Item')))).map((each) => each.status).sort(), [200, 401], 'the sign-in behind it ended, too');
  assert.equal(await end(ask, { user: 'Otto@cedar.example' }), 200);
  for (const each of ottos) assert.equal((await each('/rest/Item')).status, 401);
  assert.equal((await ask('/rest/Item')).status, 200);
  assert.equal((await list()).total, 1);
  assert.match(await (await ask('/auth/sessions', { headers: { accept: 'text/html' } })).text(), /aria-label="End [0-9A-F]{32}"/);
});

test('sessions are listed and ended by command, also while nothing is served', async (t) => {
  const project = await shop(t);
  const file = join(project, 'pass.txt');
  assert.equal((await qodly('user', 'add', project, 'otto@cedar.example', '--password-file', file)).code, 0);
  const first = await serve(t, project);
  const mira = await signedIn(first);
  const ottos = [await signedIn(first, 'otto@cedar.example'), await signedIn(first, 'otto@cedar.example')];
  const list = async () => JSON.parse((await qodly('session', 'list', project, '--json')).out);
  assert.ok(await until(async () => (await list()).length === 3));
  const all = await list();
  assert.deepEqual(all.map((each) => each.userName).sort(), ['mira@cedar.example', 'otto@cedar.example', 'otto@cedar.example']);
  const [one] = all.filter((each) => each.userName === 'otto@cedar.example');
  assert.deepEqual(one.privileges, ['admin']);
  for (const time of ['createdAt', 'lastUsedAt', 'expiresAt']) assert.ok(Math.abs(Date.parse(one[time]) - Date.now()) < 2 * 3600_000, time);
  assert.match((await qodly('session', 'list', project)).out, new RegExp(`^${one.id} .*otto@cedar.example +admin$`, 'm'));
  assert.equal((await qodly('session', 'drop', project, 'nothing')).code, 3);
  assert.equal((await qodly('session', 'drop', project, '--user', 'nobody@cedar.example')).code, 3);
  assert.equal((await qodly('session', 'drop', project)).code, 2);
  const status = async (ask) => (await ask('/rest/Item')).status;
  assert.equal((await qodly('session', 'drop', project, one.id)).code, 0);
  assert.ok(await until(async () => (await Promise.all(ottos.map(status))).includes(401)), 'within a second, the sign-in behind it, too');
  assert.deepEqual((await Promise.all(ottos.map(status))).sort(), [200, 401]);
  assert.equal((await qodly('session', 'drop', project, '--user', 'Otto@cedar.example', '--json')).code, 0);
  assert.ok(await until(async () => (await Promise.all(ottos.map(status))).every((each) => each === 401)));
  assert.equal(await status(mira), 200);
  assert.ok(await until(async () => (await list()).length === 1));
  assert.match(readFileSync(join(project, 'Data/instance/activity.jsonl'), 'utf8'), /"End Session".*"cli"/);
  // Cookies of before a stop: the server that starts next knows what was ended meanwhile.
  await first.stop();
  assert.equal((await qodly('session', 'drop', project, '--user', 'mira@cedar.example')).code, 0);
  const second = await serve(t, project);
  assert.equal((await second.get('/rest/Item', { headers: { cookie: mira.cookie } })).status, 401);
  assert.ok(await until(async () => (await list()).length === 0));
});

test('an API key can be edited, and tells when it was used', async (t) => {
  const project = await shop(t);
  const roles = {
    privileges: [{ privilege: 'reader' }, { privilege: 'admin' }],
    roles: [{ role: 'Reader', privileges: ['reader'] }, { role: 'Admin', privileges: ['admin'] }],
    permissions: { allowed: [{ applyTo: 'ds', type: 'datastore', read: ['admin', 'reader'], create: ['admin'] }] },
  };
  writeFileSync(join(project, 'Project/Sources/roles.json'), JSON.stringify(roles));
  let server = await serve(t, project);
  const edit = async (...options) => qodly('key', 'edit', project, key.id, '--json', ...options);
  const key = JSON.parse((await qodly('key', 'create', project, '--description', 'till', '--json')).out);
  assert.deepEqual([key.lastUsedAt, key.calls24h], [null, 0]);
  const use = (init = {}) => server.get('/rest/Item', { ...init, headers: { 'api-key': key.key } });
  const create = async () => (await (await server.get('/rest/Item?$method=update', { method: 'POST', headers: { 'api-key': key.key }, body: '[{"name":"x"}]' })).json()).__ENTITIES[0].__STATUS.success;
  assert.ok(await until(async () => (await use()).status === 200));
  assert.equal(await create(), true);
  // The role counts at the next request, in the session that the key already has.
  const edited = JSON.parse((await edit('--role', 'Reader', '--description', 'display', '--rate', '1000')).out);
  assert.deepEqual([edited.role, edited.description, edited.rateLimitPerMinute, edited.expiresAt], ['Reader', 'display', 1000, key.expiresAt]);
  assert.ok(await until(async () => (await create()) === false));
  assert.equal((await use()).status, 200);
  assert.equal((await edit('--host', '10.0.0.0/8')).code, 0);
  assert.ok(await until(async () => (await use()).status === 403));
  assert.deepEqual(JSON.parse((await edit('--any-host')).out).allowedHosts, []);
  assert.ok(await until(async () => (await use()).status === 200));
  for (const bad of [['--expires', '2020-01-01'], ['--expires', 'soon'], ['--expires', '2999-01-01'], ['--role', 'Nobody'], ['--host', 'nowhere'], ['--description', ' ']]) {
    assert.equal((await edit(...bad)).code, 2, bad.join(' '));
  }
  assert.equal((await qodly('key', 'edit', project, 'ffff')).code, 3);
  await server.stop();
  const [listed] = JSON.parse((await qodly('key', 'list', project, '--json')).out);
  assert.match(listed.lastUsedAt, /^\d{4}-\d\d-\d\dT/);
  assert.ok(listed.calls24h >= 5, String(listed.calls24h));
  assert.match((await qodly('key', 'list', project)).out, new RegExp(`${listed.lastUsedAt.slice(0, 16)}  display`));
  server = await serve(t, project);
  assert.equal((await use()).status, 200);
  await server.stop();
  assert.equal(JSON.parse((await qodly('key', 'list', project, '--json')).out)[0].calls24h, listed.calls24h + 1, 'counted on');
});
