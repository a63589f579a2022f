// Pages that stay true while others work: lists, relations, values that code makes, and what can go wrong on the way.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { launch } from './chromium.mjs';
import { patience, qodly, serve, temporaryFolder, until } from './support.mjs';

const uuid = (number) => `BB${String(number).padStart(30, '0')}`;
const catalog = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE base SYSTEM "http://www.4d.com/dtd/2007/base.dtd" >
<base name="Club" uuid="${uuid(1)}" collation_locale="en">
	<schema name="DEFAULT_SCHEMA"/>
	<table name="Team" uuid="${uuid(10)}" id="1">
		<field name="ID" uuid="${uuid(11)}" type="4" unique="true" autosequence="true" not_null="true" id="1"/>
		<field name="name" uuid="${uuid(12)}" type="10" limiting_length="80" id="2"/>
		<primary_key field_name="ID" field_uuid="${uuid(11)}"/>
	</table>
	<table name="Member" uuid="${uuid(20)}" id="2">
		<field name="ID" uuid="${uuid(21)}" type="4" unique="true" autosequence="true" not_null="true" id="1"/>
		<field name="name" uuid="${uuid(22)}" type="10" limiting_length="80" id="2"/>
		<field name="age" uuid="${uuid(23)}" type="4" id="3"/>
		<field name="teamID" uuid="${uuid(24)}" type="4" id="4"/>
		<primary_key field_name="ID" field_uuid="${uuid(21)}"/>
	</table>
	<relation uuid="${uuid(30)}" name_Nto1="team" name_1toN="members" state="1">
		<related_field kind="source"><field_ref uuid="${uuid(24)}" name="teamID"><table_ref uuid="${uuid(20)}" name="Member"/></field_ref></related_field>
		<related_field kind="destination"><field_ref uuid="${uuid(11)}" name="ID"><table_ref uuid="${uuid(10)}" name="Team"/></field_ref></related_field>
	</relation>
	<index kind="regular" uuid="${uuid(40)}" type="7"><field_ref uuid="${uuid(22)}" name="name"><table_ref uuid="${uuid(20)}" name="Member"/></field_ref></index>
</base>`;

const code = {
  TeamEntity: `extends Entity

exposed function get size() : integer
  return this.members.length

exposed function get oldest() : string
  return (this.members.length == 0) ? "-" : this.members.orderBy("age desc").first().name
`,
  Member: `extends DataClass

exposed function grown(age : integer) : cs.MemberSelection
  return this.query("age >= :1", age)
`,
  DataStore: `extends DataStoreImplementation

exposed function enter(name : string) : boolean
  return session.setPrivileges({privileges: "player", userName: name})

exposed function leave()
  session.clearPrivileges()

exposed function import(count : integer)
  for (i, 0, count - 1)
    var m = ds.Member.new()
    m.name = "Imported " + string(i)
    m.age = i % 90
    m.save()
  end

exposed function clear()
  ds.Member.all().drop()
