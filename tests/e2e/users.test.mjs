// Users, keys and logs as somebody meets them: a new project, its administrator, the login pages, the commands.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { itemCatalog, qodly, serve, temporaryFolder, until } from './support.mjs';

const password = 'Corr3ct-horse';

// A browser: keeps cookies, follows nothing.
function browser(server) {
  const jar = new Map();
  return async (path, { method = 'GET', form, json, headers = {} } = {}) => {
    const body = form ? new URLSearchParams(form).toString() : json ? JSON.stringify(json) : undefined;
    const answer = await fetch(server.origin + path, {
      method: form || json ? 'POST' : method,
      redirect: 'manual',
      headers: {
        ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
        ...(json && { 'content-type': 'application/json' }),
        cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
        ...headers,
      },
      body,
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value, rest] = /^([^=]+)=([^;]*)(.*)$/.exec(line);
      if (rest.includes('Max-Age=0')) jar.delete(name);
      else jar.set(name, value);
    }
    answer.jar = jar;
    return answer;
  };
}

async function shop(t) {
  const project = join(temporaryFolder(t), 'shop');
  assert.equal((await qodly('new', project)).code, 0);
  writeFileSync(join(project, 'Project/Sources/catalog.4DCatalog'), itemCatalog);
  return project;
}

async function withUser(t, ...options) {
  const project = await shop(t);
  const file = join(project, 'pass.txt');
  writeFileSync(file, `${password}\n`);
  const added = await qodly('user', 'add', project, 'mira@cedar.example', '--password-file', file, '--json', ...options);
  assert.equal(added.code, 0, added.err);
  return { project, user: JSON.parse(added.out) };
}

test('a new project is closed, and the link of its first start makes the administrator', async (t) => {
  const project = await shop(t);
  const server = await serve(t, project);
  assert.equal((await server.get('/rest/Item')).status, 401);
  assert.equal((await server.get('/rest/$catalog')).status, 200);
  assert.ok(await until(() => server.errors().includes('setup-link')));
  const link = new URL(readFileSync(join(project, 'Data/instance/setup-link'), 'utf8').trim());
  const visit = browser(server);
  assert.equal((await visit('/auth/setup?token=guess')).status, 403);
  assert.equal((await visit(link.pathname + link.search)).status, 200);
  const token = link.searchParams.get('token');
  assert.equal((await visit('/auth/setup', { form: { token, email: 'root@cedar.example', password: 'weak' } })).status, 400);
  const made = await visit('/auth/setup', { form: { token, email: 'root@cedar.example', password } });
  assert.equal(made.status, 303);
  assert.equal((await visit('/rest/Item')).status, 200);
  assert.equal((await visit(link.pathname + link.search)).status, 404);
  const listed = JSON.parse((await qodly('user', 'list', project, '--json')).out);
  assert.deepEqual(listed.map((each) => [each.email, each.instanceAdmin]), [['root@cedar.example', true]]);
});

test('the login page of the project signs in by its own code', async (t) => {
  const { project } = await withUser(t);
  const server = await serve(t, project);
  const visit = browser(server);
  const authentify = async (...parameters) => (await visit('/rest/$catalog/authentify', { json: parameters })).json();
  assert.deepEqual((await authentify('mira@cedar.example', 'wrong')).result ?? null, { success: false, statusText: 'Incorrect username or password.' });
  assert.equal((await visit('/rest/Item')).status, 401);
  const before = (await visit('/rest/$catalog')).jar.get('4DSID_shop');
  const { result } = await authentify('mira@cedar.example', password);
  assert.equal(result.success, true);
  assert.deepEqual(result.user, { email: 'mira@cedar.example', role: 'Admin', firstname: '', lastname: '' });
  const after = await visit('/rest/Item');
  assert.equal(after.status, 200);
  assert.notEqual(after.jar.get('4DSID_shop'), before, 'the cookie has a new value');
  assert.equal((await (await visit('/rest/$catalog/userName', { json: [] })).json()).result, 'mira@cedar.example');
  assert.equal((await visit('/rest/$catalog/__logout', { method: 'POST' })).status, 200);
  assert.equal((await visit('/rest/Item')).status, 401);
});

