import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { itemCatalog, qodly, serve, temporaryFolder, until } from './support.mjs';

const roles = (allowed, more = {}) =>
  JSON.stringify({ privileges: [{ privilege: 'clerk' }], roles: [{ role: 'Desk', privileges: ['clerk'] }], permissions: { allowed }, ...more });

async function shop(t, content) {
  const project = join(temporaryFolder(t), 'shop');
  assert.equal((await qodly('new', project, '--open')).code, 0);
  const sources = join(project, 'Project/Sources');
  writeFileSync(join(sources, 'catalog.4DCatalog'), itemCatalog);
  mkdirSync(join(sources, 'Classes'), { recursive: true });
  writeFileSync(join(sources, 'Classes/DataStore.4qs'), `extends DataStoreImplementation

exposed function authentify(name : string, password : string) : boolean
  if (password == "open")
    return session.setPrivileges({roles: "Desk", userName: name})
  end
  return false

exposed function who() : string
  return session.userName
`);
  const write = (text) => writeFileSync(join(sources, 'roles.json'), text);
  write(content);
  return { project, write };
}

test('a login opens what roles.json closes', async (t) => {
  const { project } = await shop(t, roles([{ type: 'dataclass', applyTo: 'Item', read: ['clerk'] }], { forceLogin: true }));
  const server = await serve(t, project);
  const first = await server.get('/rest/Item');
  assert.equal(first.status, 401);
  assert.match(await first.text(), /logged in/);
  const cookie = first.headers.getSetCookie().map((each) => each.split(';')[0]).join('; ');
  const call = (path, body) => server.get(path, { method: body ? 'POST' : 'GET', headers: { cookie, 'content-type': 'application/json' }, body: body && JSON.stringify(body) });
  assert.equal((await (await call('/rest/$catalog/authentify', ['Ada', 'wrong'])).json()).result, false);
  assert.equal((await call('/rest/Item')).status, 401);
  const login = await call('/rest/$catalog/authentify', ['Ada', 'open']);
  assert.equal((await login.json()).result, true);
  const fresh = login.headers.getSetCookie().map((each) => each.split(';')[0]).join('; ') || cookie;
  const as = (path, options = {}) => server.get(path, { ...options, headers: { cookie: fresh } });
  assert.equal((await as('/rest/Item')).status, 200);
  assert.deepEqual(await (await as('/rest/$info/privileges')).json(), { privileges: [{ privilege: 'clerk' }] });
  assert.equal((await as('/rest/$catalog/__logout', { method: 'POST' })).status, 200);
  assert.equal((await as('/rest/Item')).status, 401);
});

test('the shell of a page brings what its visitor may know, nothing else', async (t) => {
  const { project } = await shop(t, roles([{ type: 'dataclass', applyTo: 'Item', describe: ['clerk'] }], { forceLogin: true }));
  const server = await serve(t, project);
  const shell = async (headers = {}) => {
    const answer = await server.get('/$lib/renderer/?w=Any', { headers });
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    return { answer, preload: JSON.parse(/id="qodly-app">(.*?)<\/script>/s.exec(await answer.text())[1]).preload ?? {} };
  };
  const rest = async (path, headers) => {
    const answer = await server.get(path, { headers });
    return answer.status === 200 ? answer.json() : undefined;
  };
  const agrees = async (headers) => {
    const { answer, preload } = await shell(headers);
    assert.deepEqual(preload.catalog, await rest('/rest/$catalog/$all', headers));
    assert.deepEqual(preload.privileges, await rest('/rest/$info/privileges', headers));
    return { answer, preload };
  };
  const { answer, preload: guest } = await agrees({});
  assert.doesNotMatch(JSON.stringify(guest), /Item|clerk/);
  const cookie = answer.headers.getSetCookie().map((each) => each.split(';')[0]).join('; ');
  const login = await server.get('/rest/$catalog/authentify', {
    method: 'POST', headers: { cookie, 'content-type': 'application/json' }, body: JSON.stringify(['Ada', 'open']),
  });
  const fresh = login.headers.getSetCookie().map((each) => each.split(';')[0]).join('; ') || cookie;
  const { preload: clerk } = await agrees({ cookie: fresh });
  assert.deepEqual(clerk.privileges, { privileges: [{ privilege: 'clerk' }] });
  assert.match(JSON.stringify(clerk.catalog), /Item/);
});

test('a changed roles.json is in force for the next requests, and its mistakes are reported', async (t) => {
  const { project, write } = await shop(t, roles([]));
  const server = await serve(t, project);
  assert.equal((await server.get('/rest/Item')).status, 200);
  write(roles([{ type: 'dataclass', applyTo: 'Item', read: ['clerk'] }, { type: 'dataclass', applyTo: 'Gone', read: ['clerk'] }]));
  assert.ok(await until(async () => (await server.get('/rest/Item')).status === 401));
  const report = join(project, 'Logs/Roles_Errors.json');
  assert.deepEqual(JSON.parse(readFileSync(report, 'utf8')), [{ message: 'Cannot find dataclass "Gone".', path: 'permissions.allowed[1].applyTo' }]);
  write('{ broken');
  assert.ok(await until(async () => (await server.get('/rest/$catalog')).status === 200 && /roles\.json cannot be read/.test(server.errors())));
  assert.equal((await server.get('/rest/Item')).status, 401);
  assert.equal((await server.get('/rest/$catalog')).status, 200);
  rmSync(join(project, 'Project/Sources/roles.json'));
  assert.ok(await until(async () => (await server.get('/rest/Item')).status === 200));
  assert.ok(!existsSync(report));
});
