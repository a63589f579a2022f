import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/base/json';
import { literalArgument, toDate, toDuration, toScalar, withStep } from '../../src/data/value';
import { play, sca, std, type Scenario } from './scenario';

describe('initial values', () => {
  const cases: [string, Json | undefined, unknown][] = [
    ['string', 'abc', 'abc'],
    ['string', '', ''],
    ['string', undefined, null],
    ['string', null, null],
    ['string', 12, '12'],
    ['string', true, 'true'],
    ['string', '0', '0'],
    ['string', '  x ', '  x '],
    ['number', 5, 5],
    ['number', '5', 5],
    ['number', '0', 0],
    ['number', '', null],
    ['number', undefined, null],
    ['number', 'abc', null],
    ['number', '1.5', 1.5],
    ['number', '-3', -3],
    ['number', ' 7 ', 7],
    ['number', 0, 0],
    ['number', '1e3', 1000],
    ['bool', true, true],
    ['bool', false, false],
    ['bool', 'true', true],
    ['bool', 'false', false],
    ['bool', undefined, null],
    ['bool', '', null],
    ['boolean', 'true', true],
    ['bool', 'maybe', null],
    ['bool', 1, true],
    ['bool', 0, false],
    ['date', '2025-03-09', '2025-03-09'],
    ['date', '', null],
    ['date', undefined, null],
    ['date', '09/03/2025', '2025-03-09'],
    ['date', '!!2025-03-09!!', '2025-03-09'],
    ['date', 'soon', null],
    ['date', '2025-02-30', null],
    ['date', '!!00-00-00!!', null],
    ['date', '2025-03-09T10:00:00Z', '2025-03-09T10:00:00Z'],
    ['duration', '02:05:00', 7500000],
    ['duration', '00:30', 1800000],
    ['duration', 1500, 1500],
    ['duration', '', null],
    ['duration', 'x', null],
    ['duration', '-01:00', -3600000],
    ['duration', '100:00:00', 360000000],
    ['array', [], []],
    ['array', '[]', []],
    ['array', '', []],
    ['array', '[1,2]', [1, 2]],
    ['array', [1], [1]],
    ['array', '{}', null],
    ['array', 'oops', null],
    ['array', undefined, null],
    ['object', {}, {}],
    ['object', '{}', {}],
    ['object', '', {}],
    ['object', '{"a":1}', { a: 1 }],
    ['object', '[]', null],
    ['object', '{', null],
    ['object', undefined, null],
    ['image', '', null],
    ['image', undefined, null],
    ['blob', '', null],
    ['unknown', 'x', 'x'],
  ];
  test.each(cases)('%s %j -> %j', async (dataType, initialValue, expected) => {
    await play({ name: '', sources: [sca('s', dataType, initialValue)], steps: [{ get: 's', is: expected }, { events: [] }] });
  });
  test('objects are copied for each page instance', async () => {
    const value = { a: [1] };
    await play({
      name: '',
      sources: [sca('s', 'object', value)],
      steps: [
        { write: 's.a.0', to: 5 },
        { get: 's', is: { a: [5] } },
      ],
    });
    expect(value).toEqual({ a: [1] });
  });
});

describe('writing', () => {
  const cases: [string, Json | undefined, string, Json, unknown, string[]][] = [
    ['string', 'a', 's', 'b', 'b', ['s:onchange']],
    ['string', 'a', 's', 'a', 'a', []],
    ['string', 'a', 's', null, null, ['s:onchange']],
    ['string', 'a', 's', 5, '5', ['s:onchange']],
    ['number', 1, 's', 2, 2, ['s:onchange']],
    ['number', 1, 's', '2', 2, ['s:onchange']],
    ['number', 1, 's', '1', 1, []],
    ['number', 1, 's', 'x', 'x', ['s:onchange']],
    ['bool', true, 's', false, false, ['s:onchange']],
    ['bool', true, 's', 'true', true, []],
    ['date', '2025-01-01', 's', '2025-01-02', '2025-01-02', ['s:onchange']],
    ['object', { a: 1 }, 's.a', 2, { a: 2 }, ['s:onchange']],
    ['object', { a: 1 }, 's.a', 1, { a: 1 }, []],
    ['object', { a: 1 }, 's.b.c', 2, { a: 1, b: { c: 2 } }, ['s:onchange']],
    ['object', undefined, 's.a', 1, { a: 1 }, ['s:onchange']],
    ['object', { a: [1, 2] }, 's.a.1', 9, { a: [1, 9] }, ['s:onchange']],
    ['object', { a: [{ b: 1 }] }, 's.a[0].b', 7, { a: [{ b: 7 }] }, ['s:onchange']],
    ['array', [1, 2], 's.0', 5, [5, 2], ['s:onchange']],
    ['array', [1], 's', [1], [1], []],
    ['array', [1], 's', [2], [2], ['s:onchange']],
    ['array', [{ a: 1 }], 's.0.a', 3, [{ a: 3 }], ['s:onchange']],
    ['object', { a: 1, b: 2 }, 's', { b: 2, a: 1 }, { a: 1, b: 2 }, []],
  ];
  test.each(cases)('%s %j: %s = %j gives %j', async (dataType, initial, path, value, expected, events) => {
    await play({
      name: '',
      sources: [sca('s', dataType, initial)],
      steps: [{ write: path, to: value }, { get: 's', is: expected }, { events }],
    });
  });
});

