// Every operator of conditions with every kind of value (pages 12.4), headless and over real sources.
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/base/json';
import { compare } from '../../src/logic/conditions';
import { build, ent, sca, sel } from '../data/scenario';

const every = [
  'eq',
  'neq',
  'gt',
  'gte',
  'lt',
  'lte',
  'between',
  'in',
  'nin',
  'sw',
  'regex',
  'isempty',
  'isnull',
  'notnull',
  'istrue',
  'isfalse',
];

test('null: only eq with null, neq and isnull hold', () => {
  for (const op of every) {
    expect([op, compare(null, op, 'a')]).toEqual([op, op === 'neq' || op === 'isnull']);
    expect([op, compare(undefined, op, null)]).toEqual([op, op === 'eq' || op === 'isnull']);
  }
});

describe('values against written values', () => {
  test.each<[unknown, string, unknown, boolean]>([
    // texts
    ['', 'eq', '', true],
    ['', 'eq', null, false],
    ['', 'isempty', null, true],
    ['Ärger', 'sw', 'Ä', true],
    ['abc', 'sw', '', true],
    ['abc', 'sw', 'ABC', false],
    ['a.c', 'regex', '^a\\.c$', true],
    ['ABC', 'regex', 'abc', false],
    ['xaby', 'regex', 'ab', true],
    ['ab', 'regex', '', true],
    ['a', 'in', '', false],
    ['a b', 'in', 'x, a b ,y', true],
    ['b', 'nin', ['a', 'b'], false],
    ['b', 'gt', 'a', true],
    ['10', 'eq', 10, true],
    // numbers
    [0, 'eq', 0, true],
    [0, 'eq', '', false],
    [0, 'isnull', null, false],
    [0, 'notnull', null, true],
    [0, 'istrue', null, false],
    [0, 'isfalse', null, false],
    [1.5, 'eq', '1.5', true],
    [1.5, 'neq', '1.50', false],
    [-1, 'lt', '0', true],
    [5, 'gt', 'abc', false],
    [5, 'between', [5, 5], true],
    [5, 'between', ['1', '9'], true],
    [5, 'between', [6, 1], false],
    [5, 'between', [1], false],
    [5, 'between', '1,9', true],
    [5, 'nin', '1,2', true],
    [5, 'in', [5], true],
    [55, 'regex', '^5', true],
    // booleans
    [false, 'eq', 'false', true],
    [false, 'eq', false, true],
    [true, 'neq', false, true],
    [false, 'notnull', null, true],
    // dates
    ['2025-03-07', 'eq', '2025-03-07', true],
    ['2025-03-07', 'gte', '2025-03-07', true],
    ['2025-03-07', 'lt', '2025-12-01', true],
    ['2025-03-07', 'between', ['2025-03-07', '2025-03-08'], true],
    ['2025-03-07', 'between', ['2025-03-08', '2025-03-09'], false],
    ['2025-03-07T10:00:00Z', 'eq', '2025-03-07', true],
    ['2025-03-07T10:00:00Z', 'lte', '2025-03-07', true],
    ['2025-03-07T10:00:00Z', 'gt', '2025-03-07', false],
    ['2025-03-07', 'eq', '07/03/2025', true],
    ['2025-03-07', 'gt', '06/03/2025', true],
    ['2025-03-07', 'between', ['01/03/2025', '31/03/2025'], true],
    ['2025-03-07', 'in', '07/03/2025,08/03/2025', true],
    // objects and arrays
    [{ a: { b: [1] } }, 'eq', '{"a":{"b":[1]}}', true],
    [{ a: 1, b: 2 }, 'eq', { b: 2, a: 1 }, true],
    [{ a: 1 }, 'neq', { a: 2 }, true],
    [{ a: 1 }, 'eq', 'no JSON', false],
    [[1, 2], 'eq', '[1,2]', true],
    [[1, 2], 'eq', '[2,1]', false],
    [{ a: 1 }, 'isempty', null, false],
    [[], 'notnull', null, true],
    [[1], 'gt', 0, false],
    [{}, 'sw', 'x', false],
    [{}, 'regex', '.', false],
  ])('%j %s %j is %s', (value, op, wanted, expected) => {
    expect(compare(value as null, op, wanted as null)).toBe(expected);
  });
});

