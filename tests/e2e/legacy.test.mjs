// Commands of the 4D surface that work on tables and over HTTP, in a project as that surface writes it.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { itemCatalog, qodly, serve, temporaryFolder } from './support.mjs';

async function project(t, body) {
  const folder = join(temporaryFolder(t), 'shop');
  assert.equal((await qodly('new', folder, '--open')).code, 0);
  writeFileSync(join(folder, 'Project/Sources/catalog.4DCatalog'), itemCatalog);
  const methods = join(folder, 'Project/Sources/Methods');
  mkdirSync(methods, { recursive: true });
  writeFileSync(join(methods, 'main.4dm'), `#DECLARE($text : Text)->$out : Collection\n$out:=[]\n${body.join('\n')}\n`);
  writeFileSync(join(methods, 'add.4dm'), `#DECLARE($name : Text)->$id : Integer
var $item : cs.ItemEntity
$item:=ds.Item.new()
$item.name:=$name
$item.save()
$id:=$item.ID
`);
  return folder;
}

async function result(folder, ...args) {
  const done = await qodly('run', folder, 'main', ...args, '--json');
  assert.equal(done.code, 0, done.err);
  return JSON.parse(done.out);
}

test('automatic numbers are set and begin anew', async (t) => {
  const folder = await project(t, [
    '$out.push(add("a"); add("b"); Get database parameter([Item]; Table sequence number))',
    'TRUNCATE TABLE([Item])',
    '$out.push(Records in table([Item]); add("c"))',
    'SET DATABASE PARAMETER([Item]; Table sequence number; 100)',
    '$out.push(add("d"); Get database parameter([Item]; Table sequence number))',
    'SET DATABASE PARAMETER([Item]; Table sequence number; 5)',
    '$out.push(add("e"))',
  ]);
  assert.deepEqual(await result(folder, ''), [1, 2, 2, 0, 1, 101, 101, 6]);
  const verified = await qodly('verify', folder);
  assert.equal(verified.code, 0, verified.out + verified.err);
});

test('where a relation leads to', async (t) => {
  const uuid = (n) => `AB0000000000000000000000000000${n}`;
  const place = (field, table) =>
    `<field_ref uuid="${field[1]}" name="${field[0]}"><table_ref uuid="${table[1]}" name="${table[0]}"/></field_ref>`;
  const [item, note] = [['Item', 'AA000000000000000000000000000002'], ['Note', uuid('10')]];
  const catalog = itemCatalog.replace('</base>', `
    <table name="Note" uuid="${uuid('10')}" id="7">
      <field name="ID" uuid="${uuid('11')}" type="4" unique="true" autosequence="true" not_null="true" id="1"/>
      <field name="text" uuid="${uuid('12')}" type="10" id="2"/>
      <field name="itemID" uuid="${uuid('13')}" type="4" id="5"/>
      <primary_key field_name="ID" field_uuid="${uuid('11')}"/>
    </table>
    <relation uuid="${uuid('14')}" name_Nto1="item" name_1toN="notes" state="1">
      <related_field kind="source">${place(['itemID', uuid('13')], note)}</related_field>
      <related_field kind="destination">${place(['ID', 'AA000000000000000000000000000003'], item)}</related_field>
    </relation></base>`);
  const folder = await project(t, [
    'var $number; $table; $field; $choice : Integer',
    'var $one; $many : Boolean',
    '$number:=ds.Note.getInfo().tableNumber',
    'GET RELATION PROPERTIES($number; ds.Note.itemID.fieldNumber; $table; $field; $choice; $one; $many)',
    '$out.push($table; $field; $choice; $one; $many)',
    'GET RELATION PROPERTIES:C686($number; Num(ds.Note.text.fieldNumber); $table; $field; $choice; $one; $many)',
    '$out.push($table; $field; $choice; $one; $many)',
    'GET RELATION PROPERTIES($number; Num(ds.Note.item.fieldNumber); $table; $field)',
    '$out.push($table; $field)',
  ]);
  writeFileSync(join(folder, 'Project/Sources/catalog.4DCatalog'), catalog);
  assert.deepEqual(await result(folder, ''), [1, 1, 0, true, true, 0, 0, 0, false, false, 0, 0]);
});

test('a call that is compared and forgotten runs', async (t) => {
  const folder = await project(t, [
    'var $before : Integer',
    '$before:=add("a")',
    'trash=ds.Item.all().drop()',
    '$out.push($before; ds.Item.all().length)',
  ]);
  assert.deepEqual(await result(folder, ''), [1, 0]);
});

test('the stack of errors as arrays', async (t) => {
  const folder = await project(t, [
    'ARRAY LONGINT($codes; 4)',
    'ARRAY TEXT($parts; 0)',
    'ARRAY TEXT($texts; 0)',
    'Try',
    '\tthrow(7; "seven")',
    'Catch',
    '\tGET LAST ERROR STACK:C1015($codes; $parts; $texts)',
    'End try',
    '$out.push(Size of array($codes); $codes{1}; Size of array($parts); $texts{Size of array($texts)})',
  ]);
  assert.deepEqual(await result(folder, ''), [1, 7, 1, 'seven']);
});

test('HTTP Get fills the variable as its type wants', async (t) => {
  const shop = await project(t, []);
  const server = await serve(t, shop);
  const folder = await project(t, [
    'var $plain : Text',
    'var $object : Object',
    'var $bytes : Blob',
    '$out.push(HTTP Get:C1157($text+"/rest/$catalog"; $plain); Position("dataClasses"; $plain)>0)',
    '$out.push(HTTP Get($text+"/rest/$catalog"; $object); $object.dataClasses[0].name)',
    '$out.push(HTTP Get($text+"/rest/Nothing"; $bytes); Length(Convert to text($bytes; "UTF-8"))>0)',
  ]);
  assert.deepEqual(await result(folder, server.origin), [200, true, 200, 'Item', 404, true]);
});
