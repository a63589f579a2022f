import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { atlas, itemCatalog, qodly, serve, temporaryFolder, until } from './support.mjs';

test('Atlas answers with real data', async (t) => {
  const server = await serve(t, atlas);

  await t.test('the catalog', async () => {
    const catalog = await server.json('/rest/$catalog/$all');
    assert.deepEqual(catalog.dataClasses.map((dataclass) => dataclass.name).sort(), ['Border', 'City', 'Country', 'District', 'Language', 'Region', 'Spoken', 'Visit']);
  });

  await t.test('counts', async () => {
    assert.equal((await server.json('/rest/Country?$top=0')).__COUNT, 250);
    assert.ok((await server.json('/rest/City?$top=0')).__COUNT > 150000);
  });

  await t.test('search without regard to case and accents, through relations', async () => {
    const cities = await server.json(`/rest/City?$filter=${encodeURIComponent("name = 'sao paulo' and country.code = BR")}&$attributes=name,country.name`);
    assert.ok(cities.__COUNT >= 1);
    assert.equal(cities.__ENTITIES[0].name, 'São Paulo');
    assert.equal(cities.__ENTITIES[0].country.name, 'Brazil');
  });

  await t.test('inside objects', async () => {
    const countries = await server.json(`/rest/Country?$filter=${encodeURIComponent("details.languages[].code = 'fra'")}&$orderby=name&$attributes=name`);
    assert.ok(countries.__COUNT > 25);
    assert.ok(countries.__ENTITIES.some((country) => country.name === 'France'));
  });

  await t.test('flags as pictures', async () => {
    const france = await server.json('/rest/Country:code(FR)');
    const flag = await server.get(france.flag.__deferred.uri);
    assert.equal(flag.headers.get('content-type'), 'image/svg+xml');
    assert.match(await flag.text(), /<svg/);
  });

  await t.test('distinct values and statistics', async () => {
    assert.ok((await server.json('/rest/Country/continent?$distinct=true')).includes('Europe'));
    const statistics = await server.json('/rest/Country/area?$compute=$all');
    assert.equal(statistics.area.count, 250);
  });

  await t.test('its start page', async () => {
    const start = await server.get('/');
    assert.ok(start.url.endsWith('/$lib/renderer/'), start.url);
    assert.match(await start.text(), /id="qodly-app"/);
  });

  await t.test('an unknown dataclass, attribute and filter are explained', async () => {
    for (const [path, status, message] of [
      ['/rest/Contry', 404, /Contry/],
      ['/rest/Country?$filter=nam=x', 404, /nam/],
      ['/rest/Country?$filter=name%20=', 400, /./],
    ]) {
      const answer = await server.get(path);
      assert.equal(answer.status, status, path);
      assert.match((await answer.json()).__ERROR[0].message, message);
    }
  });
});

test('a project without start page welcomes with its credits, and with nothing from elsewhere', async (t) => {
  const project = temporaryFolder(t);
  for (const file of ['Atlas.4DProject', 'Sources/catalog.4DCatalog', 'Sources/Shared/manifest.json']) {
    cpSync(join(atlas, 'Project', file), join(project, 'Project', file));
  }
  const server = await serve(t, project);
  const page = await server.get('/');
  const text = await page.text();
  assert.match(page.headers.get('content-type'), /text\/html/);
  assert.match(text, /GeoNames/);
  assert.match(text, /world-countries/);
  assert.doesNotMatch(text, /(src|href)="https?:/);
  for (const [, path] of text.matchAll(/(?:src|href)="(\/\$lib[^"]+)"/g)) assert.equal((await server.get(path)).status, 200, path);
});

async function shop(t) {
  const project = join(temporaryFolder(t), 'shop');
  assert.equal((await qodly('new', project, '--open')).code, 0);
  const catalog = join(project, 'Project/Sources/catalog.4DCatalog');
  writeFileSync(catalog, itemCatalog);
  return { project, catalog };
}

test('entities are created, changed with a stamp check, and deleted', async (t) => {
  const { project } = await shop(t);
  const server = await serve(t, project);
  const made = await server.post('/rest/Item?$method=update', { name: 'Bread', price: 3.2, born: '2024-05-06' });
  assert.equal(made.__STATUS.success, true);
  assert.equal(made.__STAMP, 1);
  assert.equal(made.born, '!!2024-05-06!!');
  const changed = await server.post('/rest/Item?$method=update', { __KEY: made.__KEY, __STAMP: 1, price: 3.5 });
  assert.equal(changed.__STAMP, 2);
  const conflict = await server.post('/rest/Item?$method=update', { __KEY: made.__KEY, __STAMP: 1, price: 9 });
  assert.equal(conflict.__STATUS.status, 2);
  assert.equal(conflict.price, 3.5);
  assert.equal((await server.post(`/rest/Item[${made.__KEY}]?$method=delete`, {})).ok, true);
  assert.equal((await server.get(`/rest/Item[${made.__KEY}]`)).status, 404);
});

test('data survives a restart', async (t) => {
  const { project } = await shop(t);
  const first = await serve(t, project);
  await first.post('/rest/Item?$method=update', [{ name: 'One' }, { name: 'Two' }]);
  assert.deepEqual(await first.stop(), { code: 0, signal: null });
  const second = await serve(t, project);
  assert.equal((await second.json('/rest/Item')).__COUNT, 2);
});

test('a changed model is live without a restart, and loses nothing', async (t) => {
  const { project, catalog } = await shop(t);
  const server = await serve(t, project);
  await server.post('/rest/Item?$method=update', { name: 'Old', price: 12.5 });
  const text = readFileSync(catalog, 'utf8');

  const added = text
    .replace('name="price" uuid', 'name="cost" uuid')
    .replace('\t\t<primary_key', '\t\t<field name="colour" uuid="AA0000000000000000000000000000F1" type="10" id="9"/>\n\t\t<primary_key');
  writeFileSync(catalog, added);
  assert.ok(await until(async () => 'colour' in (await server.json('/rest/Item[1]'))));
  const renamed = await server.json('/rest/Item[1]');
  assert.equal(renamed.cost, 12.5);
  assert.equal(renamed.colour, null);

  writeFileSync(catalog, added.replace('AA000000000000000000000000000005" type="6"', 'AA000000000000000000000000000005" type="10"'));
  assert.ok(await until(async () => (await server.json('/rest/Item[1]')).cost === '12.5'), 'retyped to text');

  writeFileSync(catalog, '<base');
  await server.says(/catalog\.4DCatalog/);
  assert.equal((await server.json('/rest/Item[1]')).cost, '12.5', 'a broken file keeps the old model');

  writeFileSync(catalog, text);
  assert.ok(await until(async () => (await server.json('/rest/Item[1]')).price === 12.5), 'back as it was');
});