describe('reading paths of scalars', () => {
  const value = { name: 'Ann', tags: ['x', 'y'], deep: { list: [{ n: 1 }, { n: 2 }] }, none: null };
  const cases: [string, unknown][] = [
    ['s.name', 'Ann'],
    ['s.name.length', 3],
    ['s.tags.length', 2],
    ['s.tags.0', 'x'],
    ['s.tags[1]', 'y'],
    ['s.tags.9', null],
    ['s.deep.list[1].n', 2],
    ['s.deep.list.1.n', 2],
    ['s.none.x', null],
    ['s.missing', null],
    ['s.missing.x.y', null],
    ['s.deep.list.length', 2],
    ['nothing', null],
    ['nothing.x', null],
    ['ns:s', null],
    ["s['name']", 'Ann'],
  ];
  test.each(cases)('%s is %j', async (path, expected) => {
    await play({ name: '', sources: [sca('s', 'object', value)], steps: [{ get: path, is: expected }] });
  });
});

describe('literals of function parameters', () => {
  const cases: [string, Json | undefined, Json][] = [
    ['string', 'x', 'x'],
    ['text', 'x', 'x'],
    ['number', '42', 42],
    ['number', 42, 42],
    ['number', '', null],
    ['integer', '7', 7],
    ['real', '1.5', 1.5],
    ['boolean', 'true', true],
    ['bool', false, false],
    ['date', '07/03/2025', '2025-03-07'],
    ['date', '2025-03-07', '2025-03-07'],
    ['object', '{"a":1}', { a: 1 }],
    ['object', { a: 1 }, { a: 1 }],
    ['array', '[1]', [1]],
    ['collection', '[1,2]', [1, 2]],
    ['', 'x', 'x'],
    ['variant', 'x', 'x'],
    ['cs.bookentity', 'x', 'x'],
    ['number', 'x', null],
    ['object', 'x', null],
    ['string', undefined, null],
    ['string', 5, '5'],
  ];
  test.each(cases)('%s %j is sent as %j', (type, value, expected) => {
    expect(literalArgument(type, value)).toEqual(expected);
  });
});

