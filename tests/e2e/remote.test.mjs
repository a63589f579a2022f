// openDatastore: the code of one application works in the datastore of another one.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { itemCatalog, qodly, serve, temporaryFolder } from './support.mjs';

const libraryCatalog = `<?xml version="1.0" encoding="UTF-8"?>
<base name="Library" uuid="BB000000000000000000000000000001" collation_locale="en">
	<schema name="DEFAULT_SCHEMA"/>
	<table name="Author" uuid="BB000000000000000000000000000002" id="1">
		<field name="ID" uuid="BB000000000000000000000000000003" type="4" unique="true" autosequence="true" not_null="true" id="1"/>
		<field name="name" uuid="BB000000000000000000000000000004" type="10" id="2"/>
		<primary_key field_name="ID" field_uuid="BB000000000000000000000000000003"/>
	</table>
	<table name="Book" uuid="BB000000000000000000000000000005" id="2">
		<field name="ID" uuid="BB000000000000000000000000000006" type="4" unique="true" autosequence="true" not_null="true" id="1"/>
		<field name="title" uuid="BB000000000000000000000000000007" type="10" id="2"/>
		<field name="authorID" uuid="BB000000000000000000000000000008" type="4" id="3"/>
		<primary_key field_name="ID" field_uuid="BB000000000000000000000000000006"/>
	</table>
	<relation uuid="BB000000000000000000000000000009" name_Nto1="author" name_1toN="books" state="1">
		<related_field kind="source"><field_ref uuid="BB000000000000000000000000000008" name="authorID"><table_ref uuid="BB000000000000000000000000000005" name="Book"/></field_ref></related_field>
		<related_field kind="destination"><field_ref uuid="BB000000000000000000000000000003" name="ID"><table_ref uuid="BB000000000000000000000000000002" name="Author"/></field_ref></related_field>
	</relation>
</base>`;

// A project whose method `main` is run: { code, out, err }.
async function run(t, lines, origin) {
  const project = join(temporaryFolder(t), 'caller');
  assert.equal((await qodly('new', project, '--open')).code, 0);
  const methods = join(project, 'Project/Sources/Methods');
  mkdirSync(methods, { recursive: true });
  const head = ['declare (host : string) : variant', 'var far : variant = openDatastore({hostname: host}, "far")'];
  writeFileSync(join(methods, 'main.4qs'), [...head, ...lines, ''].join('\n'));
  return qodly('run', project, 'main', origin, '--json');
}

async function result(t, lines, origin) {
  const done = await run(t, lines, origin);
  assert.equal(done.code, 0, done.err);
  return JSON.parse(done.out);
}

async function shop(t) {
  const project = join(temporaryFolder(t), 'shop');
  assert.equal((await qodly('new', project, '--open')).code, 0);
  const sources = join(project, 'Project/Sources');
  writeFileSync(join(sources, 'catalog.4DCatalog'), itemCatalog);
  mkdirSync(join(sources, 'Classes'), { recursive: true });
  const write = (name, text) => writeFileSync(join(sources, 'Classes', `${name}.4qs`), text);
  write('Item', `extends DataClass

exposed function cheap(limit : real) : cs.ItemSelection
  return this.query("price < :1 order by name", limit)
`);
  write('ItemEntity', `extends Entity

exposed function shout(mark : string) : string
  return uppercase(this.name) + mark

exposed function twin(other : cs.ItemEntity) : cs.ItemEntity
  return other
`);
  write('ItemSelection', `extends EntitySelection

exposed function total() : real
  return this.sum("price")
`);
  write('DataStore', `extends DataStoreImplementation

exposed function add(a : real, b : real) : real
  return a + b

exposed function fails()
  throw(77, "far away")
`);
  return serve(t, project);
}

