// Functions that answer a GET with a document (pages 7.1): every kind of receiver, and when the browser does not open it.
import { expect, test } from 'vitest';
import type { JsonObject } from '../../src/base/json';
import { Catalog } from '../../src/rest/catalog';
import { build, call, ent, run, sca, sel } from './scenario';

const method = (applyTo: string): JsonObject => ({ name: 'report', applyTo, allowedOnHTTPGET: true });
const described = (get: boolean): JsonObject => ({
  methods: [{ ...method('dataStore'), allowedOnHTTPGET: get }],
  singletons: [{ name: 'Desk', methods: [{ name: 'report', allowedOnHTTPGET: get }] }],
  dataClasses: [
    {
      name: 'Book',
      methods: ['dataClass', 'entityCollection', 'entity'].map((kind) => ({ ...method(kind), allowedOnHTTPGET: get })),
    },
    { name: 'Author', methods: [method('entity')] },
  ],
});

async function opened(action: JsonObject, get = true, edit = false): Promise<string[]> {
  const world = await build({
    sources: [sel('books'), ent('book', { from: 'books' }), sca('r', 'string', '')],
    uses: ['book.title'],
    functions: Object.fromEntries(
      ['ds.report', 'Book.report', 'BookEntity.report', 'BookSelection.report', 'cs.Desk.report', 'Author.report'].map((name) => [
        name,
        () => 'x',
      ]),
    ),
  });
  await world.page.value('book.title');
  const told = new Catalog(described(get));
  world.app.catalog.opensAddress = (target) => told.opensAddress(target);
  if (edit) await world.page.scope.write('book.title', 'edited');
  await run(world, [action], 'onclick');
  return world.opened.map((address) => decodeURIComponent(address).replace(/[0-9A-F]{32}/, 'SET'));
}

test.each<[string, string]>([
  ['ds.report', 'new /rest/$catalog/report'],
  ['ds.Book.report', 'new /rest/Book/report'],
  ['book.report', 'new /rest/Book(1)/report'],
  ['books.report', 'new /rest/Book/report/$entityset/SET'],
  ['cs.Desk.report', 'new /rest/$singleton/Desk/report'],
])('%s', async (name, address) => {
  expect(await opened(call(name))).toEqual([address]);
  expect(await opened(call(name), false)).toEqual([]);
  expect(await opened(call(name, { openIn: 'same-tab' }))).toEqual([address.replace('new ', '')]);
  expect(await opened(call(name, { openIn: 'nowhere' }))).toEqual([]);
  expect(await opened(call(name, { returns: { datasource: 'r' } }))).toEqual([]);
});
test('parameters go along', async () => {
  const params = [{ datasource: 'book.title' }, { isHardCoded: true, hardCodedType: 'number', hardCodedValue: '5' }];
  expect(await opened(call('ds.report', { params }))).toEqual([`new /rest/$catalog/report?$params='["Tidal Maps 1",5]'`]);
});
test('an entity with edits is called with them instead', async () => {
  expect(await opened(call('book.report'), true, true)).toEqual([]);
});
test('a function of the same name for another receiver opens nothing', async () => {
  expect(await opened(call('ds.Author.report'))).toEqual([]);
});
