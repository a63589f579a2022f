// @vitest-environment jsdom
// Page files that are broken in every way: they open, nothing of them becomes HTML or script, and they are never changed.
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Json, JsonObject } from '../../src/base/json';
import { Shell } from '../../src/app/shell';
import { build } from '../data/scenario';
import { galleryPage, galleryPages } from '../mock/gallery';
import { make } from '../mock/pages';

let root: Root | null = null;
beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});
afterEach(async () => {
  await act(async () => {
    root?.unmount();
  });
  document.body.innerHTML = '';
});

/** Always the same "random" numbers for one seed. */
function random(seed: number): (below: number) => number {
  let state = seed * 2654435761 + 1;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 2246822507) + 0x9e3779b9) | 0;
    return ((state ^ (state >>> 13)) >>> 0) % below;
  };
}

const bad = '<img src=x onerror=alert(1)><script>alert(2)</script>';
const junk: Json[] = [
  null,
  true,
  -1,
  1e308,
  '',
  bad,
  'javascript:alert(1)',
  ' jAvA\tscript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'url(javascript:alert(1))',
  'expression(alert(1))',
  '$This.a.b.c',
  'gone:source.x[9].y',
  '..',
  '__proto__',
  'constructor',
  'toString',
  'ROOT',
  [],
  {},
  [null, 5, [[]], bad],
  { __proto__: null, constructor: bad, length: -5, children: [{}] } as unknown as Json,
  { type: { resolvedName: bad }, props: null, nodes: ['ROOT'], linkedNodes: { x: 'ROOT' } },
  'x'.repeat(5000),
];

/** A copy in which some places hold something else, are gone, or were renamed. */
function mutated(source: Json, next: (below: number) => number): Json {
  const copy = JSON.parse(JSON.stringify(source)) as Json;
  const places: [JsonObject | Json[], string][] = [];
  const walk = (at: Json | undefined): void => {
    if (typeof at !== 'object' || at === null) return;
    for (const key of Object.keys(at)) {
      places.push([at, key]);
      walk((at as JsonObject)[key]);
    }
  };
  walk(copy);
  const count = 1 + next(12);
  for (let i = 0; i < count; i++) {
    const [owner, key] = places[next(places.length)] ?? [{}, ''];
    const holder = owner as JsonObject;
    if (owner === copy) continue;
    if (next(6) === 0) delete holder[key];
    else if (next(8) === 0) holder[`${key}x`] = holder[key];
    else holder[key] = junk[next(junk.length)] as Json;
  }
  return copy;
}

async function open(page: Json): Promise<Awaited<ReturnType<typeof build>>> {
  const place = document.body.appendChild(document.createElement('div'));
  const world = await build({ sources: [], file: page, settings: { preview: true } });
  root = createRoot(place);
  await act(async () => {
    root?.render(<Shell app={world.app} />);
  });
  for (let i = 0; i < 4; i++)
    await act(async () => {
      await world.app.manager.quiet();
      await new Promise((resolve) => {
        setTimeout(resolve, 3);
      });
    });
  return world;
}

/** Everything in the document that could run. */
function dangers(): string[] {
  const found: string[] = [];
  for (const element of document.querySelectorAll('*')) {
    if (['SCRIPT', 'OBJECT', 'EMBED', 'BASE', 'META'].includes(element.tagName)) found.push(element.tagName);
    for (const { name, value } of element.attributes) {
      if (/^on/i.test(name)) found.push(`${element.tagName} ${name}`);
      if (
        ['href', 'src', 'action', 'formaction', 'xlink:href', 'srcdoc', 'data'].includes(name) &&
        /^\s*(java\s*script|vbscript|data:text)/i.test(value.replace(/[\u0000-\u0020]/g, ''))
      )
        found.push(`${element.tagName} ${name}=${value.slice(0, 60)}`);
    }
  }
  return found;
}

describe('pages with mistakes anywhere', () => {
  const pages = galleryPages();
  test.each(Array.from({ length: 160 }, (_, i) => [i, pages[i % pages.length]?.name ?? ''] as const))(
    'case %i, %s',
    async (seed, name) => {
      const source = galleryPages().find((page) => page.name === name);
      if (!source) throw new Error('no such page');
      const page = mutated(galleryPage(source), random(seed + 1));
      const before = JSON.stringify(page);
      const world = await open(page);
      expect(world.app.page.peek()).not.toBe(null);
      expect(document.querySelectorAll('.fd-page, .fd-unknown').length).toBeGreaterThan(0);
      expect(dangers()).toEqual([]);
      expect(JSON.stringify(page)).toBe(before);
      expect(world.server.log.filter((request) => request.query.get('$method') === 'update')).toEqual([]);
    },
  );
});

