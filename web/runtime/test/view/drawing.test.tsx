// @vitest-environment jsdom
// What drawing costs, in counts: how often a page is drawn, how often the browser has to lay it out in between.
import { act } from 'react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ent, sel } from '../data/scenario';
import { make } from '../mock/pages';
import { show, watchComplaints, type Shown } from './show';

/** What React tells developer tools: each time that something drawn reaches the document. */
const commits = vi.hoisted(() => {
  const seen = { count: 0 };
  (globalThis as Record<string, unknown>)['__REACT_DEVTOOLS_GLOBAL_HOOK__'] = {
    supportsFiber: true,
    inject: () => 1,
    checkDCE: () => {},
    onCommitFiberRoot: () => {
      seen.count++;
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
