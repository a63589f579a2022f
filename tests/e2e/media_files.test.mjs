// Pictures and blobs that are kept as the path of a file (orda.md 9.1), as code and REST clients see them.
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { qodly, serve, temporaryFolder } from './support.mjs';

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEUlEQVR4nGP4z8DA8B+MgBgAHfAD/dPQfSYAAAAASUVORK5CYII=',
  'base64',
);

const catalog = `<?xml version="1.0" encoding="UTF-8"?>
<base name="album" uuid="F1D0C1A3B7E94F0C8E5B6A2D9C7F1E01">
  <schema name="DEFAULT_SCHEMA"/>
  <table name="Shot" uuid="F1D0C1A3B7E94F0C8E5B6A2D9C7F1E02" id="1">
    <field name="ID" uuid="F1D0C1A3B7E94F0C8E5B6A2D9C7F1E03" type="4" unique="true" autosequence="true" not_null="true" id="1"/>
    <field name="photo" uuid="F1D0C1A3B7E94F0C8E5B6A2D9C7F1E04" type="12" id="2"/>
    <field name="sheet" uuid="F1D0C1A3B7E94F0C8E5B6A2D9C7F1E05" type="18" id="3"/>
    <primary_key field_name="ID" field_uuid="F1D0C1A3B7E94F0C8E5B6A2D9C7F1E03"/>
    <table_extra><editor_table_info displayable_fields_page="1"/></table_extra>
  </table>
</base>`;

const entityClass = `extends Entity

exposed function get copy() : picture
  return this.photo

exposed function show() : picture
  return this.photo

exposed function facts() : object
  return {photo: this.photo == null, sheet: this.sheet == null, bytes: (this.sheet == null) ? 0 : this.sheet.size}

exposed function keepFor(other : cs.ShotEntity) : object
  other.photo = this.photo
  return other.save()
`;

const dataClass = `extends DataClass

exposed function take(name : string) : cs.ShotEntity
  var shot = this.new()
  shot.photo = "/RESOURCES/shots/" + name
  shot.sheet = folder("/RESOURCES/shots").file(name)
  shot.save()
  return shot
`;

test('a picture kept as the path of a file is the picture', async (t) => {
  const project = join(temporaryFolder(t), 'album');
  assert.equal((await qodly('new', project, '--open')).code, 0);
  const shots = join(project, 'Resources/shots');
  mkdirSync(shots, { recursive: true });
  mkdirSync(join(project, 'Project/Sources/Classes'), { recursive: true });
  writeFileSync(join(project, 'Project/Sources/catalog.4DCatalog'), catalog);
  writeFileSync(join(project, 'Project/Sources/Classes/Shot.4qs'), dataClass);
  writeFileSync(join(project, 'Project/Sources/Classes/ShotEntity.4qs'), entityClass);
  writeFileSync(join(shots, 'one.png'), png);
  const server = await serve(t, project);
  const bytes = async (link) => {
    const answer = await server.get(link);
    return { type: answer.headers.get('Content-Type'), body: Buffer.from(await answer.arrayBuffer()) };
  };

  const shot = await server.post('/rest/Shot/take', ['one.png']);
  const stored = await bytes(shot.photo.__deferred.uri);
  assert.equal(stored.type, 'image/png');
  assert.deepEqual(stored.body, png);
  assert.deepEqual((await bytes(shot.sheet.__deferred.uri)).body, png, 'the blob');
  assert.deepEqual((await bytes(shot.copy.__deferred.uri)).body, png, 'the calculated picture');
  assert.deepEqual((await bytes(`/rest/Shot(${shot.ID})/photo?$imageformat=.jpg&$expand=photo`)).type, 'image/jpeg');
  const shown = await server.get(`/rest/Shot(${shot.ID})/show`, { method: 'POST' });
  assert.deepEqual(Buffer.from(await shown.arrayBuffer()), png, 'the result of a function');
  assert.deepEqual((await server.post(`/rest/Shot(${shot.ID})/facts`, [])).result, { photo: false, sheet: false, bytes: png.length });

  const other = await server.post('/rest/Shot/take', ['none.png']);
  assert.deepEqual((await bytes(`/rest/Shot(${other.ID})/photo?$expand=photo`)).body.toString(), '{}', 'a missing file is no picture');
  assert.deepEqual((await server.post(`/rest/Shot(${other.ID})/facts`, [])).result, { photo: true, sheet: true, bytes: 0 });
  const kept = await server.post(`/rest/Shot(${shot.ID})/keepFor`, [{ __ENTITY: true, __DATACLASS: 'Shot', __KEY: String(other.ID) }]);
  assert.equal(kept.result.success, true);
  assert.deepEqual((await bytes(`/rest/Shot(${other.ID})/photo?$expand=photo`)).body, png, 'assigned on');

  rmSync(join(shots, 'one.png'));
  for (const { ID } of [shot, other])
    assert.equal((await server.post(`/rest/Shot(${ID})/facts`, [])).result.photo, true, 'the path was kept, not the bytes');

  const outside = await server.post('/rest/Shot/take', ['../../Project/Sources/catalog.4DCatalog/../../../../../../../etc/hostname']);
  assert.equal((await server.post(`/rest/Shot(${outside.ID})/facts`, [])).result.photo, true, 'nothing outside the project');
});