describe('standard actions on scalars', () => {
  const scenarios: Scenario[] = [
    ...(
      [
        ['string', 'x', 'x'],
        ['number', '5', 5],
        ['bool', 'true', true],
        ['object', '{"a":1}', { a: 1 }],
        ['array', '[1]', [1]],
        ['date', '2025-01-02', '2025-01-02'],
        ['number', '', null],
        ['duration', '01:00:00', 3600000],
      ] as [string, string, unknown][]
    ).map(
      ([type, text, expected]): Scenario => ({
        name: `set ${type} ${text}`,
        sources: [sca('s', type)],
        steps: [{ action: std('set', 's', { set: { value: text, type } }) }, { get: 's', is: expected }],
      }),
    ),
    {
      name: 'set fires, an equal value does not',
      sources: [sca('s', 'string', 'a')],
      steps: [
        { action: std('set', 's', { set: { value: 'b', type: 'string' } }) },
        { events: ['s:onchange'] },
        { action: std('set', 's', { set: { value: 'b', type: 'string' } }) },
        { events: [] },
      ],
    },
    {
      name: 'set of a path',
      sources: [sca('s', 'object', { a: 1 })],
      steps: [{ action: std('set', 's.a', { set: { value: '5', type: 'number' } }) }, { get: 's', is: { a: 5 } }],
    },
    { name: 'clear a string', sources: [sca('s', 'string', 'a')], steps: [{ action: std('clear', 's') }, { get: 's', is: '' }] },
    { name: 'clear a number', sources: [sca('s', 'number', 4)], steps: [{ action: std('clear', 's') }, { get: 's', is: null }] },
    { name: 'clear an array', sources: [sca('s', 'array', [1])], steps: [{ action: std('clear', 's') }, { get: 's', is: null }] },
    {
      name: 'reset',
      sources: [sca('s', 'array', [1])],
      steps: [
        { write: 's', to: [2] },
        { action: std('reset', 's') },
        { get: 's', is: [1] },
        { events: ['s:onchange', 's:onchange'] },
      ],
    },
    {
      name: 'copy',
      sources: [sca('a', 'string', 'x'), sca('b', 'string')],
      steps: [{ action: std('copy', 'a', { target: 'b' }) }, { get: 'b', is: 'x' }, { events: ['b:onchange'] }],
    },
    {
      name: 'copy of a path into a path',
      sources: [sca('a', 'object', { x: { y: 1 } }), sca('b', 'object')],
      steps: [{ action: std('copy', 'a.x.y', { target: 'b.z' }) }, { get: 'b', is: { z: 1 } }],
    },
    {
      name: 'copy to a shared source',
      sources: [sca('a', 'string', 'x')],
      shared: { ns: [sca('b', 'string', '', { namespace: 'ns' })] },
      steps: [
        {
          action: {
            type: 'simple-action',
            action: 'copy',
            datasource: { name: 'a', namespace: '', target: 'b', targetNamespace: 'ns' },
          },
        },
        { get: 'ns:b', is: 'x' },
      ],
    },
    {
      name: 'copy of an unknown source fails alone',
      sources: [sca('b', 'string', 'old')],
      steps: [
        { action: [std('copy', 'gone', { target: 'alsoGone' }), std('set', 'b', { set: { value: 'new', type: 'string' } })] },
        { get: 'b', is: 'old' },
        { problem: /alsoGone/ },
      ],
    },
    {
      name: 'element of an array: first',
      sources: [sca('list', 'array', ['a', 'b']), sca('one', 'string', 'first', { from: 'list' })],
      steps: [{ get: 'one', is: 'a' }],
    },
    {
      name: 'element of an array: none',
      sources: [sca('list', 'array', ['a', 'b']), sca('one', 'string', '', { from: 'list' })],
      steps: [{ get: 'one', is: null }],
    },
    {
      name: 'element of an array is kept while present',
      sources: [sca('list', 'array', ['a', 'b']), sca('one', 'string', 'first', { from: 'list' })],
      steps: [
        { write: 'one', to: 'b' },
        { write: 'list', to: ['c', 'b'] },
        { get: 'one', is: 'b' },
      ],
    },
    {
      name: 'element of an array falls back to first',
      sources: [sca('list', 'array', ['a', 'b']), sca('one', 'string', 'first', { from: 'list' })],
      steps: [{ write: 'list', to: ['c', 'd'] }, { get: 'one', is: 'c' }, { events: ['list:onchange', 'one:onchange'] }],
    },
    {
      name: 'element of an array falls back to null',
      sources: [sca('list', 'array', ['a']), sca('one', 'string', '', { from: 'list' })],
      steps: [
        { write: 'one', to: 'a' },
        { write: 'list', to: ['c'] },
        { get: 'one', is: null },
      ],
    },
    {
      name: 'same name in page and namespaces',
      sources: [sca('x', 'string', 'page')],
      shared: { a: [sca('x', 'string', 'in a', { namespace: 'a' })], b: [sca('x', 'string', 'in b', { namespace: 'b' })] },
      steps: [
        { get: 'x', is: 'page' },
        { get: 'a:x', is: 'in a' },
        { get: 'b:x', is: 'in b' },
      ],
    },
    {
      name: 'no fallback from page to shared',
      sources: [],
      shared: { a: [sca('x', 'string', 'in a', { namespace: 'a' })] },
      steps: [{ get: 'x', is: null }],
    },
    { name: 'Unicode names', sources: [sca('größe', 'number', 4)], steps: [{ get: 'größe', is: 4 }] },
    {
      name: 'built-in location',
      sources: [],
      steps: [
        { get: 'Qodly:Location.urlPath', is: ['$lib', 'renderer'] },
        { get: 'Qodly:Location.urlQuery.x', is: '1' },
        { get: 'Qodly:Location.anchor', is: 'top' },
      ],
    },
    {
      name: 'a scalar holds an entity that is copied into it',
      sources: [{ id: 'b', type: 'entity', dataclass: 'Book', initialValue: 'first' }, sca('s', 'object')],
      uses: ['b.title'],
      steps: [
        { copy: 'b', into: 's' },
        { get: 's.title', is: 'Tidal Maps 1' },
      ],
    },
    {
      name: 'a source derived from itself is left out',
      sources: [sca('a', 'string', '', { from: 'b' }), sca('b', 'string', '', { from: 'a' })],
      steps: [{ problem: /derived from itself|does not exist/ }],
    },
  ];
  test.each(scenarios)('$name', async (scenario) => {
    await play(scenario);
  });
});

describe('texts of dates and durations', () => {
  test.each<[Json, string | null]>([
    ['1/2/2024', '2024-02-01'],
    ['01.02.2024', '2024-02-01'],
    ['9!3!2021', '2021-03-09'],
    ['31/02/2024', null],
    [5, null],
    [null, null],
  ])('date %j', (text, expected) => {
    expect(toDate(text)).toBe(expected);
  });
  test.each<[Json, number | null]>([
    ['1:00', 3600000],
    ['00:00:01.5', 1500],
    ['90', 90],
    ['', null],
    ['1:60', null],
    [null, null],
  ])('duration %j', (text, expected) => {
    expect(toDuration(text)).toBe(expected);
  });
  test('a blob literal stays', () => {
    expect(toScalar('blob', 'x')).toBe('x');
  });
  test('copies on the way', () => {
    const a = { x: [1] };
    expect(withStep(a, ['x', '0'], 2)).toEqual({ x: [2] });
    expect(a.x[0]).toBe(1);
  });
});