test('entities of another application are created, changed, locked and dropped', async (t) => {
  const server = await shop(t);
  const lines = [
    'var out : collection = []',
    'var item : variant = far.Item.new()',
    'item.name = "Bread"',
    'item.price = 3.5',
    'item.born = !2024-05-06!',
    'item.active = true',
    'out.push(item.isNew(), item.touchedAttributes(), item.save().success, item.isNew(), item.ID, item.getStamp())',
    'var again : variant = far.Item.get(item.ID)',
    'out.push(again.name, again.price, string(again.born, kISODate), again.active, again == item)',
    'again.price = 4',
    'out.push(again.save().success, item.touched())',
    'item.name = "Loaf"',
    'var refused : object = item.save()',
    'out.push(refused.success, refused.status)',
    'out.push(item.reload().success, item.price, item.lock().success, item.unlock().success)',
    'out.push(item.drop().success, item.reload().status, far.Item.get(item.ID) == null, far.Item.getCount())',
    'return out',
  ];
  assert.deepEqual(await result(t, lines, server.origin), [
    true, ['name', 'price', 'born', 'active'], true, false, 1, 1,
    'Bread', 3.5, '2024-05-06T00:00:00', true, true,
    true, false, false, 2, true, 4, true, true, true, 5, true, 0,
  ]);
});

test('selections are sets of the other side', async (t) => {
  const server = await shop(t);
  const items = [];
  for (let i = 1; i <= 250; i++) items.push({ name: `item ${String(i).padStart(3, '0')}`, price: i, active: i % 2 === 0 });
  await server.post('/rest/Item?$method=update', items);
  const lines = [
    'var out : collection = []',
    'var all : variant = far.Item.all()',
    'var seen, i : integer',
    'var e : variant',
    'forEach (e, all)',
    '  seen = seen + e.price',
    'end',
    'out.push(all.length, seen, all.first().price, all.last().price, all[120].price, all.at(-2).price)',
    'var few : variant = far.Item.query("price > :1 and active = :2", 200, true)',
    'out.push(few.length, few.sum("price"), few.max("price"), few.average("price"), few.count("name"))',
    'out.push(far.Item.query("price >= :low and price <= :high", {parameters: {low: 10, high: 12}}).orderBy("price desc").price)',
    'var odd : variant = all.minus(far.Item.query("active = true"))',
    'out.push(odd.length, odd.and(few).length, odd.or(few).length, few.contains(far.Item.get(202)), odd.contains(far.Item.get(202)))',
    'out.push(all.slice(3, 6).price, all.slice(3, 6).query("price > 4").price, few.extract("name", "n", "price", "p")[0])',
    'var list : variant = far.Item.newSelection()',
    'list.add(far.Item.get(7)).add(far.Item.get(9)).add(far.Item.get(7))',
    'out.push(list.length, list.sum("price"), list.toCollection("name"))',
    'out.push(few.drop().length, far.Item.getCount())',
    'out.push(far.Item.fromCollection([{name: "x", price: 1}, {ID: 7, __KEY: 7, name: "seven"}]).name)',
    'return out',
  ];
  assert.deepEqual(await result(t, lines, server.origin), [
    250, 31375, 1, 250, 121, 249,
    25, 5650, 250, 226, 25,
    [12, 11, 10],
    125, 0, 150, true, false,
    [4, 5, 6], [5, 6], { n: 'item 202', p: 202 },
    2, 16, [{ name: 'item 007' }, { name: 'item 009' }],
    0, 225,
    ['x', 'seven'],
  ]);
});