test('the built-in login page: form, cookies, log-out', async (t) => {
  const { project } = await withUser(t);
  const server = await serve(t, project);
  const visit = browser(server);
  const page = await visit('/auth/login?next=%2Frest%2FItem');
  assert.equal(page.status, 200);
  assert.match(page.headers.get('content-security-policy'), /default-src 'none'/);
  const html = await page.text();
  assert.match(html, /name="next" value="\/rest\/Item"/);
  assert.doesNotMatch(html, /<script(?![^>]*src=)|style=|onclick/);
  for (const next of ['//evil.example', 'https://evil.example', '/\\evil.example', '/\tx']) {
    assert.match(await (await visit(`/auth/login?next=${encodeURIComponent(next)}`)).text(), /name="next" value="\/"/, next);
  }
  const wrong = await visit('/auth/login', { form: { email: '"><script>alert(1)</script>', password: 'x', next: '/' } });
  assert.equal(wrong.status, 401);
  const refused = await wrong.text();
  assert.match(refused, /Incorrect username or password/);
  assert.doesNotMatch(refused, /<script>alert/);
  const login = await visit('/auth/login', { form: { email: 'mira@cedar.example', password, next: '/rest/Item' } });
  assert.equal(login.status, 303);
  assert.equal(login.headers.get('location'), '/rest/Item');
  const cookie = login.headers.getSetCookie().find((each) => each.startsWith('QAUTH_'));
  assert.match(cookie, /; Path=\/; HttpOnly; SameSite=Lax; Max-Age=604800$/);
  assert.equal((await visit('/rest/Item')).status, 200);
  assert.equal((await (await visit('/auth/session')).json()).user.email, 'mira@cedar.example');
  // A browser that has lost the cookie of the application is still the same user.
  const stolen = login.jar.get('QAUTH_Development');
  assert.equal((await fetch(`${server.origin}/rest/Item`, { headers: { cookie: `QAUTH_Development=${stolen}` } })).status, 200);
  assert.equal((await visit('/auth/logout', { form: {} })).status, 303);
  assert.equal((await visit('/rest/Item')).status, 401);
  assert.equal((await fetch(`${server.origin}/rest/Item`, { headers: { cookie: `QAUTH_Development=${stolen}` } })).status, 401);
});

test('what no cookie, link or origin gets around', async (t) => {
  const { project } = await withUser(t);
  const server = await serve(t, project);
  const status = async (path, init) => (await fetch(server.origin + path, { redirect: 'manual', ...init })).status;
  const forged = ['QAUTH_Development=AAAA', 'QAUTH_Development=', `QAUTH_Development=${'A'.repeat(43)}`, '4DSID_shop=00000000000000000000000000000000',
    'WASID4D=FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF', '4DSID_shop="; QAUTH_Development=x', `4DSID_shop=${'F'.repeat(4000)}`];
  for (const cookie of forged) assert.equal(await status('/rest/Item', { headers: { cookie } }), 401, cookie);
  const login = { method: 'POST', body: JSON.stringify({ email: 'mira@cedar.example', password }), headers: { 'content-type': 'application/json' } };
  for (const headers of [{ origin: 'https://evil.example' }, { origin: 'null' }, { referer: 'https://evil.example/x' }, { 'sec-fetch-site': 'cross-site' }]) {
    assert.equal(await status('/auth/login', { ...login, headers: { ...login.headers, ...headers } }), 403, JSON.stringify(headers));
  }
  assert.equal(await status('/auth/login', login), 200);
  assert.equal(await status('/auth/login', { ...login, body: '[]' }), 400);
  assert.equal(await status('/auth/login', { ...login, body: '{"email":' }), 400);
  assert.equal(await status('/auth/login', { ...login, body: JSON.stringify({ x: 'y'.repeat(300_000) }) }), 400);
  assert.equal(await status('/auth/login', { ...login, headers: { 'content-type': 'text/plain' } }), 400);
  assert.equal(await status('/auth/login', { method: 'PUT' }), 405);
  for (const path of ['/auth', '/auth/', '/auth/x', '/auth/start/none', '/auth/callback/none?state=x&code=y', '/auth/invite?token=x', '/auth/reset?token=x']) {
    assert.ok([400, 401, 404, 503].includes(await status(path)), path);
  }
  assert.equal(await status('/auth/account', { headers: { accept: 'text/html' } }), 302);
  assert.equal(await status('/auth/password', { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'old=x' }), 401);
});

