// The OpenAPI document: valid, made from the live model, for the rights of whoever asks; and the page to try it.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { atlas, serve, until } from './support.mjs';
import { fillStaff, staffProject } from './staff.mjs';

const library = await import('@seriousme/openapi-schema-validator').catch(() => null);
const skip = library ? false : 'NOT TESTED: the npm package @seriousme/openapi-schema-validator is not installed (no registry)';
if (skip) console.error(`*** ${skip}`);

async function problems(document) {
  const validator = new library.Validator();
  const answer = await validator.validate(document);
  return answer.valid ? '' : JSON.stringify(answer.errors, null, 1).slice(0, 2000);
}

// Every reference leads somewhere, every place in a path is a parameter, and ids are unique.
function checkLinks(document) {
  const ids = new Set();
  const visit = (node) => {
    if (Array.isArray(node)) return node.forEach(visit);
    if (node === null || typeof node !== 'object') return undefined;
    if (typeof node.$ref === 'string') {
      let at = document;
      for (const step of node.$ref.slice(2).split('/')) at = at?.[step];
      assert.ok(at, `${node.$ref} leads nowhere`);
    }
    return Object.values(node).forEach(visit);
  };
  visit(document);
  for (const [path, item] of Object.entries(document.paths)) {
    const named = [...path.matchAll(/{(\w+)}/g)].map((each) => each[1]).sort();
    for (const [verb, operation] of Object.entries(item)) {
      assert.ok(!ids.has(operation.operationId), `${operation.operationId} stands twice`);
      ids.add(operation.operationId);
      const given = (operation.parameters ?? []).filter((each) => each.in === 'path').map((each) => each.name).sort();
      assert.deepEqual(given, named, `${verb} ${path}`);
    }
  }
}

test('the document of Atlas is valid and complete', { skip }, async (t) => {
  const server = await serve(t, atlas);
  const answer = await server.get('/rest/$openapi');
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get('content-type'), /^application\/json/);
  const document = await answer.json();
  assert.equal(await problems(document), '');
  checkLinks(document);
  const again = await server.get('/rest/$openapi', { headers: { 'If-None-Match': answer.headers.get('etag') } });
  assert.equal(again.status, 304);
});

test('attributes, functions and parameters with their types', { skip }, async (t) => {
  const server = await serve(t, await staffProject(t));
  await fillStaff(server, 2);
  const document = await server.json('/rest/$openapi');
  assert.equal(await problems(document), '');
  checkLinks(document);
  const { schemas, parameters } = document.components;
  const { properties } = schemas.Employee;
  assert.deepEqual(properties.salary, { type: ['number', 'null'] });
  assert.deepEqual(properties.firstName, { type: ['string', 'null'], maxLength: 80 });
  assert.equal(properties.fullName.readOnly, true);
  assert.deepEqual(properties.company.anyOf.map((each) => each.$ref ?? each.type), ['#/components/schemas/rest.Deferred', '#/components/schemas/Company', 'null']);
  assert.equal(schemas['Employee.input'].properties.fullName, undefined);
  assert.equal(document.paths['/Employee({key})'].get.parameters[0].schema.type, 'integer');
  const shake = document.paths['/Employee/shake'].post.requestBody.content['application/json'].schema;
  assert.deepEqual(shake.prefixItems.map((each) => each.title), ['left', 'right']);
  const twice = document.paths['/$singleton/Calculator/twice'].post;
  assert.deepEqual(twice.responses['200'].content['application/json'].schema.properties.result, { type: ['number', 'null'] });
  assert.ok(document.paths['/$catalog/addition']);
  assert.equal(document.paths['/Employee/best'].post.responses['200'].content['application/json'].schema.anyOf[0].$ref, '#/components/schemas/Employee');
  for (const name of ['filter', 'params', 'orderby', 'attributes', 'expand', 'skip', 'top', 'method', 'lock', 'compute']) assert.ok(parameters[name], name);
  const listed = document.paths['/Employee'].get.parameters.map((each) => each.$ref?.split('/').pop());
  for (const name of ['filter', 'orderby', 'attributes', 'skip', 'top']) assert.ok(listed.includes(name), name);
});

