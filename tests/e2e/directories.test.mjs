// Users from elsewhere: a real OpenLDAP server, and the commands that look after directories.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, statSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { program, qodly, serve, temporaryFolder, until } from './support.mjs';

const slapdScript = fileURLToPath(new URL('../support/slapd.sh', import.meta.url));
const noSlapd = existsSync('/usr/sbin/slapd') ? false : 'slapd is not installed';

const freePort = () => new Promise((resolve) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});

// Runs a command with a text on its standard input: { code, out, err }.
const qodlyWith = (input, ...args) => new Promise((resolve) => {
  const child = execFile(program, args, (error, out, err) => resolve({ code: error ? error.code : 0, out, err }));
  child.stdin.on('error', () => {});
  child.stdin.end(input);
});

async function startSlapd(t) {
  const folder = temporaryFolder(t);
  const [port, securePort] = [await freePort(), await freePort()];
  const child = spawn(slapdScript, [folder, String(port), String(securePort)], { stdio: 'inherit' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  t.after(() => { child.kill('SIGTERM'); return ended; });
  assert.ok(await until(() => existsSync(join(folder, 'ready'))), 'slapd starts');
  return { url: `ldap://127.0.0.1:${port}`, secureUrl: `ldaps://127.0.0.1:${securePort}`, ca: join(folder, 'ca.pem') };
}

async function newProject(t) {
  const project = join(temporaryFolder(t), 'shop');
  assert.equal((await qodly('new', project)).code, 0);
  const instance = join(project, 'Data', 'instance');
  return {
    project,
    instance,
    writeAuth: (providers) => {
      mkdirSync(instance, { recursive: true });
      writeFileSync(join(instance, 'auth.json'), JSON.stringify({ providers }));
    },
  };
}

const ldapEntry = (slapd) => ({
  type: 'ldap', name: 'corp', url: slapd.secureUrl, caFile: slapd.ca, bindDN: 'cn=service,dc=cedar,dc=example',
  bindPassword: { secret: 'ldapBind' }, baseDN: 'ou=people,dc=cedar,dc=example',
  userFilter: '(&(objectClass=person)(uid={login}))', profiles: [{ group: 'cn=Sales,*', profile: 'Seller' }],
});

test('secrets are kept sealed, listed by name and removed', async (t) => {
  const { project, instance } = await newProject(t);
  assert.equal((await qodlyWith('s3cret-value\n', 'secret', 'set', project, 'ldapBind')).code, 0);
  assert.equal((await qodlyWith('other', 'secret', 'set', project, 'mail.password')).code, 0);
  assert.equal((await qodly('secret', 'list', project)).out, 'ldapBind\nmail.password\n');
  assert.deepEqual(JSON.parse((await qodly('secret', 'list', project, '--json')).out), ['ldapBind', 'mail.password']);
  assert.ok(!readFileSync(join(instance, 'secrets.json'), 'utf8').includes('s3cret'));
  assert.equal(statSync(join(instance, 'secrets.json')).mode & 0o077, 0);
  assert.equal(statSync(instance).mode & 0o077, 0);
  assert.equal((await qodly('secret', 'remove', project, 'mail.password')).code, 0);
  const again = await qodly('secret', 'remove', project, 'mail.password');
  assert.notEqual(again.code, 0);
  assert.match(again.err, /mail\.password/);
  assert.notEqual((await qodlyWith('', 'secret', 'set', project, 'empty')).code, 0);
  assert.notEqual((await qodlyWith('x', 'secret', 'set', project, '../evil')).code, 0);
  assert.notEqual((await qodly('secret', 'list', join(project, 'nowhere'))).code, 0);
});

test('auth check tells what is wrong with each entry', async (t) => {
  const { project, instance, writeAuth } = await newProject(t);
  let checked = await qodly('auth', 'check', project);
  assert.deepEqual([checked.code, checked.out], [0, 'ok      builtin: users of this instance\n']);
  writeAuth([
    { type: 'builtin' },
    { type: 'ldap', name: 'corp', url: 'ldap://dir.example', baseDN: 'dc=x' },
    { type: 'oidc', name: 'staff', issuer: `http://127.0.0.1:${await freePort()}`, clientId: 'c' },
    { type: 'oidc', name: 'typo', issuer: 'https://id.example', clientID: 'c' },
    { type: 'kerberos', name: 'x' },
  ]);
  checked = await qodly('auth', 'check', project);
  assert.equal(checked.code, 1);
  const lines = checked.out.trim().split('\n');
  assert.match(lines[0], /^ok +builtin/);
  assert.match(lines[1], /^PROBLEM staff: .*well-known\/openid-configuration cannot be read/);
  assert.ok(lines.some((line) => /^PROBLEM .*provider 2.*startTls/.test(line)), checked.out);
  assert.ok(lines.some((line) => /^PROBLEM .*provider 4.*"clientId" is missing/.test(line)), checked.out);
  assert.ok(lines.some((line) => /^PROBLEM .*provider 5.*kerberos/.test(line)), checked.out);
  const asJson = JSON.parse((await qodly('auth', 'check', project, '--json')).out);
  writeFileSync(join(instance, 'auth.json'), '{"provider":[],"requireMfa":"yes"}');
  checked = await qodly('auth', 'check', project);
  assert.equal(checked.code, 1);
  assert.match(checked.out, /"provider" is not known; known are "providers"/);
  assert.match(checked.out, /"requireMfa" must be true or false/);
  writeFileSync(join(instance, 'auth.json'), '{"providers":[{"type":"ldap",]}');
  checked = await qodly('auth', 'check', project);
  assert.notEqual(checked.code, 0);
  assert.match(checked.err, /auth\.json/);
  assert.deepEqual(asJson.map((line) => line.ok), [true, false, false, false, false]);
});

test('an LDAP directory is asked with TLS, and tells groups and profile', { skip: noSlapd }, async (t) => {
  const slapd = await startSlapd(t);
  const { project, writeAuth } = await newProject(t);
  writeAuth([{ type: 'builtin' }, ldapEntry(slapd)]);
  const without = await qodly('auth', 'check', project);
  assert.equal(without.code, 1);
  assert.match(without.out, /PROBLEM corp: .*ldapBind/);
  await qodlyWith('service-secret', 'secret', 'set', project, 'ldapBind');
  const checked = await qodly('auth', 'check', project);
  assert.equal(checked.code, 0, checked.out);
  assert.match(checked.out, /ok +corp: .*with TLS; bound as cn=service/);

  const tried = async (login, password) => {
    const result = await qodlyWith(password, 'auth', 'test', project, 'corp', '--login', login, '--json');
    return { code: result.code, ...JSON.parse(result.out) };
  };
  const lena = await tried('lena', 'lena-secret');
  assert.deepEqual([lena.code, lena.verdict, lena.email, lena.profile], [0, 'accepted', 'lena.berg@cedar.example', 'Seller']);
  assert.equal(lena.groups.length, 2);
  for (const [login, password] of [['lena', 'wrong'], ['*', 'lena-secret'], ['lena)(uid=*', 'lena-secret'], ['nobody', 'x']]) {
    const refused = await tried(login, password);
    assert.deepEqual([refused.code, refused.verdict], [1, 'refused'], login);
  }
  assert.equal((await qodlyWith('x', 'auth', 'test', project, 'nothing', '--login', 'a')).code, 3);
});

test('users of a directory sign in to the server', { skip: noSlapd }, async (t) => {
  const slapd = await startSlapd(t);
  const { project, instance, writeAuth } = await newProject(t);
  const gone = { ...ldapEntry(slapd), name: 'gone', url: `ldaps://127.0.0.1:${await freePort()}` };
  const corp = { ...ldapEntry(slapd), profiles: [{ group: 'cn=Sales,*', profile: 'Admin' }], createUsers: true };
  await qodlyWith('service-secret', 'secret', 'set', project, 'ldapBind');
  // One that cannot be reached is passed over.
  writeAuth([{ type: 'builtin' }, gone, corp]);
  let server = await serve(t, project);
  const signIn = async (email, password) => {
    const answer = await fetch(`${server.origin}/auth/login`, {
      method: 'POST', headers: { 'Content-Type': 'application/json', Accept: 'application/json' }, body: JSON.stringify({ email, password }),
    });
    return { status: answer.status, ...(await answer.json()) };
  };
  const lena = await signIn('lena', 'lena-secret');
  assert.deepEqual([lena.status, lena.user], [200, { email: 'lena.berg@cedar.example', role: 'Admin' }]);
  await server.stop();
  writeAuth([{ type: 'builtin' }, corp]);
  server = await serve(t, project);
  for (const [login, password] of [['lena', 'wrong'], ['*', 'lena-secret'], ['lena)(|(uid=*', 'lena-secret'], ['lena', '']]) {
    const refused = await signIn(login, password);
    assert.equal(refused.success, false, login);
    assert.ok([400, 401].includes(refused.status), `${login}: ${refused.status}`);
    assert.equal(refused.user, undefined);
  }
  await server.stop();
  // One that answers refuses for all of them, whether it knows the user or not: an outage tells nobody who has an
  // account. Which could not be reached is in the log.
  for (const providers of [[{ type: 'builtin' }, gone, corp], [corp, gone], [gone, corp]]) {
    writeAuth(providers);
    server = await serve(t, project);
    for (const login of ['lena', 'nobody', 'nobody@cedar.example']) {
      const refused = await signIn(login, 'wrong');
      assert.deepEqual([refused.status, refused.message], [401, 'Incorrect username or password.'], login);
    }
    assert.equal((await signIn('lena', 'lena-secret')).status, 200);
    await server.stop();
  }
  assert.match(readFileSync(join(instance, 'activity.jsonl'), 'utf8'), /"unreachable":"gone: /);
  // None that matters can be reached.
  writeAuth([gone]);
  server = await serve(t, project);
  const unavailable = await signIn('omar', 'omar-secret');
  assert.equal(unavailable.status, 503);
  assert.match(unavailable.message, /Directory unavailable/);
});

test('code reads a directory', { skip: noSlapd }, async (t) => {
  const slapd = await startSlapd(t);
  const folder = temporaryFolder(t);
  const run = async (code) => {
    const file = join(folder, 'script.4qs');
    writeFileSync(file, code);
    return qodly('run', file, '--json');
  };
  const base = '"ou=people,dc=cedar,dc=example"';
  const login = `ldapLogin("${slapd.url}", "cn=service,dc=cedar,dc=example", "service-secret", kLDAPPasswordPlainText)\n`;
  const value = async (code) => {
    const result = await run(login + code);
    assert.equal(result.code, 0, result.err);
    return JSON.parse(result.out);
  };
  assert.deepEqual(await value(`return ldapSearch(${base}, "(uid=lena)", kLDAPAllLevels, newCollection("cn", "mail", "dn"))`), {
    dn: 'uid=lena,ou=people,dc=cedar,dc=example', cn: 'Lena Berg', mail: ['Lena.Berg@cedar.example', 'lena@cedar.example'],
  });
  assert.deepEqual(
    await value(`return ldapSearchAll(${base}, "(uid=o*)", kLDAPRootAndNext, newCollection("cn", "uid"), newCollection(true, false)).orderBy("uid")`),
    [{ cn: ['Odd Name'], uid: 'odd*(name)' }, { cn: ['Omar Ünal'], uid: 'omar' }]);
  assert.deepEqual(await value(`return ldapSearch(${base}, "(uid=omar)", "sub", newCollection("sn"), true)`), { sn: ['Ünal'] });
  assert.equal(await value(`return ldapSearch(${base}, "(uid=nobody)", kLDAPAllLevels)`), null);
  assert.equal(await value(`return ldapSearch(${base}, "(uid=lena)", "one").telephoneNumber`), '17');
  assert.equal(await value(`return ldapSearch(${base}, "(uid=lena)", "one").jpegPhoto.size`), 6);
  assert.equal(await value(`return ldapSearch(${base}, "(objectClass=*)").ou`), 'people');
  assert.equal(await value('return ldapSearchAll("ou=many,dc=cedar,dc=example", "(cn=entry*)", kLDAPAllLevels).length'), 1200);

  const digest = await run(`ldapLogin("${slapd.url}", "lena", "lena-secret")\nreturn ldapSearch(${base}, "(uid=omar)", "sub").cn`);
  assert.equal(digest.out.trim(), '"Omar Ünal"', digest.err);
  const refused = async (code, pattern) => {
    const result = await run(code);
    assert.equal(result.code, 1, code);
    assert.match(result.err, pattern);
  };
  await refused(`return ldapSearch(${base}, "(uid=lena)")`, /1003|ldapLogin first/);
  await refused(`${login}ldapLogout()\nreturn ldapSearchAll(${base}, "(uid=lena)")`, /ldapLogin first/);
  await refused(`ldapLogin("${slapd.url}", "lena", "wrong")`, /login is refused/);
  await refused(`ldapLogin("${slapd.url}", "uid=lena,ou=people,dc=cedar,dc=example", "", 1)`, /password/);
  await refused(`${login}return ldapSearch(${base}, "(uid=lena", "sub")`, /RFC 4515/);
  await refused(`${login}return ldapSearch("ou=nowhere,dc=cedar,dc=example", "(uid=lena)")`, /No such object/);
  await refused(`${login}return ldapSearch(${base}, "(uid=lena)", "all")`, /"base", "one" or "sub"/);
  await refused(`ldapLogin("ldap://127.0.0.1:${await freePort()}", "a", "b")`, /cannot be reached/);
});