test('the fifth wrong password locks the account', async (t) => {
  const { project } = await withUser(t);
  const server = await serve(t, project);
  const visit = browser(server);
  const attempt = (word) => visit('/auth/login', { json: { email: 'mira@cedar.example', password: word } });
  for (let i = 0; i < 5; ++i) assert.equal((await attempt('wrong')).status, 401);
  const locked = await attempt(password);
  assert.equal(locked.status, 429);
  assert.match(locked.headers.get('retry-after'), /^[1-5]?\d$|^60$/);
  const { result } = await (await visit('/rest/$catalog/authentify', { json: ['mira@cedar.example', password] })).json();
  assert.match(result.statusText, /^Too many attempts, try again in \d+ s\.$/);
});

test('a second factor by the pages as a program uses them', async (t) => {
  const { project } = await withUser(t);
  const server = await serve(t, project);
  const visit = browser(server);
  await visit('/auth/login', { json: { email: 'mira@cedar.example', password } });
  const enrolment = await (await visit('/auth/totp', { headers: { accept: 'application/json' } })).json();
  assert.match(enrolment.uri, /^otpauth:\/\/totp\/shop:/);
  const code = await totp(enrolment.secret);
  const codes = await (await visit('/auth/totp', { json: { setup: enrolment.setup, code } })).json();
  assert.equal(codes.recoveryCodes.length, 10);
  assert.equal((await visit('/rest/Item')).status, 200, 'the own session goes on');
  const other = browser(server);
  const half = await other('/auth/login', { json: { email: 'mira@cedar.example', password } });
  assert.equal(half.status, 401);
  const { step, ticket } = await half.json();
  assert.equal(step, 'code');
  assert.equal((await other('/rest/Item')).status, 401);
  assert.equal((await other('/auth/factor', { json: { ticket, code } })).status, 401, 'the code was used');
  assert.equal((await other('/auth/factor', { json: { ticket, code: codes.recoveryCodes[0] } })).status, 200);
  assert.equal((await other('/rest/Item')).status, 200);
  assert.equal((await qodly('user', 'mfa-reset', project, 'mira@cedar.example')).code, 0);
  assert.ok(await until(async () => (await other('/rest/Item')).status === 401), 'sign-ins of before are void');
});

async function totp(secret) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret].map((each) => alphabet.indexOf(each).toString(2).padStart(5, '0')).join('');
  const key = Uint8Array.from(bits.match(/.{8}/g), (each) => parseInt(each, 2));
  const message = new DataView(new ArrayBuffer(8));
  message.setBigUint64(0, BigInt(Math.floor(Date.now() / 30000)));
  const hmac = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-1' }, false, ['sign']);
  const mac = new DataView(await crypto.subtle.sign('HMAC', hmac, message.buffer));
  return String((mac.getUint32(mac.getUint8(19) & 15) & 0x7fffffff) % 1000000).padStart(6, '0');
}

test('commands: invitation, profile, disabling, removal', async (t) => {
  const project = await shop(t);
  const server = await serve(t, project);
  const invited = JSON.parse((await qodly('user', 'add', project, 'otto@cedar.example', '--first', 'Otto', '--json')).out);
  assert.equal(invited.mailed, false);
  const link = new URL(invited.link);
  const visit = browser(server);
  assert.ok(await until(async () => (await visit(link.pathname + link.search)).status === 200));
  const token = link.searchParams.get('token');
  assert.equal((await visit('/auth/invite', { form: { token, password } })).status, 303);
  assert.equal((await visit('/auth/invite', { form: { token, password: 'An0ther-one' } })).status, 400, 'works once');
  assert.equal((await visit('/auth/login', { json: { email: 'otto@cedar.example', password } })).status, 200);
  assert.equal((await visit('/rest/Item')).status, 200);
  assert.equal((await qodly('user', 'set', project, 'otto@cedar.example', '--disable')).code, 0);
  assert.ok(await until(async () => (await visit('/rest/Item')).status === 401), 'open sessions end');
  assert.equal((await qodly('user', 'add', project, 'otto@cedar.example')).code, 4);
  assert.equal((await qodly('user', 'add', project, 'no-mail')).code, 2);
  assert.equal((await qodly('user', 'set', project, 'otto@cedar.example', '--profile', 'Nobody')).code, 2);
  assert.equal((await qodly('user', 'remove', project, 'otto@cedar.example')).code, 0);
  assert.equal((await qodly('user', 'remove', project, 'otto@cedar.example')).code, 3);
});