describe('mistakes with a name', () => {
  const words = { type: { resolvedName: 'Text' }, props: { doc: [{ type: 'paragraph', children: [{ text: 'still here' }] }] } };
  const page = (nodes: JsonObject, children: Json[], metadata: JsonObject = {}): Json => ({
    metadata,
    components: { ROOT: { type: { resolvedName: 'Container' }, props: {}, nodes: children }, words, ...nodes } as JsonObject,
  });
  test('an unknown component says which', async () => {
    await open(page({ x: { type: { resolvedName: 'My <b>Chart</b>' }, props: {} } }, ['x', 'words']));
    expect(document.body.textContent).toContain('My <b>Chart</b>');
    expect(document.querySelectorAll('.fd-unknown b').length).toBe(0);
    expect(document.body.textContent).toContain('still here');
  });
  test('a chain of boxes deeper than any page', async () => {
    const nodes: JsonObject = {};
    for (let i = 0; i < 20_000; i++) nodes[`n${i}`] = { type: { resolvedName: 'StyleBox' }, props: {}, nodes: [`n${i + 1}`] };
    const world = await open(page(nodes, ['words', 'n0']));
    expect(document.body.textContent).toContain('still here');
    expect(world.problems.some((problem) => /nested deeper/.test(problem))).toBe(true);
  });
  test('sources that derive from each other in a circle', async () => {
    const source = (id: string, from: string): JsonObject => ({
      id,
      type: 'entitysel',
      dataclass: 'Book',
      from,
      initialValue: '',
    });
    await open(
      page(
        { t: { type: { resolvedName: 'DataTable' }, props: { datasource: 'a', columns: [{ source: 'title', title: 'T' }] } } },
        ['t', 'words'],
        { datasources: [source('a', 'b.reviews'), source('b', 'a.author'), { id: 'c', type: 'scalar', from: 'c' }] },
      ),
    );
    expect(document.body.textContent).toContain('still here');
  });
  test('a missing class, a missing source, a path that leads nowhere', async () => {
    await open(
      page(
        {
          t: {
            type: { resolvedName: 'DataTable' },
            props: { datasource: 'gone', columns: [{ source: 'a.b', title: 'T' }], currentElement: 'gone.x' },
          },
          m: { type: { resolvedName: 'Matrix' }, props: { datasource: 'none' }, linkedNodes: { container: 'absent' } },
          i: { type: { resolvedName: 'Input' }, props: { type: 'number', datasource: 'list.0.1.2.length.x' } },
        },
        ['t', 'm', 'i', 'words'],
        {
          datasources: [
            { id: 'gone', type: 'entitysel', dataclass: 'NoSuchClass', initialValue: 'all' },
            { id: 'list', type: 'scalar', dataType: 'array', initialValue: '[[' },
          ],
        },
      ),
    );
    expect(document.body.textContent).toContain('still here');
  });
  test('a state whose condition is about itself', async () => {
    const world = await open(
      page({}, ['words'], {
        states: [
          { id: 'root', label: 'Base' },
          { id: 'a', label: 'A', conditions: { type: 'currentState', op: 'neq', value: 'A' } },
        ],
      }),
    );
    expect(document.body.textContent).toContain('still here');
    expect(world.app.page.peek()).not.toBe(null);
  });
  test.each([
    ['backgroundImage', 'url(javascript:alert(1))'],
    ['backgroundImage', 'url("https://host/a.png"); } body { display: none'],
    ['width', 'expression(alert(1))'],
    ['behavior', 'url(x.htc)'],
    ['color', 'red; background: url(javascript:x)'],
    ['cssText', 'color: red'],
    ['--x', '</style><script>alert(1)</script>'],
    ['onclick', 'alert(1)'],
    ['dangerouslySetInnerHTML', '{"__html":"<b>x</b>"}'],
  ])('a style of %s: %s', async (key, value) => {
    const built = make('StyleBox', { style: { [key]: value, minHeight: '7px' } }, []);
    await open(page({ ...built.nodes }, [built.id, 'words']));
    expect(dangers()).toEqual([]);
    expect(document.querySelector<HTMLElement>('.fd-stylebox')?.style.minHeight).toBe('7px');
    expect(document.querySelector('.fd-stylebox')?.innerHTML).toBe('');
    expect(getComputedStyle(document.body).display).not.toBe('none');
  });
  test.each<[string, Json]>([
    ['no object', 5],
    ['a list', []],
    ['empty', {}],
    ['no components', { metadata: {} }],
    ['no root', { metadata: {}, components: { a: words } }],
    ['a root that is nothing', { components: { ROOT: null } }],
  ])('a file that is %s', async (_, source) => {
    const world = await open(source);
    expect(world.app.page.peek()).not.toBe(null);
  });
});
