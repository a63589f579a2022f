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

// The worked example of the roles specification: a library, row by row.
const library = {
  forceLogin: false,
  restrictedByDefault: false,
  privileges: [
    { privilege: 'nobody', includes: [] },
    { privilege: 'seeLoans', includes: [] },
    { privilege: 'seeNotes', includes: ['seeLoans'] },
  ],
  roles: [
    { role: 'Desk', privileges: ['seeLoans'] },
    { role: 'Nurse', privileges: ['seeNotes'] },
  ],
  permissions: {
    allowed: [
      { applyTo: 'ds', type: 'datastore', read: ['nobody'], create: ['nobody'], update: ['nobody'], drop: ['nobody'], execute: ['nobody'] },
      { applyTo: 'Book', type: 'dataclass', read: ['guest'] },
      { applyTo: 'Reader', type: 'dataclass', read: ['seeLoans'] },
      { applyTo: 'Reader.medicalNote', type: 'attribute', read: ['seeNotes'] },
      { applyTo: 'Gate.signIn', type: 'singletonMethod', execute: ['guest'], promote: ['seeLoans'] },
    ],
  },
};

const uuid = (number) => `CC0000000000000000000000${String(number).padStart(8, '0')}`;
const table = (name, id, fields) => `
	<table name="${name}" uuid="${uuid(id * 100)}" id="${id}">
		<field name="ID" uuid="${uuid(id * 100 + 1)}" type="4" unique="true" autosequence="true" not_null="true" id="1"/>
		${fields.map((field, at) => `<field name="${field}" uuid="${uuid(id * 100 + 2 + at)}" type="10" id="${at + 2}"/>`).join('\n\t\t')}
		<primary_key field_name="ID" field_uuid="${uuid(id * 100 + 1)}"/>
	</table>`;
const libraryCatalog = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE base SYSTEM "http://www.4d.com/dtd/2007/base.dtd" >
<base name="Library" uuid="${uuid(1)}" collation_locale="en">
	<schema name="DEFAULT_SCHEMA"/>${table('Book', 1, ['title'])}${table('Loan', 2, ['due'])}${table('Reader', 3, ['name', 'medicalNote'])}
</base>`;

// Reader inside the function; the role is given when the word is right.
const gate = `shared singleton constructor()

exposed function signIn(name : string, role : string) : integer
  if (role != "")
    session.setPrivileges({roles: role, userName: name})
  end
  return ds.Reader.query("name = :1", name).length

exposed function other() : string
  return "other"
`;

test('the worked example of the roles', async (t) => {
  const project = join(temporaryFolder(t), 'library');
  assert.equal((await qodly('new', project, '--open')).code, 0);
  const sources = join(project, 'Project/Sources');
  writeFileSync(join(sources, 'catalog.4DCatalog'), libraryCatalog);
  rmSync(join(sources, 'Classes'), { recursive: true, force: true });
  mkdirSync(join(sources, 'Classes'));
  writeFileSync(join(sources, 'Classes/Gate.4qs'), gate);
  for (const [name, row] of [['Book', { title: 'Tides' }], ['Loan', { due: 'May' }], ['Reader', { name: 'Ada', medicalNote: 'asthma' }]]) {
    const file = join(project, `${name}.json`);
    writeFileSync(file, JSON.stringify([row]));
    assert.equal((await qodly('import', project, name, file, '--quiet')).code, 0);
  }
  writeFileSync(join(sources, 'roles.json'), JSON.stringify(library));
  const server = await serve(t, project);
  assert.ok(!existsSync(join(project, 'Logs/Roles_Errors.json')));
  const rows = [
    { role: '', reader: 401, note: 'refused' },
    { role: 'Desk', reader: 200, note: 'omitted' },
    { role: 'Nurse', reader: 200, note: 'sent' },
  ];
  for (const { role, reader, note } of rows) {
    let cookie = '';
    const ask = async (path, init = {}) => {
      const answer = await server.get(path, { ...init, headers: { cookie } });
      const sent = answer.headers.getSetCookie().map((each) => each.split(';')[0]).join('; ');
      if (sent) cookie = sent;
      return { status: answer.status, json: await answer.json() };
    };
    const post = (path, body) => ask(path, { method: 'POST', body: JSON.stringify(body) });
    // Gate.signIn: yes for everybody, and reads Reader inside.
    assert.deepEqual((await post('/rest/$singleton/Gate/signIn', ['Ada', role])).json, { result: 1 }, role);
    assert.equal((await ask('/rest/Book(1)')).json.title, 'Tides', role);
    assert.equal((await post('/rest/Book(1)', { title: 'x' })).status, 401, role);
    const list = await ask('/rest/Reader');
    assert.equal(list.status, reader, role);
    const plain = await ask('/rest/Reader(1)');
    const named = await ask('/rest/Reader(1)/medicalNote');
    if (note === 'refused') {
      assert.deepEqual(list.json, { __ERROR: [{ message: 'No permission to read for the Reader dataclass', componentSignature: 'dbmg', errCode: 1557 }] });
      assert.equal(named.status, 401);
    } else {
      assert.equal(plain.json.name, 'Ada', role);
      assert.equal(plain.json.medicalNote, note === 'sent' ? 'asthma' : undefined, role);
      assert.equal(plain.json.__INVALID, undefined, role);
      assert.equal(named.json.medicalNote, note === 'sent' ? 'asthma' : undefined, role);
      assert.equal(named.json.__INVALID, note === 'sent' ? undefined : 1, role);
    }
    assert.equal((await ask('/rest/Loan')).status, 401, role);
    const other = await post('/rest/$singleton/Gate/other', []);
    assert.equal(other.status, 401, role);
    assert.equal(other.json.__ERROR[0].message, 'No permission to execute for "other" function in the Gate singleton');
    for (const name of ['Book', 'Loan', 'Reader']) {
      assert.equal((await post(`/rest/${name}`, {})).status, 401, `${role} creates a ${name}`);
      assert.equal((await ask(`/rest/${name}(1)`, { method: 'DELETE' })).status, 401, `${role} drops a ${name}`);
    }
  }
});

// What a client with a key does to its session is for one request: the key says what it may.
test('a key has the rights of its role at every request', async (t) => {
  const { project, write } = await shop(t, roles([{ type: 'dataclass', applyTo: 'Item', read: ['clerk'], create: ['boss'] }], {
    forceLogin: true,
    privileges: [{ privilege: 'clerk' }, { privilege: 'boss' }],
  }));
  const sources = join(project, 'Project/Sources/Classes/DataStore.4qs');
  writeFileSync(sources, `${readFileSync(sources, 'utf8')}