test('API keys: made, used, refused, revoked', async (t) => {
  const project = await shop(t);
  const server = await serve(t, project);
  const create = async (...options) => JSON.parse((await qodly('key', 'create', project, '--description', 'till', '--json', ...options)).out);
  const key = await create();
  const use = (text, path = '/rest/Item') => server.get(path, { headers: { 'api-key': text } });
  assert.equal((await use(key.key)).status, 200, 'a new key counts from the next request on');
  assert.deepEqual((await use(key.key)).headers.getSetCookie(), [], 'no cookie goes to a program');
  for (const bad of ['', 'x', key.key.toUpperCase(), `${key.key}0`, key.key.slice(1), key.id]) {
    const answer = await use(bad);
    assert.equal(answer.status, 401, bad);
    const body = await answer.json();
    assert.equal(body.message, 'Api-key Not Valid');
    assert.equal(body.__ERROR[0].message, 'Api-key Not Valid');
  }
  const elsewhere = await create('--host', '10.99.0.0/16');
  assert.equal((await use(elsewhere.key)).status, 403);
  assert.equal((await qodly('key', 'edit', project, elsewhere.id, '--any-host')).code, 0);
  assert.equal((await use(elsewhere.key)).status, 200, 'so does an edited one');
  const slow = await create('--rate', '2');
  assert.deepEqual([(await use(slow.key)).status, (await use(slow.key)).status, (await use(slow.key)).status], [200, 200, 429]);
  assert.match((await use(slow.key)).headers.get('retry-after') ?? '', /^\d*$/);
  assert.equal((await qodly('key', 'create', project, '--description', 'x', '--role', 'Nobody')).code, 2);
  assert.equal((await qodly('key', 'create', project, '--description', 'x', '--expires', '2020-01-01')).code, 2);
  assert.equal((await qodly('key', 'show', project, key.id.slice(0, 12))).out.trim(), key.key);
  assert.equal((await qodly('key', 'revoke', project, key.id)).code, 0);
  assert.equal((await use(key.key)).status, 401, 'and one that was revoked');
  const verified = await qodly('audit', 'verify', project, '--json');
  assert.equal(JSON.parse(verified.out).sound, true);
});

test('the activity log shows what was done to it, the decisions why somebody was refused', async (t) => {
  const { project } = await withUser(t);
  const server = await serve(t, project);
  await server.get('/rest/Item');
  const lines = (await qodly('audit', 'decisions', project)).out.trim().split('\n').map((each) => JSON.parse(each));
  assert.equal(lines.at(-1).request, 'GET /rest/Item');
  assert.equal(lines.at(-1).user, 'guest');
  assert.match(lines.at(-1).rule, /forceLogin/);
  const file = join(project, 'Data/instance/activity.jsonl');
  const log = readFileSync(file, 'utf8');
  assert.equal((await qodly('audit', 'verify', project)).code, 0);
  writeFileSync(file, log.replace('mira@', 'eve@'));
  assert.equal((await qodly('audit', 'verify', project)).code, 7);
  writeFileSync(file, log.slice(0, log.lastIndexOf('\n', log.length - 2) + 1));
  assert.equal((await qodly('audit', 'verify', project)).code, 7);
});

const kill = (server) => { server.child.kill('SIGKILL'); return server.exited; };

