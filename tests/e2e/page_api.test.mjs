// The server side of pages, member by member (pages.md 9; rest.md 15.9): what a function may say about the page that called it,
// and how it travels.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { itemCatalog, qodly, serve, temporaryFolder } from './support.mjs';

const functions = `extends DataStoreImplementation

exposed function nulls() : object
  return {form: (webForm == null), event: (webEvent == null)}

exposed function event() : object
  return {caller: webEvent.caller, type: webEvent.eventType, data: webEvent.data}

exposed function net()
  webForm.a.hide()
  webForm.a.show()
  webForm.b.addCSSClass("x")
  webForm.b.addCSSClass("x")
  webForm.b.removeCSSClass("x")
  webForm.c.removeCSSClass("y")
  webForm.c.addCSSClass("y")
  webForm.d.addCSSClass("x")
  webForm.d.removeCSSClass("y")
  webForm["any name/ü"].hide()

exposed function states()
  webForm.enableState("s1")
  webForm.disableState("s1")
  webForm.enableState("s2")
  webForm.enableState("s2")

exposed function notices()
  webForm.setMessage("one")
  webForm.setError("two")
  webForm.setWarning("three")

exposed function error() : integer
  webForm.setError("bad")
  return 5

exposed function thrower()
  webForm.setMessage("before")
  webForm.a.hide()
  throw(9, "Wrong tray")

exposed function hostile()
  webForm.setMessage("<b>x</b> \\"q\\" </script>")

exposed function number()
  webForm.setMessage(5)

exposed function nothing()
  webForm.setMessage()

exposed function noClass()
  webForm.a.addCSSClass()

exposed function write()
  webForm.a = 5

exposed function anyName(name : string)
  webForm[name].hide()

exposed function entity() : cs.ItemEntity
  webForm.setMessage("one")
  return ds.Item.all().first()

exposed function selection() : cs.ItemSelection
  webForm.setMessage("all")
  return ds.Item.all()

exposed function quiet() : integer
  return 1
`;