test('what answers say agrees with the schemas', { skip }, async (t) => {
  const { default: Ajv } = await import('ajv/dist/2020.js');
  const { default: formats } = await import('ajv-formats');
  const server = await serve(t, await staffProject(t));
  await fillStaff(server, 4);
  const document = await server.json('/rest/$openapi');
  const ajv = new Ajv({ strict: false, allErrors: true });
  formats(ajv);
  ajv.addSchema(document, 'openapi');
  const check = (name, value) => {
    const validate = ajv.getSchema(`openapi#/components/schemas/${name}`);
    assert.ok(validate(value), `${name}: ${JSON.stringify(validate.errors)}`);
  };
  check('Employee.selection', await server.json('/rest/Employee'));
  check('Employee.selection', await server.json('/rest/Employee?$expand=company&$method=entityset'));
  check('Employee', await server.json('/rest/Employee(1)'));
  check('Company', await server.json('/rest/Company(1)?$expand=staff'));
  check('Employee.saved', await server.post('/rest/Employee?$method=update', { firstName: 'New', lastName: 'Name' }));
  check('rest.Error', await server.json('/rest/Nothing'));
  check('rest.Done', await (await server.get('/rest/Employee(2)', { method: 'DELETE' })).json());
  check('rest.Lock', await server.json('/rest/Employee(1)?$lock=true'));
});

test('the document follows rights and model', { skip }, async (t) => {
  const roles = {
    privileges: [{ privilege: 'clerk' }],
    roles: [{ role: 'Desk', privileges: ['clerk'] }],
    permissions: {
      allowed: [
        { type: 'dataclass', applyTo: 'Employee', read: ['clerk'], create: ['clerk'], update: ['clerk'], drop: ['clerk'] },
        { type: 'dataclass', applyTo: 'Company', describe: ['clerk'] },
        { type: 'method', applyTo: 'ds.addition', execute: ['clerk'] },
      ],
    },
  };
  const project = await staffProject(t, { 'roles.json': JSON.stringify(roles) });
  const server = await serve(t, project);
  const guest = await server.json('/rest/$openapi');
  assert.equal(await problems(guest), '');
  checkLinks(guest);
  assert.equal(guest.paths['/Employee'], undefined);
  assert.equal(guest.paths['/Company'], undefined);
  assert.equal(guest.components.schemas.Company, undefined);
  assert.equal(guest.paths['/$catalog/addition'], undefined);
  const login = await server.get('/rest/$catalog/authentify', { method: 'POST', body: JSON.stringify(['Ada', 'open']) });
  const cookie = login.headers.getSetCookie().map((each) => each.split(';')[0]).join('; ');
  const clerk = await server.json('/rest/$openapi', { headers: { cookie } });
  assert.ok(clerk.paths['/Employee'].get && clerk.paths['/Employee'].post && clerk.paths['/Employee({key})'].delete);
  assert.ok(clerk.paths['/Company'] && clerk.paths['/$catalog/addition']);
  writeFileSync(join(project, 'Project/Sources/Classes/Company.4qs'), 'extends DataClass\n\nexposed function hello() : string\n  return "hello"\n');
  assert.ok(await until(async () => (await server.json('/rest/$openapi', { headers: { cookie } })).paths['/Company/hello']));
});

test('the page to try it is served with a strict policy and nothing from outside', async (t) => {
  const server = await serve(t, atlas);
  const short = await server.get('/$lib/api', { redirect: 'manual' });
  assert.equal(short.status, 302);
  const page = await server.get('/$lib/api/');
  assert.equal(page.status, 200);
  assert.match(page.headers.get('content-security-policy'), /default-src 'none'; script-src 'self'/);
  const html = await page.text();
  const parts = [...html.matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map((each) => each[1]);
  assert.ok(parts.length >= 2);
  assert.doesNotMatch(html, /https?:/);
  for (const part of parts) assert.equal((await server.get(`/$lib/api/${part}`)).status, 200, part);
});