test('sessions outlive a restart, and a server that is killed', async (t) => {
  const { project } = await withUser(t);
  const classes = join(project, 'Project/Sources/Classes/DataStore.4qs');
  writeFileSync(classes, `${readFileSync(classes, 'utf8')}
exposed function remember(text : string) : string
	use (session.storage)
		session.storage.kept = newSharedObject("text", text)
		session.storage.day = !2031-04-01!
		session.storage.list = newSharedCollection(1, 2.5, true, null)
		session.storage.selection = ds.Item.all().copy(kShared)
	end
	session.idleTimeout = 90
	return session.id

exposed function remembered() : string
	return session.storage.kept.text

exposed function fill(text : string) : string
	use (session.storage)
		session.storage.much = text * 70000000
	end
	return "filled"

exposed function details() : collection
	return newCollection(valueType(session.storage.day), session.storage.list, session.idleTimeout)

exposed function ticket() : string
	return session.createOTP({lifespanSeconds: 100})

exposed function back(ticket : string) : boolean
	return session.restore(ticket)

exposed function become(name : string) : boolean
	return session.setPrivileges({roles: "Admin", userName: name})

exposed function nobody() : boolean
	return session.clearPrivileges()
`);
  const roles = join(project, 'Project/Sources/roles.json');
  const rules = JSON.parse(readFileSync(roles, 'utf8'));
  for (const name of ['authentify', 'fill', 'become', 'nobody', 'remember', 'remembered']) rules.permissions.allowed.push({ applyTo: `ds.${name}`, type: 'method', execute: ['guest'] });
  rules.forceLogin = false;
  writeFileSync(roles, JSON.stringify(rules));
  let server = await serve(t, project);
  const at = { get origin() { return server.origin; } };
  const caller = () => {
    const visit = browser(at);
    return { visit, call: async (name, ...parameters) => (await (await visit(`/rest/$catalog/${name}`, { json: parameters })).json()).result };
  };
  const directory = caller();
  const own = caller();
  const guest = caller();
  assert.equal((await directory.call('authentify', 'mira@cedar.example', password)).success, true);
  assert.equal(await own.call('become', 'kim'), true);
  for (const [each, text] of [[directory, 'soup'], [own, 'tea'], [guest, 'bread']]) await each.call('remember', text);
  const ticket = await directory.call('ticket');
  assert.equal((await guest.call('back', ticket)) ?? null, null, 'closed to visitors');
  const check = async (how) => {
    // A browser sends several requests at once; none of them may bring it another session.
    const answers = await Promise.all([1, 2, 3, 4].map(() => own.visit('/rest/Item')));
    assert.deepEqual(answers.map((each) => each.status), [200, 200, 200, 200], how);
    assert.deepEqual(await Promise.all([directory, own, guest].map((each) => each.call('remembered'))), ['soup', 'tea', 'bread'], how);
    assert.equal(await directory.call('userName'), 'mira@cedar.example', how);
    assert.equal(await own.call('userName'), 'kim', how);
    assert.deepEqual(await own.call('details'), [4, [1, 2.5, true, null], 90], `${how}: types and times`);
    assert.equal((await guest.visit('/rest/Item')).status, 401, how);
  };
  const restart = async (end) => {
    await end(server);
    server = await serve(t, project);
  };
  await check('before');
  await restart((each) => each.stop());
  await check('after a stop');
  // What has changed is on the disk within about a second: the journal is written again for it. A writing that is seen may
  // have begun before the change; the next one, for a change of somebody else, has not.
  const journal = join(project, 'Data/sessions.bin');
  const other = caller();
  let count = 0;
  const seen = async (change) => {
    const before = readFileSync(journal);
    const result = await change();
    assert.ok(await until(() => !readFileSync(journal).equals(before)), 'written without a stop');
    return result;
  };
  const written = async (change) => {
    const result = await seen(change);
    await seen(() => other.call('remember', String(++count)));
    return result;
  };
  await written(() => own.call('remember', 'tea'));
  await restart(kill);
  await check('after a kill');
  await written(() => own.call('remember', 'coffee'));
  await restart(kill);
  assert.equal(await own.call('remembered'), 'coffee');
  const old = (await own.visit('/rest/Item')).jar.get('4DSID_shop');
  await written(() => own.call('nobody'));
  await restart(kill);
  assert.equal((await own.visit('/rest/Item')).status, 401, 'privileges given back do not come again');
  assert.equal(await own.call('remembered'), 'coffee');
  assert.equal((await server.get('/rest/Item', { headers: { cookie: `4DSID_shop=${old}` } })).status, 401);
  await written(async () => assert.equal((await directory.visit('/auth/logout', { form: {} })).status, 303));
  await restart(kill);
  assert.equal((await directory.visit('/rest/Item')).status, 401, 'who has logged out stays out');
  assert.equal((await directory.visit('/auth/login', { json: { email: 'mira@cedar.example', password } })).status, 200);
  await written(() => directory.call('remember', 'late'));
  const stolen = (await directory.visit('/rest/Item')).jar.get('4DSID_shop');
  assert.equal((await directory.visit('/auth/logout', { form: {} })).status, 303);
  await restart(kill);
  assert.equal((await server.get('/rest/Item', { headers: { cookie: `4DSID_shop=${stolen}` } })).status, 401, 'at once, when /auth knows the user');
  // What a session may hold is bounded; code is told, and goes on with an empty storage.
  assert.equal(await guest.call('fill', 'x'), 'filled');
  let told = '';
  assert.ok(await until(async () => {
    const answer = await (await guest.visit('/rest/$catalog/remembered', { json: [] })).json();
    told = answer.__ERROR?.[0].message ?? '';
    return told !== '';
  }));
  assert.match(told, /session\.storage has grown beyond what a session may hold/);
  await guest.call('remember', 'crumbs');
  assert.equal(await guest.call('remembered'), 'crumbs');
  const content = readFileSync(journal, 'latin1');
  assert.doesNotMatch(content, /mira|kim|coffee|soup|privileges/, 'sealed');
  await server.stop();
});