const context = (value) => ({ 'X-Page-Context': Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64') });
const click = { page: 'Home', instance: 'p1', event: { caller: 'go', eventType: 'onClick', data: { index: 2 } } };

test('webForm and webEvent', async (t) => {
  const project = join(temporaryFolder(t), 'shop');
  assert.equal((await qodly('new', project, '--open')).code, 0);
  const sources = join(project, 'Project/Sources');
  mkdirSync(join(sources, 'Classes'), { recursive: true });
  writeFileSync(join(sources, 'catalog.4DCatalog'), itemCatalog);
  writeFileSync(join(sources, 'Classes/DataStore.4qs'), functions);
  const server = await serve(t, project);
  await server.post('/rest/Item?$method=update', { name: 'Bread' });
  const call = async (name, headers = context(click), args = []) => {
    const answer = await server.get(`/rest/$catalog/${name}`, { method: 'POST', headers, body: JSON.stringify(args) });
    return { status: answer.status, ...(await answer.json()) };
  };
  const effects = async (name, args) => (await call(name, undefined, args)).__WEBFORM;

  await t.test('only where a page calls', async () => {
    const none = { form: true, event: true };
    for (const headers of [{}, { 'X-Page-Context': '!!!' }, context('[1'), context('[1]'), context('5'), context('')])
      assert.deepEqual((await call('nulls', headers)).result, none, JSON.stringify(headers));
    assert.deepEqual((await call('nulls')).result, { form: false, event: false });
    const { status, __WEBFORM } = await call('net', {});
    assert.equal(status, 500);
    assert.equal(__WEBFORM, undefined);
  });
  await t.test('what happened', async () => {
    assert.deepEqual((await call('event')).result, { caller: 'go', type: 'onclick', data: { index: 2 } });
    const empty = { caller: '', type: '', data: {} };
    for (const odd of [{ page: 'Home' }, { event: {} }, { event: 5 }, { event: { caller: 5, eventType: null, data: [1] } }])
      assert.deepEqual((await call('event', context(odd))).result, empty, JSON.stringify(odd));
  });
  await t.test('components: the net effect, for any name', async () => {
    assert.deepEqual(await effects('net'), {
      __COMPONENTS: {
        a: { visible: true },
        b: { removeClass: ['x'] },
        c: { addClass: ['y'] },
        d: { addClass: ['x'], removeClass: ['y'] },
        'any name/ü': { visible: false },
      },
    });
    for (const name of ['__proto__', 'constructor', 'toString', ' ', '1'])
      assert.deepEqual(Object.keys((await effects('anyName', [name])).__COMPONENTS), [name]);
  });
  await t.test('states in the order of the calls', async () => {
    const { __STATES } = await effects('states');
    assert.deepEqual(__STATES.slice(0, 3), [
      { action: 'enable', name: 's1' },
      { action: 'disable', name: 's1' },
      { action: 'enable', name: 's2' },
    ]);
  });
  await t.test('notices: the last one; an error of setError is none of the call', async () => {
    assert.deepEqual(await effects('notices'), { __NOTIFICATION: { message: 'three', type: 'warning' } });
    const error = await call('error');
    assert.deepEqual([error.status, error.result, error.__WEBFORM.__NOTIFICATION], [200, 5, { message: 'bad', type: 'error' }]);
    assert.equal((await effects('hostile')).__NOTIFICATION.message, '<b>x</b> "q" </script>');
    assert.equal((await call('quiet')).__WEBFORM, undefined);
  });
  await t.test('a function that fails says first what it wanted', async () => {
    const failed = await call('thrower');
    assert.equal(failed.status, 500);
    assert.equal(failed.__ERROR[0].message, 'Wrong tray');
    assert.deepEqual(failed.__WEBFORM.__COMPONENTS, { a: { visible: false } });
  });
  await t.test('wrong calls are errors that name the function', async () => {
    for (const [name, told] of [['number', /setMessage/], ['nothing', /setMessage/], ['noClass', /addCSSClass/], ['write', /WebForm/]]) {
      const { status, __ERROR } = await call(name);
      assert.equal(status, 500, name);
      assert.match(__ERROR[0].message, told);
    }
  });
  await t.test('entities and selections keep their form', async () => {
    const one = await call('entity');
    assert.deepEqual([one.name, one.__KEY, one.__WEBFORM.__NOTIFICATION.message], ['Bread', '1', 'one']);
    const all = await call('selection');
    assert.deepEqual([all.__COUNT, all.__ENTITIES.length, all.__WEBFORM.__NOTIFICATION.message], [1, 1, 'all']);
    assert.equal((await call('entity', {})).__WEBFORM, undefined);
  });
});

test('definitions of pages', async (t) => {
  const project = join(temporaryFolder(t), 'pages');
  assert.equal((await qodly('new', project, '--open')).code, 0);
  const sources = join(project, 'Project/Sources');
  for (const folder of ['WebForms', 'Pages', 'Shared/credentials']) mkdirSync(join(sources, folder), { recursive: true });
  const page = (from) => JSON.stringify({ metadata: { v: '1.0' }, components: { ROOT: { type: { resolvedName: 'Container' } } }, from });
  const files = {
    'WebForms/Both.WebForm': page(1), 'WebForms/Both.page': page(2), 'Pages/Both.page': page(3), 'Pages/Only.page': page(4),
    'WebForms/größe-x_list.WebForm': '\uFEFF' + page(5), 'WebForms/Broken.WebForm': '{\n  "components": { oops }\n}',
    'WebForms/NoRoot.WebForm': '{"components":{}}', 'Shared/a b.txt': 'hello', 'Shared/code.4dm': 'x', 'Shared/credentials/key.txt': 'x',
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(sources, name), content);
  const server = await serve(t, project);
  const get = async (name) => {
    const answer = await server.get(`/rest/$getWebForm?$name=${encodeURIComponent(name)}`);
    return { status: answer.status, body: await answer.json() };
  };
  for (const [name, from] of [['Both', 1], ['BOTH', 1], ['Only', 4], ['only', 4], ['größe-x_list', 5], ['GRÖSSE-x_list', undefined], ['GRÖßE-X_LIST', 5]]) {
    const { status, body } = await get(name);
    assert.deepEqual([status, body.from], [from === undefined ? 404 : 200, from], name);
  }
  for (const [name, status, told] of [
    ['Broken', 500, /"Broken".*line 2/], ['NoRoot', 500, /ROOT/], ['Gone', 404, /Gone/], ['', 404, /page/], ['../Both', 404, /page/],
    ['Both.WebForm', 404, /page/], ['a/b', 404, /page/],
  ]) {
    const answer = await get(name);
    assert.equal(answer.status, status, name);
    assert.match(answer.body.__ERROR[0].message, told);
  }
  for (const [path, status] of [['a%20b.txt', 200], ['A%20B.TXT', 200], ['code.4dm', 404], ['Code.4DM', 404], ['credentials/key.txt', 404], ['Credentials/key.txt', 404]])
    assert.equal((await server.get(`/$shared/${path}`)).status, status, path);
});