test('code finds the name of an uploaded file in the picture or blob', async (t) => {
  const project = join(temporaryFolder(t), 'album');
  assert.equal((await qodly('new', project, '--open')).code, 0);
  const sources = join(project, 'Project/Sources');
  mkdirSync(join(sources, 'Classes'), { recursive: true });
  writeFileSync(join(sources, 'catalog.4DCatalog'), catalog);
  writeFileSync(join(sources, 'Classes/DataStore.4qs'), `extends DataStoreImplementation

exposed function nameOf(shot : cs.ShotEntity, attribute : string) : string
  return shot[attribute].path
`);
  const server = await serve(t, project);
  let cookie = '';
  const send = async (path, body, headers = {}) => {
    const answer = await server.get(path, { method: 'POST', headers: { ...headers, cookie }, body });
    cookie = answer.headers.getSetCookie().map((each) => each.split(';')[0]).join('; ') || cookie;
    return answer.json();
  };
  const upload = async (kind, bytes, headers) => (await send(`/rest/$upload?${kind}`, bytes, headers)).ID;
  const form = (name, type, bytes) => {
    const body = Buffer.concat([
      Buffer.from(`--b\r\nContent-Disposition: form-data; name="f"; filename="${name}"\r\nContent-Type: ${type}\r\n\r\n`),
      bytes,
      Buffer.from('\r\n--b--\r\n'),
    ]);
    return [body, { 'content-type': 'multipart/form-data; boundary=b' }];
  };
  const nameOf = async (shot, attribute) => (await send('/rest/$catalog/nameOf', JSON.stringify([shot, attribute]))).result;
  const named = (name) => ({ 'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}` });
  const rows = [
    ['photo', '$rawPict=true', [png, { 'content-type': 'image/png', ...named('my ünique.png') }], 'my ünique.png'],
    ['photo', '$rawPict=true', form('from form.png', 'image/png', png), 'from form.png'],
    ['photo', '$rawPict=true', [png, { 'content-type': 'image/png' }], ''],
    ['photo', '$rawPict=true', [png, { 'content-type': 'image/png', ...named('../../a"b.png') }], 'ab.png'],
    ['sheet', '$binary=true', [Buffer.from('hello'), { 'content-type': 'text/plain', ...named('a b.txt') }], 'a b.txt'],
    ['sheet', '$binary=true', form('c.txt', 'text/plain', Buffer.from('hello')), 'c.txt'],
    ['sheet', '$binary=true', [Buffer.from('hello'), { 'content-type': 'text/plain' }], ''],
  ];
  for (const [attribute, kind, [bytes, headers], expected] of rows) {
    const ID = await upload(kind, bytes, headers);
    const unsaved = { __DATACLASS: 'Shot', __ENTITY: true, [attribute]: { ID } };
    assert.equal(await nameOf(unsaved, attribute), expected, `${attribute}, unsaved`);
    const saved = await send('/rest/Shot?$method=update', JSON.stringify({ [attribute]: { ID: await upload(kind, bytes, headers) } }));
    assert.equal(await nameOf({ __DATACLASS: 'Shot', __ENTITY: true, __KEY: saved.__KEY }, attribute), expected, attribute);
    const link = saved[attribute].__deferred.uri;
    const answer = await server.get(link, { headers: { cookie } });
    assert.equal(answer.headers.get('content-type'), attribute === 'photo' ? 'image/png' : 'application/octet-stream');
    assert.ok(Buffer.from(await answer.arrayBuffer()).equals(attribute === 'photo' ? png : Buffer.from('hello')));
  }
});