test('a lock outlives a restart, until somebody ends it', async (t) => {
  const { project } = await withUser(t);
  let server = await serve(t, project);
  const attempt = async (word) => (await server.get('/auth/login', {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email: 'mira@cedar.example', password: word }),
  })).status;
  for (let i = 0; i < 3; ++i) assert.equal(await attempt('wrong'), 401);
  await kill(server);
  server = await serve(t, project);
  for (let i = 0; i < 2; ++i) assert.equal(await attempt('wrong'), 401);
  await kill(server);
  server = await serve(t, project);
  assert.equal(await attempt(password), 429);
  await server.stop();
  server = await serve(t, project);
  assert.equal(await attempt(password), 429);
  assert.equal((await qodly('user', 'unlock', project, 'mira@cedar.example')).code, 0);
  assert.equal((await qodly('user', 'unlock', project, 'eve@cedar.example')).code, 3);
  assert.ok(await until(async () => (await attempt(password)) === 200));
  await server.stop();
});

test('cs.Qodly in code outside of a session', async (t) => {
  const { project } = await withUser(t);
  const value = async (expression) => {
    const { out, code } = await qodly('eval', '--project', project, expression, '--json');
    return code === 0 ? JSON.parse(out) : 'error';
  };
  assert.equal(await value('cs.Qodly.Users.me.currentUser()'), null);
  assert.equal(await value('cs.Qodly.Users.currentUser()'), 'error');
  assert.deepEqual(await value('cs.Qodly.Users.me.signIn("mira@cedar.example", "x")'), { success: false, statusText: 'Only code that runs for a web session can sign a user in.' });
  assert.equal(await value('cs.Qodly.Users.new().getCurrentUser()'), null);
  assert.equal(await value('cs.Qodly.Endpoints.me.publicEndpoint()'), null);
  assert.equal((await qodly('check', project)).code, 0);
});

test('who may come in where', async (t) => {
  const { project } = await withUser(t);
  const server = await serve(t, project);
  const key = (await qodly('key', 'create', project, '--description', 'till')).out.trim();
  const environment = join(project, 'Data/instance/env.json');
  writeFileSync(environment, JSON.stringify({ access: { publicAccess: false, baseUrl: 'https://shop.example/' } }));
  const visit = browser(server);
  assert.ok(await until(async () => (await visit('/')).status === 401));
  const page = await visit('/?x=1', { headers: { accept: 'text/html' } });
  assert.equal(page.status, 302);
  assert.equal(page.headers.get('location'), '/auth/login?next=%2F%3Fx%3D1');
  assert.equal((await visit('/rest/$catalog')).status, 401);
  assert.equal((await visit('/rest/Item', { headers: { 'api-key': key } })).status, 200);
  assert.equal((await visit('/$lib/auth/auth.css')).status, 200);
  assert.equal((await visit('/auth/login', { json: { email: 'mira@cedar.example', password } })).status, 200);
  assert.equal((await visit('/rest/Item')).status, 200);
  const invited = JSON.parse((await qodly('user', 'add', project, 'otto@cedar.example', '--json')).out);
  assert.match(invited.link, /^https:\/\/shop\.example\/auth\/invite\?token=/);
  writeFileSync(environment, JSON.stringify({ access: { apiHost: new URL(server.origin).host } }));
  assert.ok(await until(async () => (await visit('/rest/Item')).status === 400), 'a cookie does not help at the address of the API');
  assert.equal((await (await visit('/rest/Item')).json()).__ERROR[0].message, 'Some headers are missing, required headers [api-key]');
  assert.equal((await visit('/rest/Item', { headers: { 'api-key': key } })).status, 200);
  assert.equal((await visit('/', { headers: { 'api-key': key } })).status, 404);
});

