// Spellings that stored pages carry besides those of the specification's examples.
import { describe, expect, test } from 'vitest';
import { readActions, type StandardAction } from '../../src/model/action';
import { readCondition } from '../../src/model/condition';
import { readPage, readSources } from '../../src/model/page';
import { usesOf } from '../../src/model/uses';

const one = (item: object): unknown => readActions([item as never])[0];

describe('actions', () => {
  test.each([
    [{ type: 'simple-action', action: '', actionType: 'state', state: { action: 'delete', states: ['a'] } }, false],
    [{ type: 'simple-action', action: '', actionType: 'state', state: { action: 'add', states: ['a'] } }, true],
    [{ type: 'simple-action', action: 'delete', actionType: 'state', state: { states: ['a'] } }, false],
    [{ type: 'simple-action', action: 'add', actionType: 'state', state: { states: ['a'] } }, true],
  ])('state action %j', (item, enable) => {
    expect(one(item)).toMatchObject({ type: 'state', enable, states: ['a'] });
  });

  test('a standard action that was never chosen', () => {
    expect(one({ type: 'simple-action', action: '', actionType: 'datasource', datasource: { name: '' } })).toBeUndefined();
  });

  test('log out of the newer kind', () => {
    expect(one({ type: 'qodly-pro-action', actionType: 'auth', action: 'logout' })).toMatchObject({ type: 'logout' });
  });

  test('placeholders of a query: paths, written values, old values', () => {
    const action = one({
      type: 'simple-action',
      action: 'query',
      query: {
        query: 'a = :1 and b = :2 and c = :3',
        params: [
          { datasource: 's:x' },
          { datasource: 'false', isHardCoded: true, hardCodedType: 'bool', hardCodedValue: 'false' },
          { value: 3 },
        ],
      },
    }) as StandardAction;
    expect(action.queryParams.map((param) => (param.literal ? param.literalValue : param.path))).toEqual(['s:x', 'false', 3]);
  });

  test('opening of a dialog', () => {
    expect([...(readActions([{ type: 'dialog', events: ['onopen'] }])[0]?.events ?? [])]).toEqual(['oninit']);
  });
});

test('kinds of sources named by their type', () => {
  const [source] = readSources([{ id: 'info', type: 'object', dataType: 'string', initialValue: {} }], '');
  expect(source).toMatchObject({ type: 'scalar', dataType: 'object' });
});

test('conditions over privileges', () => {
  expect(readCondition({ type: 'privilege', op: 'hasnopriv' })).toMatchObject({ op: 'hasnone' });
  expect(readCondition({ type: 'privilege', op: 'haspriv' })).toMatchObject({ op: 'hasany' });
});

test('components under other names, and the paths of repeated chips', () => {
  const page = readPage('P', {
    components: {
      ROOT: { type: { resolvedName: 'Container' }, props: {}, nodes: ['r', 't'], linkedNodes: {} },
      r: { type: { resolvedName: 'Slider' }, props: {}, nodes: [], linkedNodes: { 'slider-container': 'c' } },
      c: { type: { resolvedName: 'SliderContainer' }, props: { datasource: 'n', maxValue: 10 }, nodes: [], linkedNodes: {} },
      t: { type: { resolvedName: 'Tags' }, props: { datasource: 'list', field: 'title' }, nodes: [], linkedNodes: {} },
    },
  });
  expect(page.nodes.get('r')?.type).toBe('RangeInput');
  expect(usesOf(page, 'ROOT').map((use) => [use.path.root, ...use.path.steps].join('.'))).toEqual(['n', 'list', 'list.title']);
});

describe('matrices from before $This', () => {
  const leaf = (text: string): object => ({ type: 'paragraph', children: [{ isDataSource: true, text }] });
  const iteratorOf = (matrix: object, inside: object, beside: object = {}): unknown =>
    readPage('P', {
      components: {
        ROOT: { type: 'Container', props: {}, nodes: ['m'], linkedNodes: {} },
        m: { type: 'Matrix', props: { datasource: 'boats', ...matrix }, nodes: [], linkedNodes: { container: 'b' } },
        b: { type: 'StyleBox', props: beside, nodes: ['t'], linkedNodes: {} },
        t: { type: 'Text', props: inside, nodes: [], linkedNodes: {} },
      } as never,
    }).nodes.get('m')?.props['iterator'];
  test.each<[string, object, object, object, unknown]>([
    ['a text of the current element', { currentElement: 'boat' }, { doc: [leaf('boat.name')] }, {}, 'boat'],
    ['a bound component', { currentElement: 'boat' }, { datasource: 'boat.photo' }, {}, 'boat'],
    ['a shared current element', { currentElement: 'ns:boat' }, { datasource: 'ns:boat.name' }, {}, 'boat'],
    ['$This beside it', { currentElement: 'boat' }, { datasource: 'boat.name' }, { datasource: '$This.name' }, undefined],
    ['$This in a text', { currentElement: 'boat' }, { doc: [leaf('$This.name'), leaf('boat.name')] }, {}, undefined],
    ['an iterator with a name', { currentElement: 'boat', iterator: 'it' }, { datasource: 'boat.name' }, {}, 'it'],
    ['another source', { currentElement: 'boat' }, { datasource: 'boats.length' }, {}, undefined],
    ['a written text', { currentElement: 'boat' }, { doc: [{ children: [{ text: 'boat.name' }] }] }, {}, undefined],
    ['a path as current element', { currentElement: 'trip.boat' }, { datasource: 'trip.boat.name' }, {}, undefined],
    ['no current element', {}, { datasource: 'boat.name' }, {}, undefined],
  ])('%s', (_, matrix, inside, beside, expected) => {
    expect(iteratorOf(matrix, inside, beside)).toBe(expected);
  });
});
