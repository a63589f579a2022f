// @vitest-environment jsdom
// What drawing costs, in counts: how often a page is drawn, how often the browser has to lay it out in between.
import { act } from 'react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ent, sel } from '../data/scenario';
import type { Json } from '../../src/base/json';
import { make, type Built } from '../mock/pages';
import { show, watchComplaints, type Shown } from './show';

interface Fiber {
  stateNode: unknown;
  child: Fiber | null;
  sibling: Fiber | null;
}

/** What React tells developer tools: each time that something drawn reaches the document. */
const commits = vi.hoisted(() => {
  const seen = { count: 0, last: null as { current: Fiber } | null };
  (globalThis as Record<string, unknown>)['__REACT_DEVTOOLS_GLOBAL_HOOK__'] = {
    supportsFiber: true,
    inject: () => 1,
    checkDCE: () => {},
    onCommitFiberRoot: (_: unknown, root: { current: Fiber }) => {
      seen.count++;
      seen.last = root;
    },
    onPostCommitFiberRoot: () => {},
    onCommitFiberUnmount: () => {},
  };
  return seen;
});

watchComplaints();

let looks = 0;
let height = 0;
let observers: { element: Element; tell: () => void }[] = [];

beforeEach(() => {
  looks = 0;
  observers = [];
  vi.stubGlobal(
    'ResizeObserver',
    class {
      constructor(private readonly tell: () => void) {}
      observe(element: Element): void {
        observers.push({ element, tell: this.tell });
      }
      unobserve(): void {}
      disconnect(): void {
        observers = observers.filter(({ tell }) => tell !== this.tell);
      }
    },
  );
  vi.spyOn(Element.prototype, 'clientHeight', 'get').mockImplementation(function (this: Element) {
    if (this.matches('.Grid')) looks++;
    return height;
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** The layout is done: who observes the list hears of it. */
function laidOut(pixels: number): void {
  height = pixels;
  for (const { element, tell } of [...observers]) if (element.matches('.Grid')) tell();
}

/** act() would draw what is not drawn yet: here it has to be drawn already. */
function outsideAct(work: () => void): void {
  const environment = globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean };
  environment.IS_REACT_ACT_ENVIRONMENT = false;
  work();
  environment.IS_REACT_ACT_ENVIRONMENT = true;
}

const columns = [{ id: 'a', title: 'Title', source: 'title', width: '100px' }];
const table = (style: { height: string }, more = {}): ReturnType<typeof make> =>
  make('DataTable', { datasource: 'all', columns, rowHeight: 20, headerHeight: 20, style, ...more });

/** The page with the table, when its code and its data have come. */
async function withRows(...page: Parameters<typeof show>): Promise<Shown> {
  const shown = await show(...page);
  for (let i = 0; i < 200 && shown.$$('.row').length === 0; i++) await shown.settle();
  return shown;
}

describe('a table', () => {
  test('of a known height draws its rows without asking the browser for sizes', async () => {
    const shown = await withRows([sel('all')], [table({ height: '60px' })]);
    expect(shown.$$('.row').length).toBeGreaterThan(0);
    expect(looks).toBe(0);
  });

  test('that is as high as it said is not drawn again', async () => {
    const shown = await withRows([sel('all')], [table({ height: '60px' })]);
    const rows = shown.$$('.row').length;
    const before = commits.count;
    act(() => {
      laidOut(58); // without its borders: the same rows
    });
    expect(commits.count).toBe(before);
    expect(shown.$$('.row')).toHaveLength(rows);
  });

  test('that is higher than it said has its rows before anything is painted', async () => {
    const shown = await withRows([sel('all')], [table({ height: '21px' })]);
    const before = shown.$$('.row').length;
    outsideAct(() => {
      laidOut(120); // the rows are there when the observer's call returns
    });
    expect(shown.$$('.row').length).toBe(before + 4);
  });

  test('shows its selected row when its size is known, and does not look for it before', async () => {
    const shown = await withRows(
      [sel('all'), ent('one', { from: 'all' })],
      [table({ height: '60px' }, { currentElement: 'one' })],
    );
    expect(looks).toBe(0);
    act(() => {
      laidOut(58);
    });
    const grid = shown.$('.Grid');
    await act(async () => {
      await shown.world.app.page.peek()?.scope.write('one', shown.world.app.page.peek()?.scope.read('all.5') ?? null);
    });
    await shown.settle();
    expect(grid.scrollTop).toBe(6 * 20 - 38);
  });
});

/** React's objects from that of an element on. */
function objectsFrom(element: Element): number {
  const count = (fiber: Fiber | null): number => (fiber ? 1 + count(fiber.child) + count(fiber.sibling) : 0);
  const find = (fiber: Fiber | null): Fiber | null =>
    fiber === null || fiber.stateNode === element ? fiber : (find(fiber.child) ?? find(fiber.sibling));
  return 1 + count(find(commits.last?.current ?? null)?.child ?? null);
}

const bound = (path: string): Json => ({ type: 'datasource', datasource: path, children: [{ text: '' }] });
const words = (...paths: string[]): Built => make('Text', { doc: [{ type: 'paragraph', children: paths.map(bound) }] });
const field = (path: string): Built =>
  make('TextInput', { labelPosition: 'top' }, [], {
    label: make('Label', { text: path }),
    input: make('Input', { type: 'text', datasource: path }),
  });

describe('a page', () => {
  const one = ent('one', { from: 'all' });
  const boxes = (count: number): Built[] =>
    Array.from({ length: count }, () =>
      make('StyleBox', {}, [words('one.title', 'one.ID'), field('one.title'), make('Button', { text: 'Go' })]),
    );

  test('has few objects for each component', async () => {
    const shown = await show([sel('all'), one], boxes(1));
    await vi.waitFor(() => {
      expect(shown.$<HTMLInputElement>('input').value).not.toBe('');
    });
    // Beside the elements: one for each component, for the composite and the field two more, for the box itself none.
    const elements = shown.$('.fd-stylebox').querySelectorAll('*').length + 1;
    const components = 5;
    expect(objectsFrom(shown.$('.fd-stylebox'))).toBe(elements + components + 3);
    expect(objectsFrom(shown.$('.fd-text'))).toBe(shown.$('.fd-text').querySelectorAll('*').length + 1);
  });

  test('is drawn a few times while it opens, however many components it has, and once for a value that changes', async () => {
    commits.count = 0;
    const shown = await show([sel('all'), one], boxes(30));
    await vi.waitFor(() => {
      expect(shown.$<HTMLInputElement>('input').value).not.toBe('');
    });
    await shown.settle();
    expect(commits.count).toBeLessThan(15);
    commits.count = 0;
    await act(async () => {
      await shown.world.app.page.peek()?.scope.write('one.title', 'Changed');
    });
    expect(shown.$$('.q-datasource').filter((item) => item.textContent === 'Changed')).toHaveLength(30);
    expect(commits.count).toBe(1);
  });

  test('makes one formatter for all cells of a kind', async () => {
    const made = vi.spyOn(Intl, 'NumberFormat');
    const shown = await withRows(
      [sel('all')],
      [
        table(
          { height: '200px' },
          { columns: ['ID', 'pages', 'price'].map((name) => ({ id: name, title: name, source: name })) },
        ),
      ],
    );
    expect(shown.$$('.row').length).toBeGreaterThan(10);
    expect(made.mock.calls.length).toBeLessThanOrEqual(1);
  });
});
