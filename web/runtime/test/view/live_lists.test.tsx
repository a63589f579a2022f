// @vitest-environment jsdom
// What others change while somebody works with a list (pages 5.6): nothing typed, marked, open or scrolled to is disturbed.
import { act } from 'react';
import { describe, expect, test, vi } from 'vitest';
import type { Json, JsonObject } from '../../src/base/json';
import { LiveUpdates, type LiveSocket } from '../../src/data/live';
import type { Entity } from '../../src/data/entity';
import { ent, sca, sel } from '../data/scenario';
import { box, input, make, type Built } from '../mock/pages';
import { show, watchComplaints, type Shown } from './show';

watchComplaints();

/** The page, and a way to send it what the server would. */
async function live(component: Built, drawn: string): Promise<Shown & { push: (...events: JsonObject[]) => Promise<void> }> {
  const shown = await show([sel('books'), ent('book', { from: 'books' }), sca('s', 'string', '')], [component]);
  const end = Date.now() + 60_000;
  while (shown.$$(drawn).length === 0 && Date.now() < end) await shown.settle();
  const { manager } = shown.world.app;
  let socket: LiveSocket | null = null;
  const updates = new LiveUpdates(
    manager,
    () => (socket = { send: () => {}, close: () => {}, onopen: null, onmessage: null, onclose: null }),
    { lost: () => {}, restored: () => {}, ended: () => {}, privileges: () => {}, held: () => [] },
  );
  await act(async () => {
    updates.sync();
    socket?.onopen?.();
  });
  let sequence = 0;
  return {
    ...shown,
    push: async (...events) => {
      await act(async () => {
        socket?.onmessage?.({ data: JSON.stringify({ sequence: ++sequence, events }) });
      });
      await shown.settle();
    },
  };
}

const removed = (key: string): JsonObject => ({ id: 1, type: 'remove', key, why: 'dropped' });
const titled = (): Built =>
  make('Text', {
    doc: [{ type: 'paragraph', children: [{ type: 'datasource', datasource: '$This.title', children: [{ text: '' }] }] }],
  });

const set = (element: HTMLInputElement, value: string): void => {
  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(element) as object, 'value')?.set?.call(element, value);
  element.dispatchEvent(new Event('input', { bubbles: true }));
};

describe('matrix', () => {
  const matrix = (): Built =>
    make('Matrix', { datasource: 'books', currentElement: 'book', style: { height: '400px' } }, [], {
      container: box({}, input('Title', '$This.title')),
    });
  test('typing stays with its entity when one before it is dropped elsewhere', async () => {
    const shown = await live(matrix(), '.FdVirtualGrid input');
    const fields = (): HTMLInputElement[] => shown.$$('.FdVirtualGrid input') as HTMLInputElement[];
    const entity = shown.world.page.scope.read('books.2') as Entity;
    const field = fields()[2] as HTMLInputElement;
    expect(field.value).toBe(entity.get('title'));
    await act(async () => {
      field.focus();
      set(field, 'Typed');
    });
    await shown.push(removed((shown.world.page.scope.read('books.0') as Entity).key ?? ''));
    expect(document.activeElement).toBe(field);
    expect(fields().indexOf(field)).toBe(1);
    expect(field.value).toBe('Typed');
    await act(async () => {
      field.blur();
    });
    await shown.settle();
    expect(entity.get('title')).toBe('Typed');
    expect(shown.world.page.scope.read('books.2.title')).not.toBe('Typed');
  });
});

test('the list has the focus when the item goes that had it', async () => {
  const shown = await live(
    make('Matrix', { datasource: 'books', currentElement: 'book', style: { height: '400px' } }, [], {
      container: box({}, input('Title', '$This.title')),
    }),
    '.FdVirtualGrid input',
  );
  await act(async () => {
    shown.$('.FdVirtualGrid input').focus();
  });
  await shown.push(removed((shown.world.page.scope.read('books.0') as Entity).key ?? ''));
  expect(document.activeElement).toBe(shown.$('.FdVirtualGrid'));
});

describe('select box', () => {
  test('the marked entry stays marked; Enter chooses it', async () => {
    const shown = await live(
      make('SelectBox', { datasource: 'books', currentElement: 'book' }, [], { container: box({}, titled()) }),
      '.fd-selectbox__toggle_button',
    );
    await shown.click('.fd-selectbox__toggle_button');
    const list = shown.$('[role=listbox]');
    const press = (key: string): Promise<void> =>
      act(async () => {
        list.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
      });
    for (let i = 0; i < 3; i++) await press('ArrowDown');
    const marked = (): string => shown.$('.q-select-item.active').textContent;
    const before = marked();
    const target = (shown.world.page.scope.read('books') as unknown as { at: (i: number) => Entity }).at(3);
    expect(before).toBe(target.get('title'));
    await shown.push(removed((shown.world.page.scope.read('books.1') as Entity).key ?? ''));
    expect(shown.$$('[role=listbox]')).toHaveLength(1);
    expect(marked()).toBe(before);
    await press('Enter');
    await shown.settle();
    expect(shown.world.page.scope.read('book')).toBe(target);
  });
});

describe('table', () => {
  test('without a current element the chosen row stays chosen', async () => {
    const columns = [{ id: 'c', title: 'Title', source: 'title', width: 200 }];
    const shown = await live(make('DataTable', { datasource: 'books', columns, style: { height: '300px' } }), '.row .cell');
    await shown.click('[aria-rowindex="5"] .cell');
    const chosen = shown.$('.row.selected').textContent;
    await shown.push(removed((shown.world.page.scope.read('books.0') as Entity).key ?? ''));
    expect(shown.$('.row.selected').textContent).toBe(chosen);
    expect(shown.$('.row.selected').getAttribute('aria-rowindex')).toBe('4');
  });
});

describe('tree', () => {
  const item = (label: string, ...children: Json[]): Json => ({ label, children });
  test('open nodes stay open, the focus stays, when others come before them', async () => {
    const first = [item('A', item('a')), item('B.1', item('b')), item('B.1', item('c'))];
    const shown = await show([sca('t', 'array', first)], [make('Tree', { datasource: 't' })]);
    await vi.waitFor(async () => {
      await shown.settle();
      expect(shown.$$('[role=treeitem]')).toHaveLength(3);
    });
    await act(async () => {
      (shown.$$('.q-tree-row')[2] as HTMLElement).click();
    });
    const open = (): string[] =>
      shown.$$('[aria-expanded=true]').map((node) => node.querySelector('[role=treeitem]')?.getAttribute('aria-label') ?? '');
    expect(open()).toEqual(['c']);
    const node = shown.$('[aria-expanded=true]');
    await act(async () => {
      node.focus();
    });
    await act(async () => {
      await shown.world.page.scope.write('t', [item('New', item('n')), ...first]);
    });
    expect(open()).toEqual(['c']);
    expect(document.activeElement).toBe(node);
    await act(async () => {
      node.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
    });
    expect((document.activeElement as HTMLElement).getAttribute('aria-label')).toBe('c');
  });
});