`,
};

// A page as the Studio stores it.
function page() {
  let ids = 0;
  const components = {};
  const node = (type, props = {}, children = [], linked = {}) => {
    const id = type === 'Container' ? 'ROOT' : `n${++ids}`;
    components[id] = { type: { resolvedName: type }, props: { classNames: [], events: [], ...props }, nodes: children, linkedNodes: linked, custom: {} };
    return id;
  };
  const action = (name, source) => ({
    type: 'simple-action', actionType: 'datasource', action: name, events: ['onclick'], datasource: { name: source, namespace: '' }, feedback: { enabled: true },
  });
  const button = (text, ...events) => node('Button', { text, iconPosition: 'hidden', events });
  const field = (label, datasource) =>
    node('TextInput', { labelPosition: 'top' }, [], { label: node('Label', { text: label }), input: node('Input', { type: 'text', datasource }) });
  const shown = (className, ...datasources) => node('Text', {
    classNames: [className],
    doc: [{ type: 'paragraph', children: datasources.flatMap((each) => [{ text: '[' }, { type: 'datasource', datasource: each, children: [{ text: '' }] }, { text: ']' }]) }],
  });
  const column = (source) => ({ id: source, title: source, source, width: '140px', sorting: true });
  const children = [
    node('DataTable', {
      datasource: 'members', currentElement: 'member', headerHeight: 36, rowHeight: 36, style: { height: '260px' },
      columns: [column('name'), column('age'), column('team.name'), column('team.size')],
    }),
    field('Name', 'member.name'), field('Age', 'member.age'),
    shown('count', 'members.length'), shown('team', 'member.team.name', 'member.team.size', 'member.team.oldest'), shown('grown-count', 'grown.length'),
    button('Save', action('save', 'member')), button('Drop', action('remove', 'member')),
    node('Button', { text: 'Grown', iconPosition: 'hidden', events: [{ type: 'method', events: ['onclick'], method: 'ds.Member.grown', dataclass: 'Member', params: [{ name: 'age', isHardCoded: true, hardCodedType: 'number', hardCodedValue: 18, datasource: '' }], returns: { name: 'result', datasource: 'grown' } }] }),
    node('Matrix', { datasource: 'teams', orientation: 'vertical', iterable: true, style: { height: '160px' }, gridProps: { styleboxWidth: 300, styleboxHeight: 34, enableMosaic: false } }, [], {
      container: node('StyleBox', {}, [shown('tile', '$This.name', '$This.size', '$This.oldest')]),
    }),
    node('Matrix', { datasource: 'grown', orientation: 'vertical', iterable: true, style: { height: '120px' }, gridProps: { styleboxWidth: 300, styleboxHeight: 34, enableMosaic: false } }, [], {
      container: node('StyleBox', {}, [shown('grown', '$This.name', '$This.age')]),
    }),
    shown('still', 'still.length'),
  ];
  node('Container', { className: 'bg-white h-full w-full' }, children);
  const source = (id, type, dataclass, more) => ({ id, type, dataclass, namespace: '', events: [], ...more });
  return {
    metadata: {
      v: '1.0', styles: [], states: [],
      datasources: [
        source('members', 'entitysel', 'Member', { initialValue: 'all' }),
        source('member', 'entity', 'Member', { from: 'members', initialValue: 'first' }),
        source('teams', 'entitysel', 'Team', { initialValue: 'all' }),
        source('grown', 'entitysel', 'Member', { initialValue: '' }),
        source('still', 'entitysel', 'Member', { initialValue: 'all', live: false }),
      ],
    },
    components,
  };
}

async function club(t, roles = { privileges: [], roles: [], permissions: { allowed: [] } }, options = []) {
  const project = join(temporaryFolder(t), 'club');
  assert.equal((await qodly('new', project, '--open')).code, 0);
  const sources = join(project, 'Project/Sources');
  mkdirSync(join(sources, 'Classes'), { recursive: true });
  mkdirSync(join(sources, 'WebForms'), { recursive: true });
  writeFileSync(join(sources, 'catalog.4DCatalog'), catalog);
  for (const [name, text] of Object.entries(code)) writeFileSync(join(sources, `Classes/${name}.4qs`), text);
  writeFileSync(join(sources, 'WebForms/Club.WebForm'), JSON.stringify(page()));
  writeFileSync(join(sources, 'roles.json'), JSON.stringify(roles));
  let server = await serve(t, project, ...options);
  const save = (dataclass, values) => server.post(`/rest/${dataclass}?$method=update`, values);
  for (const name of ['Red', 'Blue']) await save('Team', { name });
  for (const [name, age, teamID] of [['Ada', 36, 1], ['Bo', 12, 1], ['Cy', 40, 2]]) await save('Member', { name, age, teamID });
  const browser = await launch(t);
  const problems = [];
  const open = async (prepare = () => {}, context = null) => {
    context ??= await browser.newContext({ viewport: { width: 1000, height: 1000 } });
    const opened = await context.newPage();
    opened.on('pageerror', (error) => problems.push(error.message));
    opened.setDefaultTimeout(patience);
    await prepare(opened);
    await opened.goto(`${server.origin}/$lib/renderer/?w=Club`);
    await opened.waitForSelector('html[data-ready]', { state: 'attached' });
    return opened;
  };
  return {
    open, save, problems, project, server: () => server,
    drop: (dataclass, key) => server.get(`/rest/${dataclass}(${key})?$method=delete`, { method: 'POST' }),
    change: async (dataclass, key, values) => save(dataclass, { __KEY: String(key), __STAMP: (await server.json(`/rest/${dataclass}(${key})`)).__STAMP, ...values }),
    call: (name, ...parameters) => server.post(`/rest/$catalog/${name}`, parameters),
    restart: async (meanwhile = async () => {}) => {
      const port = new URL(server.origin).port;
      await server.stop();
      await meanwhile();
      server = await serve(t, project, '--port', port, ...options);
    },
  };
}

const rows = async (shown) => {
  const columns = await Promise.all(['name', 'age', 'team.name', 'team.size'].map((each) => shown.locator(`.fd-datatable .row .col-${each.replace('.', '-')}`).allInnerTexts()));
  return columns[0].map((_, i) => columns.map((column) => column[i]).join(' '));
};
const texts = (shown, name) => shown.locator(`.${name}`).allInnerTexts();
const one = async (shown, name) => (await texts(shown, name))[0];
const field = (shown, label) => shown.getByLabel(label, { exact: true });
const press = (shown, text) => shown.getByRole('button', { name: text, exact: true }).click();
const eventually = async (what, expected, read) => {
  let last;
  const same = await until(async () => JSON.stringify(last = await read()) === JSON.stringify(expected));
  assert.ok(same, `${what}: ${JSON.stringify(last)} is not ${JSON.stringify(expected)}`);
};

test('relations and what code makes of other entities follow', async (t) => {
  const { open, save, change, drop, problems } = await club(t);
  const shown = await open();
  await eventually('rows', ['Ada 36 Red 2', 'Bo 12 Red 2', 'Cy 40 Blue 1'], () => rows(shown));
  await eventually('tiles', ['[Red][2][Ada]', '[Blue][1][Cy]'], () => texts(shown, 'tile'));
  await change('Team', 1, { name: 'Crimson' });
  await eventually('a related value', ['Ada 36 Crimson 2', 'Bo 12 Crimson 2', 'Cy 40 Blue 1'], () => rows(shown));
  await eventually('a path of the current element', '[Crimson][2][Ada]', () => one(shown, 'team'));
  await save('Member', { name: 'Di', age: 70, teamID: 1 });
  await eventually('a new one counts', ['[Crimson][3][Di]', '[Blue][1][Cy]'], () => texts(shown, 'tile'));
  await eventually('behind a relation too', ['Ada 36 Crimson 3', 'Bo 12 Crimson 3', 'Cy 40 Blue 1', 'Di 70 Crimson 3'], () => rows(shown));
  await eventually('in the detail', '[Crimson][3][Di]', () => one(shown, 'team'));
  await change('Member', 2, { age: 90 });
  await eventually('a changed one', ['[Crimson][3][Bo]', '[Blue][1][Cy]'], () => texts(shown, 'tile'));
  await change('Member', 2, { teamID: 2 });
  await eventually('one that moves', ['[Crimson][2][Di]', '[Blue][2][Bo]'], () => texts(shown, 'tile'));
  await drop('Member', 2);
  await eventually('one that goes', ['[Crimson][2][Di]', '[Blue][1][Cy]'], () => texts(shown, 'tile'));
  await eventually('the length', '[3]', () => one(shown, 'count'));
  assert.equal(await one(shown, 'still'), '[3]', 'live: false stays as it was read');
  assert.deepEqual(problems, []);
});

test('what is typed stays while everything around it follows', async (t) => {
  const { open, save, change, problems } = await club(t);
  const shown = await open();
  await eventually('the form', 'Ada', () => field(shown, 'Name').inputValue());
  await field(shown, 'Name').fill('Ada L');
  await save('Member', { name: 'Eve', age: 5, teamID: 1 });
  await change('Team', 1, { name: 'Rubra' });
  await eventually('around it', '[Rubra][3][Ada]', () => one(shown, 'team'));
  assert.equal(await field(shown, 'Name').inputValue(), 'Ada L');
  assert.equal(await field(shown, 'Name').evaluate((each) => document.activeElement === each), true, 'the focus stays');
  await press(shown, 'Save');
  await eventually('saved', 'Ada L', async () => (await rows(shown))[0].split(' ').slice(0, 2).join(' '));
  assert.deepEqual(problems, []);
});

test('a selection that a function gave keeps its members: they change and go, none comes', async (t) => {
  const { open, save, change, drop } = await club(t);
  const shown = await open();
  await press(shown, 'Grown');
  await eventually('given', ['[Ada][36]', '[Cy][40]'], () => texts(shown, 'grown'));
  await save('Member', { name: 'Flo', age: 50, teamID: 1 });
  await change('Member', 1, { age: 1 });
  await eventually('it changes', ['[Ada][1]', '[Cy][40]'], () => texts(shown, 'grown'));
  await drop('Member', 3);
  await eventually('it goes', ['[Ada][1]'], () => texts(shown, 'grown'));
  assert.equal(await one(shown, 'grown-count'), '[1]');
});

test('a server that was restarted: what changed meanwhile shows, what is typed stays', async (t) => {
  const { open, save, change, restart, project, problems } = await club(t);
  const shown = await open();
  await eventually('rows', 3, async () => (await rows(shown)).length);
  await field(shown, 'Name').fill('Typed');
  await restart(async () => {
    writeFileSync(join(project, 'new.ndjson'), '{"name":"Gil","age":33,"teamID":2}\n');
    assert.equal((await qodly('import', project, 'Member', join(project, 'new.ndjson'))).code, 0);
  });
  await eventually('what came meanwhile', '[Blue][2][Cy]', async () => (await texts(shown, 'tile'))[1]);
  await eventually('in the list', 'Gil 33 Blue 2', async () => (await rows(shown))[3]);
  assert.equal(await field(shown, 'Name').inputValue(), 'Typed');
  await change('Member', 3, { name: 'Cyd' });
  await eventually('live again', '[Blue][2][Cyd]', async () => (await texts(shown, 'tile'))[1]);
  await save('Member', { name: 'Hal', age: 1, teamID: 2 });
  await eventually('new ones too', '[5]', () => one(shown, 'count'));
  assert.deepEqual(problems, []);
});

test('what changes between the reading of a page and its connection', async (t) => {
  const { open, save, change, drop, problems } = await club(t);
  const held = (opened) => opened.addInitScript(() => {
    const Socket = window.WebSocket;
    const connected = new Promise((resolve) => { window.connectNow = resolve; });
    window.WebSocket = function open(address) {
      const self = { close: () => { self.closed = true; } };
      connected.then(() => {
        if (self.closed) return;
        const socket = new Socket(address);
        for (const name of ['onopen', 'onmessage', 'onclose']) socket[name] = (event) => self[name]?.(event);
        Object.assign(self, { send: (text) => socket.send(text), close: () => socket.close() });
      });
      return self;
    };
  });
  const shown = await open(held);
  await eventually('rows', ['Ada 36 Red 2', 'Bo 12 Red 2', 'Cy 40 Blue 1'], () => rows(shown));
  await eventually('the detail', '[Red][2][Ada]', () => one(shown, 'team'));
  await change('Team', 1, { name: 'Crimson' });
  await change('Member', 2, { age: 90 });
  await save('Member', { name: 'Di', age: 70, teamID: 2 });
  await drop('Member', 3);
  await shown.evaluate(() => window.connectNow());
  await eventually('rows of now', ['Ada 36 Crimson 2', 'Bo 90 Crimson 2', 'Di 70 Blue 1'], () => rows(shown));
  await eventually('the detail of now', '[Crimson][2][Bo]', () => one(shown, 'team'));
  await eventually('tiles of now', ['[Crimson][2][Bo]', '[Blue][1][Di]'], () => texts(shown, 'tile'));
  await eventually('the length of now', '[3]', () => one(shown, 'count'));
  assert.deepEqual(problems, []);
});

test('without WebSockets: server-sent events, and without these: asking now and then', async (t) => {
  const { open, change } = await club(t);
  const withoutSockets = (opened) => opened.routeWebSocket(/\$changes/, (socket) => socket.close());
  const streaming = await open(withoutSockets);
  const polling = await open(async (opened) => {
    await withoutSockets(opened);
    await opened.route(/\$changes/, (route) => (route.request().resourceType() === 'eventsource' ? route.abort() : route.continue()));
  });
  await eventually('rows', 3, async () => (await rows(polling)).length);
  await change('Member', 1, { name: 'Streamed' });
  await eventually('events', 'Streamed', async () => (await rows(streaming))[0].split(' ')[0]);
  await eventually('asking', 'Streamed', async () => (await rows(polling))[0].split(' ')[0]);
});

test('a bulk of changes: an import, and everything dropped', async (t) => {
  const { open, call, problems } = await club(t);
  const [first, second] = [await open(), await open()];
  await eventually('rows', 3, async () => (await rows(second)).length);
  await call('import', 3000);
  for (const shown of [first, second]) await eventually('all', '[3003]', () => one(shown, 'count'));
  await call('clear');
  for (const shown of [first, second]) {
    await eventually('none', '[0]', () => one(shown, 'count'));
    await eventually('no rows', [], () => rows(shown));
    await eventually('the form is empty', '', () => field(shown, 'Name').inputValue());
    await eventually('counted', ['[Red][0][-]', '[Blue][0][-]'], () => texts(shown, 'tile'));
  }
  assert.deepEqual(problems, []);
});

test('rights that change while the page is open', async (t) => {
  const { open, problems } = await club(t, {
    privileges: [{ privilege: 'player' }], roles: [],
    permissions: { allowed: [{ type: 'dataclass', applyTo: 'Team', create: ['guest'], read: ['player'] }] },
  });
  const shown = await open();
  await eventually('no teams', [], () => texts(shown, 'tile'));
  const ask = (name, ...parameters) => shown.evaluate(([method, body]) => fetch(`/rest/$catalog/${method}`, { method: 'POST', body: JSON.stringify(body) }).then((answer) => answer.status), [name, parameters]);
  assert.equal(await ask('enter', 'Ada'), 200);
  await eventually('teams', ['[Red][2][Ada]', '[Blue][1][Cy]'], () => texts(shown, 'tile'));
  // Another tab of the same browser gives them up.
  const other = await open(() => {}, shown.context());
  await field(shown, 'Name').fill('Typed before');
  const leaving = await other.evaluate(() => fetch('/rest/$catalog/leave', { method: 'POST', body: '[]' }).then((answer) => answer.status));
  assert.equal(leaving, 200);
  await eventually('no teams any more', [], () => texts(shown, 'tile'));
  await eventually('nor behind a relation', ['Typed before 36  ', 'Bo 12  ', 'Cy 40  '], () => rows(shown));
  await shown.getByText('Your session has ended').waitFor();
  assert.equal(await field(shown, 'Name').inputValue(), 'Typed before');
  assert.deepEqual(problems, []);
});

test('rights that change before the page is connected', async (t) => {
  const { open, problems } = await club(t, {
    privileges: [{ privilege: 'player' }], roles: [],
    permissions: { allowed: [{ type: 'dataclass', applyTo: 'Team', create: ['guest'], read: ['player'] }] },
  });
  let connect = () => {};
  const entered = new Promise((resolve) => { connect = resolve; });
  const shown = await open((opened) => opened.routeWebSocket(/\$changes/, async (socket) => {
    await entered;
    socket.connectToServer();
  }));
  await eventually('members', 3, async () => (await rows(shown)).length);
  assert.deepEqual(await texts(shown, 'tile'), []);
  assert.equal(await shown.evaluate(() => fetch('/rest/$catalog/enter', { method: 'POST', body: '["Ada"]' }).then((answer) => answer.status)), 200);
  connect();
  await eventually('teams', ['[Red][2][Ada]', '[Blue][1][Cy]'], () => texts(shown, 'tile'));
  assert.deepEqual(problems, []);
});

test('rights that change while their new cookie is still on its way', async (t) => {
  const { open, server, problems } = await club(t, {
    privileges: [{ privilege: 'player' }], roles: [],
    permissions: { allowed: [{ type: 'dataclass', applyTo: 'Team', create: ['guest'], read: ['player'] }] },
  });
  let connections = 0;
  const shown = await open((opened) => opened.on('websocket', () => ++connections));
  await eventually('members', 3, async () => (await rows(shown)).length);
  await until(() => connections > 0, 60_000);
  const before = connections;
  const [cookie] = await shown.context().cookies();
  // Given to the session by somebody who has its cookie, as an answer that takes its time.
  const answer = await fetch(`${server().origin}/rest/$catalog/enter`, {
    method: 'POST', body: '["Ada"]', headers: { cookie: `${cookie.name}=${cookie.value}` },
  });
  const [, name, value] = /^([^=]+)=([^;]*)/.exec(answer.headers.getSetCookie()[0]);
  assert.equal(name, cookie.name);
  assert.ok(await until(() => connections > before + 1, 60_000), 'the page connects again');
  assert.deepEqual(await texts(shown, 'tile'), [], 'the old cookie opens nothing new');
  await shown.context().clearCookies();
  await shown.context().addCookies([{ ...cookie, value }]);
  await eventually('teams', ['[Red][2][Ada]', '[Blue][1][Cy]'], () => texts(shown, 'tile'));
  assert.deepEqual(problems, []);
});