describe('conditions over sources of a page', () => {
  const sources: Json[] = [
    sel('all'),
    sel('same'),
    sel('none', { initialValue: '' }),
    ent('first'),
    ent('again'),
    ent('nobody', { initialValue: '' }),
    sca('list', 'array', [1, 2, 3]),
    sca('o', 'object', { a: { b: 'x' } }),
    sca('n', 'number', 12),
    sca('t', 'string', 'Tidal Maps 1'),
    sca('words', 'array', ['Tidal Maps 1', 'b']),
    sca('key', 'string', '1'),
  ];
  const leaf = (path: string, op: string, value?: Json, valueType?: string): JsonObject => ({
    type: 'datasource',
    path,
    op,
    ...(value === undefined ? {} : { value }),
    ...(valueType === undefined ? {} : { valueType }),
  });
  test.each<[JsonObject, boolean]>([
    [leaf('all.length', 'eq', '12'), true],
    [leaf('all.length', 'gt', 12), false],
    [leaf('all.length', 'between', [12, 13]), true],
    [leaf('all.length', 'eq', 'n', 'datasource'), true],
    [leaf('none.length', 'eq', 0), true],
    [leaf('none', 'isnull'), true],
    [leaf('all', 'isempty'), false],
    [leaf('all', 'notnull'), true],
    [leaf('all', 'eq', 'same', 'datasource'), true],
    [leaf('all', 'neq', 'none', 'datasource'), true],
    [leaf('first', 'eq', 'again', 'datasource'), true],
    [leaf('first', 'eq', 'nobody', 'datasource'), false],
    [leaf('first', 'neq', 'nobody', 'datasource'), true],
    [leaf('first', 'eq', 'key', 'datasource'), true],
    [leaf('nobody', 'isnull'), true],
    [leaf('nobody.title', 'isnull'), true],
    [leaf('nobody.author.name', 'eq', 'x'), false],
    [leaf('first', 'notnull'), true],
    [leaf('first.title', 'eq', 't', 'datasource'), true],
    [leaf('first.title', 'in', 'words', 'datasource'), true],
    [leaf('first.title', 'nin', 'words', 'datasource'), false],
    [leaf('first.author.name', 'sw', 'A.'), true],
    [leaf('first.published', 'eq', '10/01/2010'), true],
    [leaf('first.inStock', 'isfalse'), true],
    [leaf('first.meta.shelf', 'regex', '^B\\d'), true],
    [leaf('first.reviews.length', 'eq', 2), true],
    [leaf('list.length', 'gte', 3), true],
    [leaf('list[1]', 'eq', 2), true],
    [leaf('list.1', 'eq', 2), true],
    [leaf('o.a.b', 'eq', 'x'), true],
    [leaf('o.a.c.d', 'isnull'), true],
    [leaf('gone', 'isnull'), true],
    [leaf('gone', 'eq', 'x'), false],
    [{ type: 'combination', op: 'AND', conditions: [leaf('n', 'GT', 1), leaf('n', '<', 100)] }, true],
    [
      {
        type: 'combination',
        op: 'or',
        conditions: [
          leaf('n', 'eq', 1),
          { type: 'combination', op: 'and', conditions: [leaf('n', 'eq', 12), leaf('t', 'sw', 'T')] },
        ],
      },
      true,
    ],
  ])('%j is %s', async (conditions, expected) => {
    const world = await build({
      sources,
      page: {
        metadata: {
          states: [
            { id: 'root', label: 'Base' },
            { id: 'a', label: 'A', conditions },
          ],
        },
      },
    });
    await world.page.loaded();
    for (let i = 0; i < 4; i++) await world.app.manager.quiet();
    expect(world.page.states.labels).toEqual(expected ? ['A'] : ['Base']);
    world.page.dispose();
  });
});
