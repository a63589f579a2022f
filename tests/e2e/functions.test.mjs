import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { atlas, itemCatalog, qodly, serve, temporaryFolder, until } from './support.mjs';

test('functions of Atlas', async (t) => {
  const server = await serve(t, atlas);
  const continents = await server.json('/rest/$catalog/continents');
  assert.ok(continents.result.some((each) => each.value === 'Europe' && each.count > 40));
  const french = await server.post('/rest/Country/speaking?$attributes=name,code&$top=300', ['fra']);
  assert.ok(french.__COUNT > 25);
  assert.ok(french.__ENTITIES.some((country) => country.code === 'FR'));
  const area = await server.post(`/rest/Country/totalArea?$filter=${encodeURIComponent('continent = Oceania')}`, []);
  assert.ok(area.result > 8e6);
  const regions = await server.post('/rest/Country:code(FR)/largestRegions', [3]);
  assert.equal(regions.__COUNT, 3);
  const catalog = await server.json('/rest/$catalog/Country');
  const methods = catalog.dataClasses[0].methods.map((method) => `${method.name} of ${method.applyTo}`);
  for (const known of ['speaking of dataClass', 'totalArea of entityCollection', 'largestRegions of entity']) {
    assert.ok(methods.includes(known), known);
  }
});

async function shop(t) {
  const project = join(temporaryFolder(t), 'shop');
  assert.equal((await qodly('new', project, '--open')).code, 0);
  const sources = join(project, 'Project/Sources');
  writeFileSync(join(sources, 'catalog.4DCatalog'), itemCatalog);
  mkdirSync(join(sources, 'Classes'), { recursive: true });
  const write = (name, text) => writeFileSync(join(sources, 'Classes', `${name}.4qs`), text);
  return { project, sources, write };
}

const itemClass = (answer) => `extends DataClass

exposed function answer() : string
  return "${answer}"
`;

test('a changed class is live at the next call, a broken one keeps the old code', async (t) => {
  const { project, sources, write } = await shop(t);
  write('Item', itemClass('first'));
  const server = await serve(t, project);
  const answer = async () => (await server.post('/rest/Item/answer', [])).result;
  assert.equal(await answer(), 'first');
  write('Item', itemClass('second'));
  assert.ok(await until(async () => (await answer()) === 'second'), 'the changed class is live');
  write('Item', 'extends DataClass\n\nexposed function answer() : string\n  return (\n');
  assert.ok(await until(() => /Item\.4qs/.test(server.errors())), 'the error is told');
  assert.equal(await answer(), 'second');
  write('Item', itemClass('third'));
  assert.ok(await until(async () => (await answer()) === 'third'));
  rmSync(join(sources, 'Classes/Item.4qs'));
  assert.ok(await until(async () => (await server.get('/rest/Item/answer', { method: 'POST' })).status === 404));
});

test('calculated attributes come and go with their class', async (t) => {
  const { project, write } = await shop(t);
  const server = await serve(t, project);
  await server.post('/rest/Item?$method=update', { name: 'Bread', price: 3 });
  assert.equal((await server.json('/rest/Item[1]')).label, undefined);
  write('ItemEntity', 'extends Entity\n\nexposed function get label() : string\n  return this.name + "!"\n');
  assert.ok(await until(async () => (await server.json('/rest/Item[1]')).label === 'Bread!'));
  assert.equal((await server.json(`/rest/Item?$filter=${encodeURIComponent('label = "Bread!"')}`)).__COUNT, 1);
  const catalog = await server.json('/rest/$catalog/Item');
  assert.ok(catalog.dataClasses[0].attributes.some((each) => each.name === 'label' && each.kind === 'calculated'));
});

test('entity events stop a REST update', async (t) => {
  const { project, write } = await shop(t);
  write('ItemEntity', `extends Entity

function event validateSave price(event : object) : object
  if (this.price < 0)
    return {errCode: 77, message: "No gifts", seriousError: true}
  end
`);
  const server = await serve(t, project);
  const refused = await server.post('/rest/Item?$method=update', { name: 'Bread', price: -1 });
  assert.equal(refused.__STATUS.success, false);
  assert.equal(refused.__STATUS.status, 8);
  assert.ok(refused.__ERROR.some((each) => each.errCode === 77));
  assert.equal((await server.post('/rest/Item?$method=update', { name: 'Bread', price: 1 })).__STATUS.success, true);
});

test('the application starts and stops with its events', async (t) => {
  const { project, write } = await shop(t);
  write('QodlyEvents', `shared singleton constructor()

shared function onStartup()
  use (storage)
    storage.start = newSharedObject("items", ds.Item.getCount())
  end

shared function onStop()
  ds.Item.fromCollection([{name: "stopped"}])
`);
  write('DataStore', 'extends DataStoreImplementation\n\nexposed function started() : number\n  return storage.start.items\n');
  const server = await serve(t, project);
  assert.equal((await server.post('/rest/$catalog/started', [])).result, 0);
  await server.stop();
  const again = await serve(t, project);
  assert.equal((await again.json('/rest/Item')).__ENTITIES[0].name, 'stopped');
});

test('the start-up method that projects are created with runs to its end', async (t) => {
  const { project, sources } = await shop(t);
  mkdirSync(join(sources, 'DatabaseMethods'), { recursive: true });
  writeFileSync(join(sources, 'DatabaseMethods/onServerStartup.4dm'), `var $server : Object:=WEB Server
var $settings : Object:={}
$settings.sessionCookieSameSite:="Lax"
$server.start($settings)
File("/DATA/started.txt").setText(String($server.isRunning))
`);
  const server = await serve(t, project);
  assert.equal(readFileSync(join(project, 'Data/started.txt'), 'utf8').toLowerCase(), 'true');
  assert.equal(server.errors(), '');
});

test('a script that runs long keeps nobody waiting, not even on its own thread', async (t) => {
  const { project, write } = await shop(t);
  write('Item', `extends DataClass

exposed function waits() : string
  while (storage.signal == null)
  end
  return "went on"

exposed function lets()
  use (storage)
    storage.signal = newSharedObject
  end
`);
  const server = await serve(t, project, '--threads', '1');
  const waiting = server.post('/rest/Item/waits', []);
  assert.equal((await server.get('/rest/$catalog')).status, 200);
  assert.equal((await server.get('/rest/Item/lets', { method: 'POST', body: '[]' })).status, 200);
  assert.deepEqual(await waiting, { result: 'went on' });
});

test('results that contain themselves end where they begin again', async (t) => {
  const { project, write } = await shop(t);
  write('Item', `extends DataClass

exposed function tree() : object
  var root : object = {name: "root", children: []}
  root.children.push({name: "a", parent: root}, {name: "b", parent: root})
  root.self = root
  return root
`);
  const server = await serve(t, project);
  const children = [{ name: 'a', parent: null }, { name: 'b', parent: null }];
  assert.deepEqual(await server.post('/rest/Item/tree', []), { result: { name: 'root', children, self: null } });
});