test('functions of the other side, on every receiver', async (t) => {
  const server = await shop(t);
  await server.post('/rest/Item?$method=update', [{ name: 'a', price: 1 }, { name: 'b', price: 2 }, { name: 'c', price: 3 }]);
  const lines = [
    'var out : collection = []',
    'out.push(far.add(2, 3), far.Item.cheap(3).name, far.Item.all().total(), far.Item.get(2).shout("!"))',
    'var changed : variant = far.Item.get(1)',
    'changed.name = "changed"',
    'out.push(changed.shout("?"), far.Item.get(1).name)',
    'out.push(far.Item.get(1).twin(far.Item.get(3)).name)',
    'try',
    '  far.fails()',
    'catch',
    '  out.push(lastErrors[0].errCode, lastErrors[0].message)',
    'end',
    'out.push(ds("far") == far, ds("nobody") == null, far.getInfo().networked, far.getInfo().localID, far.Item.getInfo().primaryKey)',
    'try',
    '  far.startTransaction()',
    'catch',
    '  out.push(lastErrors[0].errCode)',
    'end',
    'return out',
  ];
  assert.deepEqual(await result(t, lines, server.origin), [
    5, ['a', 'b'], 6, 'B!', 'CHANGED?', 'a', 'c', 77, 'far away', true, true, true, 'far', 'ID', -20009,
  ]);
});

test('relations lead on', async (t) => {
  const project = join(temporaryFolder(t), 'library');
  assert.equal((await qodly('new', project, '--open')).code, 0);
  writeFileSync(join(project, 'Project/Sources/catalog.4DCatalog'), libraryCatalog);
  const server = await serve(t, project);
  await server.post('/rest/Author?$method=update', [{ name: 'Sorel' }, { name: 'Dahl' }]);
  await server.post('/rest/Book?$method=update', [{ title: 'one', authorID: 1 }, { title: 'two', authorID: 1 }, { title: 'three', authorID: 2 }]);
  const lines = [
    'var out : collection = []',
    'var book : variant = far.Book.query("title = :1", "two").first()',
    'out.push(book.author.name, book.author.books.length, book.author.books.query("title = one").first().title)',
    'out.push(far.Book.all().author.length, far.Author.all().books.length, far.Book.query("author.name = :1", "Dahl").title)',
    'book.author = far.Author.get(2)',
    'out.push(book.save().success, far.Author.get(2).books.length, book.author.name)',
    'out.push(far.Book.get(3).toObject("title,authorID"), far.Book.title.type, book.next() == null, book.getSelection().length)',
    'return out',
  ];
  assert.deepEqual(await result(t, lines, server.origin), [
    'Sorel', 2, 'one', 2, 3, ['three'], true, 2, 'Dahl', { title: 'three', authorID: 2 }, 'string', true, 1,
  ]);
});

test('a host that cannot be reached', async (t) => {
  const done = await run(t, ['return far == null'], '127.0.0.1:9');
  assert.notEqual(done.code, 0);
  assert.match(done.err, /1610/);
  const caught = await run(t, ['return 0'], '127.0.0.1:9');
  assert.match(caught.err, /A remote request to host 127.0.0.1:9 has failed/);
});

test('a key, or a login, opens a locked application', async (t) => {
  const project = join(temporaryFolder(t), 'locked');
  assert.equal((await qodly('new', project)).code, 0);
  const sources = join(project, 'Project/Sources');
  writeFileSync(join(sources, 'catalog.4DCatalog'), itemCatalog);
  mkdirSync(join(sources, 'Classes'), { recursive: true });
  writeFileSync(join(sources, 'Classes/DataStore.4qs'), `extends DataStoreImplementation

exposed function authentify(name : string, password : string) : boolean
  return (password == "open") ? session.setPrivileges("admin") : false
`);
  const key = (await qodly('key', 'create', project, '--role', 'Admin', '--description', 'caller')).out.trim().split(/\s+/)[0];
  const server = await serve(t, project);
  const lines = [
    'var out : collection = []',
    'try',
    '  far.Item.getCount()',
    'catch',
    '  out.push(lastErrors[0].message)',
    'end',
    'out.push(far.authentify("Ada", "wrong"), far.authentify("Ada", "open"), far.Item.getCount())',
    `var keyed : variant = openDatastore({hostname: host, "api-key": "${key}"}, "keyed")`,
    'out.push(keyed.Item.getCount(), ds("keyed") == keyed, keyed == far)',
    'return out',
  ];
  assert.deepEqual(await result(t, lines, server.origin), [
    'You need to be logged in to perform this request.', false, true, 0, 0, true, false,
  ]);
});