exposed function raise() : boolean
  return session.setPrivileges("boss")

exposed function clear() : boolean
  return session.clearPrivileges()

exposed function makes() : boolean
  return this.Item.new().save().success

exposed function privileges() : collection
  return session.getPrivileges()
`);
  void write;
  const server = await serve(t, project);
  const { out } = await qodly('key', 'create', project, '--description', 'shop', '--role', 'Desk');
  const headers = { 'api-key': out.trim() };
  const post = (path, body = []) => server.get(path, { method: 'POST', headers, body: JSON.stringify(body) });
  const read = async () => (await server.get('/rest/Item', { headers })).status;
  assert.ok(await until(async () => (await read()) === 200));
  const raised = await post('/rest/$catalog/raise');
  assert.equal((await raised.json()).result, true);
  assert.deepEqual(raised.headers.getSetCookie(), []);
  assert.deepEqual((await (await post('/rest/$catalog/privileges')).json()).result, ['clerk']);
  assert.equal((await post('/rest/Item', { name: 'x' })).status, 401);
  await post('/rest/$catalog/clear');
  assert.equal(await read(), 200, 'cleared for that request alone');
  assert.equal((await post('/rest/$catalog/__logout')).status, 200);
  assert.equal(await read(), 200, 'a key is always logged in');
});

// Reads server-sent events until the server ends the connection: the texts of the messages.
async function streamed(answer) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text;
    text += value;
  }
}

test('an open connection for live updates does not outlive the rights it was made with', async (t) => {
  const { project } = await shop(t, roles([]));
  const server = await serve(t, project);
  const first = await server.get('/rest/$info');
  const cookie = first.headers.getSetCookie().map((each) => each.split(';')[0]).join('; ');
  const events = { accept: 'text/event-stream' };
  const planted = await server.get('/rest/$changes?$client=a', { headers: { ...events, cookie } });
  const login = await server.get('/rest/$catalog/authentify', { method: 'POST', headers: { cookie }, body: JSON.stringify(['Ada', 'open']) });
  assert.equal((await login.json()).result, true);
  assert.match(await streamed(planted), /"end":"privileges"/);
  const { out } = await qodly('key', 'create', project, '--description', 'shop', '--role', 'Desk', '--json');
  const { id, key } = JSON.parse(out);
  assert.ok(await until(async () => (await server.get('/rest/$info', { headers: { 'api-key': key } })).status === 200));
  const keyed = await server.get('/rest/$changes?$client=k', { headers: { ...events, 'api-key': key } });
  assert.equal((await qodly('key', 'revoke', project, id)).code, 0);
  assert.match(await streamed(keyed), /"end":"key"/);
});

// A data filter hides related entities from conditions, too: else answers about the owners would tell of them.
test('what a data filter hides meets no condition over a relation', async (t) => {
  const project = join(temporaryFolder(t), 'firm');
  assert.equal((await qodly('new', project, '--open')).code, 0);
  const sources = join(project, 'Project/Sources');
  const firm = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE base SYSTEM "http://www.4d.com/dtd/2007/base.dtd" >
<base name="Firm" uuid="${uuid(9001)}" collation_locale="en">
	<schema name="DEFAULT_SCHEMA"/>${table('Company', 91, ['name'])}
	<table name="Staff" uuid="${uuid(9200)}" id="92">
		<field name="ID" uuid="${uuid(9201)}" type="4" unique="true" autosequence="true" not_null="true" id="1"/>
		<field name="word" uuid="${uuid(9202)}" type="10" id="2"/>
		<field name="companyID" uuid="${uuid(9203)}" type="4" id="3"/>
		<primary_key field_name="ID" field_uuid="${uuid(9201)}"/>
	</table>
	<relation uuid="${uuid(9300)}" name_Nto1="company" name_1toN="staff" state="1">
		<related_field kind="source"><field_ref uuid="${uuid(9203)}" name="companyID"><table_ref uuid="${uuid(9200)}" name="Staff"/></field_ref></related_field>
		<related_field kind="destination"><field_ref uuid="${uuid(9101)}" name="ID"><table_ref uuid="${uuid(9100)}" name="Company"/></field_ref></related_field>
	</relation>
</base>`;
  writeFileSync(join(sources, 'catalog.4DCatalog'), firm);
  const restrict = (body) => writeFileSync(join(sources, 'Classes/Staff.4qs'), `extends DataClass

function event restrict() : cs.StaffSelection
  ${body}
`);
  restrict('return null');
  for (const [name, rows] of [
    ['Company', [{ name: 'one' }, { name: 'two' }]],
    ['Staff', [{ word: 'open', companyID: 1 }, { word: 'hidden', companyID: 1 }, { word: 'hidden', companyID: 2 }]],
  ]) {
    const file = join(project, `${name}.json`);
    writeFileSync(file, JSON.stringify(rows));
    assert.equal((await qodly('import', project, name, file, '--quiet')).code, 0);
  }
  const server = await serve(t, project);
  const found = async (filter) => (await server.json(`/rest/Company?$filter="${encodeURIComponent(filter)}"&$attributes=name`)).__ENTITIES.map((each) => each.name);
  assert.deepEqual(await found("staff.word = 'hidden'"), ['one', 'two'], 'no filter');
  restrict('return this.query("word = :1", "open")');
  assert.ok(await until(async () => (await server.json('/rest/Staff')).__COUNT === 1));
  assert.deepEqual(await found("staff.word = 'hidden'"), []);
  assert.deepEqual(await found("staff.word = 'h@' or staff.ID = 3"), []);
  assert.deepEqual(await found("not(staff.word = 'hidden')"), ['one', 'two']);
  assert.deepEqual(await found("staff.word = 'open'"), ['one']);
  assert.deepEqual(await found("staff.company.staff.word = 'hidden'"), []);
  restrict('return this.newSelection()');
  assert.ok(await until(async () => (await server.json('/rest/Staff')).__COUNT === 0));
  assert.deepEqual(await found("staff.word = 'open'"), []);
});

test('what the constructor of an entity sets needs no right of whoever creates it', async (t) => {
  const { project } = await shop(t, roles([{ type: 'attribute', applyTo: 'Item.price', create: ['clerk'], update: ['clerk'] }]));
  writeFileSync(join(project, 'Project/Sources/Classes/ItemEntity.4qs'), `extends Entity

constructor()
  this.price = 5
`);
  const server = await serve(t, project);
  const create = async (body) => {
    const answer = await server.get('/rest/Item', { method: 'POST', body: JSON.stringify(body) });
    return [answer.status, (await answer.json()).price];
  };
  assert.deepEqual(await create({ name: 'a' }), [200, 5]);
  assert.deepEqual(await create({ name: 'a', price: 5 }), [200, 5]);
  assert.equal((await create({ name: 'a', price: 6 }))[0], 401);
  assert.equal((await create({ name: 'a', price: null }))[0], 401);
  const changed = await server.get('/rest/Item(1)', { method: 'POST', body: '{"price":7}' });
  assert.equal(changed.status, 401);
});