test('a key opens REST alone, a planted cookie nothing for long, and a sign-in is protected like a session', async (t) => {
  const { project } = await withUser(t);
  const server = await serve(t, project);
  const status = async (path, headers = {}, init = {}) => (await server.get(path, { redirect: 'manual', headers, ...init })).status;
  // Where only signed-in users and keys come in, any header named api-key is no key.
  writeFileSync(join(project, 'Data/instance/env.json'), JSON.stringify({ access: { publicAccess: false } }));
  assert.ok(await until(async () => (await status('/')) === 401));
  for (const path of ['/', '/index.html', '/4DACTION/x', '/restaurant']) {
    assert.equal(await status(path, { 'api-key': 'x' }), 401, path);
  }
  assert.equal(await status('/rest/Item', { 'api-key': 'x' }), 401);
  const key = (await qodly('key', 'create', project, '--description', 'till')).out.trim();
  assert.ok(await until(async () => (await status('/rest/Item', { 'api-key': key })) === 200));
  assert.equal(await status('/', { 'api-key': key }), 401);
  writeFileSync(join(project, 'Data/instance/env.json'), '{}');
  assert.ok(await until(async () => (await status('/')) !== 401));
  // Session fixation: whoever has planted the cookie is not handed its new value, nor anything that it opens.
  const planted = (await server.get('/rest/$catalog')).headers.getSetCookie().find((line) => line.startsWith('4DSID_shop=')).split(';')[0];
  const login = await server.get('/rest/$catalog/authentify', { method: 'POST', headers: { cookie: planted }, body: JSON.stringify(['mira@cedar.example', password]) });
  assert.equal((await login.json()).result.success, true);
  assert.ok(login.headers.getSetCookie().some((line) => line.startsWith('4DSID_shop=') && !line.startsWith(planted)));
  const late = await server.get('/rest/Item', { headers: { cookie: planted } });
  assert.equal(late.status, 401);
  assert.deepEqual(late.headers.getSetCookie(), []);
  const own = login.headers.getSetCookie().find((line) => line.startsWith('4DSID_shop=')).split(';')[0];
  assert.equal(await status('/rest/Item', { cookie: own }), 200);
  // A sign-in of last week begins sessions by itself: its cookie needs the same care.
  const signIn = await server.get('/auth/login', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email: 'mira@cedar.example', password }) });
  const cookie = signIn.headers.getSetCookie().find((line) => line.startsWith('QAUTH_')).split(';')[0];
  const post = (headers) => status('/rest/Item?$method=update', { cookie, ...headers }, { method: 'POST', body: '[{"name":"forged"}]' });
  for (const headers of [{ origin: 'https://evil.example' }, { origin: 'null' }, { referer: 'https://evil.example/' }, { 'sec-fetch-site': 'cross-site' }]) {
    assert.equal(await post(headers), 403, JSON.stringify(headers));
  }
  assert.equal(await post({ origin: server.origin }), 200);
});

test('the application\'s own login function cannot be tried without end', async (t) => {
  const project = await shop(t);
  const classes = join(project, 'Project/Sources/Classes/DataStore.4qs');
  writeFileSync(classes, `extends DataStoreImplementation

exposed onHttpGet function authentify(word : string) : boolean
	if (word == "open")
		return session.setPrivileges("admin")
	end
	return false
`);
  let server = await serve(t, project);
  const call = (word) => server.get('/rest/$catalog/authentify', { method: 'POST', body: JSON.stringify([word]) });
  assert.ok([401, 405].includes((await server.get('/rest/$catalog/authentify')).status), 'never by GET');
  for (let i = 0; i < 10; ++i) assert.equal((await (await call('open')).json()).result, true);
  for (let i = 0; i < 20; ++i) assert.equal((await (await call(`guess${i}`)).json()).result, false);
  const refused = await call('open');
  assert.equal(refused.status, 429);
  assert.match(refused.headers.get('retry-after'), /^[1-9]\d?$/);
  await kill(server);
  server = await serve(t, project);
  assert.equal((await call('open')).status, 429, 'a server that was killed remembers');
  writeFileSync(join(project, 'Project/Sources/roles.json'), '{"permissions":{"allowed":[]},"privileges":[],"roles":[]}');
  const log = join(project, 'Data/instance/activity.jsonl');
  assert.ok(await until(async () => (await server.get('/rest/$info')) && existsSync(log) && readFileSync(log, 'utf8').includes('"Update Settings"')), 'a change of roles is in the log');
});
