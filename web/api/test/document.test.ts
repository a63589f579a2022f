import { expect, test } from 'vitest';
import { type ApiDocument, example, type Operation, readOperations, typeText } from '../src/document';
import { curlText, fillAddress } from '../src/request';
import { schemaView } from '../src/schema_view';

const api: ApiDocument = {
  info: { title: 'Biblio' },
  servers: [{ url: '/rest' }],
  tags: [{ name: 'Book' }],
  paths: {
    '/Book({key})': {
      get: {
        operationId: 'Book.get',
        tags: ['Book'],
        summary: 'One book',
        parameters: [
          { name: 'key', in: 'path', required: true, schema: { type: 'integer' } },
          { $ref: '#/components/parameters/filter' },
          { $ref: '#/components/parameters/unknown' },
        ],
        responses: {
          '200': { description: 'The book', content: { 'application/json': { schema: { $ref: '#/components/schemas/Book' } } } },
        },
      },
      patch: {
        operationId: 'Book.update',
        tags: ['Book'],
        summary: 'Update',
        requestBody: { required: true, content: { 'application/json': { schema: { $ref: '#/components/schemas/Book' } } } },
        responses: { '200': { $ref: '#/components/responses/Error' } },
      },
    },
  },
  components: {
    schemas: {
      Book: {
        type: 'object',
        required: ['title'],
        properties: {
          __KEY: { type: 'string' },
          title: { type: ['string', 'null'], maxLength: 80, description: '<b>Name</b>' },
          pages: { type: 'integer' },
          author: { anyOf: [{ $ref: '#/components/schemas/Author' }, { type: 'null' }] },
        },
      },
      Author: { type: 'object', properties: { books: { type: 'array', items: { $ref: '#/components/schemas/Book' } } } },
    },
    parameters: { filter: { name: '$filter', in: 'query', schema: { type: 'string' } } },
    securitySchemes: {},
  },
};

const operations = readOperations(api);
const get = operations[0] as Operation;

test('operations with their parameters, references followed, unknown ones left out', () => {
  expect(operations.map((each) => [each.verb, each.path])).toEqual([
    ['GET', '/Book({key})'],
    ['PATCH', '/Book({key})'],
  ]);
  expect(get.parameters.map((each) => each.name)).toEqual(['key', '$filter']);
  expect(operations[1]?.body?.required).toBe(true);
  expect(operations[1]?.success).toBeUndefined();
});

test('an example for the editor ends although the schemas form a circle', () => {
  const made = example(api, { $ref: '#/components/schemas/Book' });
  expect(made).toMatchObject({ title: '', pages: 0 });
  expect(made).not.toHaveProperty('__KEY');
  expect(example(api, { type: 'array', prefixItems: [{ type: 'string' }, { const: 5 }] })).toEqual(['', 5]);
});

test('addresses: path and query are encoded, what is missing is told', () => {
  expect(
    fillAddress(
      '/rest',
      get,
      new Map([
        ['key', 'a/b c'],
        ['$filter', 'name = "x&y"'],
      ]),
    ),
  ).toEqual({
    url: '/rest/Book(a%2Fb%20c)?$filter=name%20%3D%20%22x%26y%22',
    missing: [],
  });
  expect(fillAddress('/rest', get, new Map()).missing).toEqual(['key']);
});

test('a request for a terminal is quoted', () => {
  expect(curlText('http://x', 'POST', '/rest/Book', { 'api-key': 'k' }, `{"a":"it's"}`)).toBe(
    `curl -X POST -b cookies -c cookies -H 'api-key: k' --data '{"a":"it'\\''s"}' 'http://x/rest/Book'`,
  );
});

test('types in one line', () => {
  expect(typeText(api, { type: ['string', 'null'], format: 'date-time' })).toBe('string or null (date-time)');
  expect(typeText(api, { type: 'array', items: { $ref: '#/components/schemas/Book' } })).toBe('array of Book');
  expect(typeText(api, { type: 'array', prefixItems: [{ title: 'howMany', type: ['integer', 'null'] }] })).toBe(
    '[howMany: integer or null]',
  );
  expect(typeText(api, {})).toBe('anything');
});

test('a schema opens step by step; texts of the model are no markup', () => {
  const view = schemaView(api, { $ref: '#/components/schemas/Book' }) as HTMLDetailsElement;
  expect(view.querySelector('li')).toBeNull();
  view.open = true;
  view.dispatchEvent(new Event('toggle'));
  expect(view.textContent).toContain('<b>Name</b>');
  expect(view.querySelector('b')).toBeNull();
  expect(view.textContent).toContain('at most 80 characters');
  expect(view.querySelectorAll('details')).toHaveLength(1);
});
