// @vitest-environment jsdom
// What users enter: when it reaches the source, in which order its events run, whose handlers hear of it (pages 5.6, 6, 15.7).
import { act } from 'react';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import type { Json, JsonObject } from '../../src/base/json';
import { call, sca, std } from '../data/scenario';
import { box, button, input, make } from '../mock/pages';
import { show, watchComplaints, type Shown } from './show';

watchComplaints();
beforeAll(async () => {
  await Promise.all([
    import('../../src/components/date_field'),
    import('../../src/components/time_field'),
    import('../../src/components/dialog'),
    import('../../src/components/page_loader'),
    import('../../src/components/charts'),
  ]);
});

const note = (text: string, event: string): JsonObject =>
  call('ds.note', { events: [event], params: [{ isHardCoded: true, hardCodedValue: text }] });

/** Waits until it holds, however slow the machine is. */
async function until(shown: Shown, check: () => void): Promise<void> {
  const end = Date.now() + 60_000;
  for (;;) {
    await shown.settle();
    try {
      check();
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}

const leave = async (shown: Shown, selector: string): Promise<void> => {
  await act(async () => {
    shown.$(selector).blur();
  });
  await shown.settle();
};

/** Types without leaving the field. */
async function typeInto(shown: Shown, selector: string, value: string): Promise<void> {
  await until(shown, () => {
    expect(shown.$<HTMLInputElement>(selector).disabled).toBe(false);
  });
  await act(async () => {
    const element = shown.$<HTMLInputElement>(selector);
    element.focus();
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(element) as object, 'value')?.set?.call(element, value);
    element.dispatchEvent(new Event('input', { bubbles: true }));
  });
}

const pauseEnds = (shown: Shown): Promise<void> =>
  act(async () => {
    shown.world.app.manager.settleTyping();
    await shown.world.app.manager.quiet();
  });

describe('a value enters its source while it is typed', () => {
  test.each<[string, JsonObject, string, Json, string]>([
    ['text', {}, 'string', 'a', 'a'],
    ['text area', { type: 'textArea' }, 'string', 'a', 'a'],
    ['password', { type: 'password' }, 'string', 'a', 'a'],
    ['number', { type: 'number' }, 'number', 12.5, '12.5'],
    ['number, nothing left', { type: 'number' }, 'number', null, ''],
    ['date', { type: 'date' }, 'date', '2026-05-06', '5/6/2026'],
    ['date, nothing left', { type: 'date' }, 'date', null, ''],
    ['time', { type: 'time' }, 'duration', 34200000, '9:30'],
    ['time, twelve hours', { type: 'time', twentyFourHours: false }, 'duration', 77400000, '9:30 pm'],
    ['time, nothing left', { type: 'time' }, 'duration', null, ''],
    ['duration', { type: 'duration' }, 'duration', 97200000, '27:00'],
  ])('%s', async (_, props, type, expected, typed) => {
    const start = type === 'date' ? '2020-01-01' : type === 'string' ? 'x' : 1;
    const shown = await show([sca('s', type, start)], [input('L', 's', props)]);
    const field = 'input,textarea';
    await typeInto(shown, field, typed);
    await act(async () => {
      await vi.waitFor(
        () => {
          expect(shown.world.page.scope.read('s')).toEqual(expected);
        },
        { timeout: 60_000 },
      );
    });
    expect(document.activeElement).toBe(shown.$(field));
    await shown.settle();
    expect(shown.$<HTMLInputElement>(field).value).toBe(typed);
  });
  test.each<[string, JsonObject, string, string]>([
    ['a year on its way', { type: 'date' }, 'date', '5/6/20'],
    [
      'a day that may not be chosen',
      { type: 'date', intervals: [{ include: true, type: 'until', params: { to: '2024-01-01' } }] },
      'date',
      '5/6/2026',
    ],
    ['no date', { type: 'date' }, 'date', 'soon'],
    ['minutes on their way', { type: 'time' }, 'duration', '9:3'],
    ['an hour', { type: 'time' }, 'duration', '9'],
    ['a sign', { type: 'number' }, 'number', '-'],
  ])('not %s', async (_, props, type, typed) => {
    const start = type === 'date' ? '2020-01-01' : 1;
    const shown = await show([sca('s', type, start)], [input('L', 's', props)]);
    await typeInto(shown, 'input', typed);
    await pauseEnds(shown);
    expect(shown.world.page.scope.read('s')).toBe(start);
    expect(shown.$<HTMLInputElement>('input').value).toBe(typed);
  });
  test('a short year counts when the field is left; onchange runs once for each value', async () => {
    const notes: Json[] = [];
    const shown = await show([sca('s', 'date', null)], [input('L', 's', { type: 'date' }, [note('changed', 'onchange')])], {
      functions: { 'ds.note': ({ args }) => notes.push(args[0] ?? null) },
    });
    await typeInto(shown, 'input', '5/6/26');
    await pauseEnds(shown);
    expect(notes).toEqual([]);
    await leave(shown, 'input');
    expect(shown.world.page.scope.read('s')).toBe('2026-05-06');
    await typeInto(shown, 'input', '5/7/2026');
    await pauseEnds(shown);
    await leave(shown, 'input');
    expect(notes).toEqual(['changed', 'changed']);
  });
  test('a colour', async () => {
    const notes: Json[] = [];
    const shown = await show(
      [sca('s', 'string', '#112233')],
      [make('ColorInput', { datasource: 's', events: [note('changed', 'onchange')] })],
      { functions: { 'ds.note': ({ args }) => notes.push(args[0] ?? null) } },
    );
    await typeInto(shown, 'input', '#445566');
    await pauseEnds(shown);
    expect(shown.world.page.scope.read('s')).toBe('#445566');
    await act(async () => {
      shown.$('input').dispatchEvent(new Event('change', { bubbles: true }));
    });
    await shown.settle();
    expect(notes).toEqual(['changed']);
  });
  test.each([
    ['date', '2020-01-01', '2021-02-03', '02/03/2021'],
    ['time', 3600000, 7200000, '02:00'],
  ] as [string, Json, Json, string][])(
    'a %s field that was only visited keeps what came meanwhile',
    async (type, before, after, text) => {
      const shown = await show([sca('s', type === 'date' ? 'date' : 'duration', before)], [input('L', 's', { type })]);
      for (let i = 0; i < 60 && shown.$<HTMLInputElement>('input').disabled; i++) await shown.settle();
      await act(async () => {
        shown.$('input').focus();
      });
      await act(async () => {
        await shown.world.page.scope.write('s', after);
      });
      expect(shown.$<HTMLInputElement>('input').value).toBe(text);
      await act(async () => {
        shown.$('input').blur();
      });
      await shown.settle();
      expect(shown.world.page.scope.read('s')).toBe(after);
    },
  );
});

describe('onchange, then onblur', () => {
  test.each<[string, Parameters<typeof show>[0], ReturnType<typeof make>, string, string]>([
    [
      'a text',
      [sca('s', 'string', '')],
      input('L', 's', {}, [note('1', 'onchange'), note('2', 'onchange'), note('blur', 'onblur')]),
      'input',
      'a',
    ],
    [
      'a date',
      [sca('s', 'date', null)],
      input('L', 's', { type: 'date' }, [note('1', 'onchange'), note('2', 'onchange'), note('blur', 'onblur')]),
      'input',
      '5/6/26',
    ],
    [
      'a time',
      [sca('s', 'duration', null)],
      input('L', 's', { type: 'time' }, [note('1', 'onchange'), note('2', 'onchange'), note('blur', 'onblur')]),
      'input',
      '9',
    ],
  ])('%s', async (_, sources, component, selector, typed) => {
    const notes: Json[] = [];
    const shown = await show(sources, [component], { functions: { 'ds.note': ({ args }) => notes.push(args[0] ?? null) } });
    await typeInto(shown, selector, typed);
    await leave(shown, selector);
    await until(shown, () => {
      expect(notes).toEqual(['1', '2', 'blur']);
    });
  });
  test('without an edit onblur does not wait', async () => {
    const notes: Json[] = [];
    const shown = await show([sca('s', 'string', '')], [input('L', 's', {}, [note('blur', 'onblur')])], {
      functions: { 'ds.note': ({ args }) => notes.push(args[0] ?? null) },
    });
    await act(async () => {
      shown.$('input').focus();
      shown.$('input').blur();
    });
    await shown.settle();
    expect(notes).toEqual(['blur']);
  });
});

describe('a dialog lies outside of the page', () => {
  const dialog = (name: string, content: ReturnType<typeof make>): ReturnType<typeof make> =>
    make('Dialog', { serverSideRef: name, overlay: true, closable: true, events: [note(`in ${name}`, 'onclick')] }, [], {
      Dialog: box({}, content),
    });
  const open = (name: string): JsonObject => ({ type: 'dialog', events: ['onclick'], actionType: 'open', targetDialog: name });
  const events = ['onclick', 'ondblclick', 'onkeydown', 'onkeyup', 'onmouseenter', 'onmouseleave'];

  test('none of its events reaches the page', async () => {
    const notes: Json[] = [];
    const shown = await show([], [button('open', [open('d')]), dialog('d', button('inside', [note('inside', 'onclick')]))], {
      root: { events: events.map((name) => note(name, name)) },
      functions: { 'ds.note': ({ args }) => notes.push(args[0] ?? null) },
    });
    await shown.click('.fd-button');
    expect(notes).toEqual(['onclick']);
    notes.length = 0;
    await until(shown, () => void shown.$('[role=dialog] .fd-button'));
    const inside = shown.$('[role=dialog] .fd-button');
    await act(async () => {
      for (const type of ['keydown', 'keyup']) inside.dispatchEvent(new KeyboardEvent(type, { key: 'a', bubbles: true }));
      inside.dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));
      inside.dispatchEvent(new MouseEvent('mouseover', { bubbles: true, relatedTarget: document.documentElement }));
      inside.dispatchEvent(new MouseEvent('mouseout', { bubbles: true, relatedTarget: document.documentElement }));
    });
    await shown.click('[role=dialog] .fd-button');
    expect(notes).toEqual(['inside', 'in d']);
    notes.length = 0;
    await shown.click('.fd-dialog-overlay');
    expect(shown.$$('[role=dialog]')).toEqual([]);
    expect(notes).toEqual([]);
  });
  test('nor the dialog that the page inside it belongs to', async () => {
    const inner = make('Container', { nodeId: 'ROOT' }, [
      button('open', [open('second')]),
      make('Dialog', { serverSideRef: 'second', overlay: true }, [], { Dialog: box({}, button('deep')) }),
    ]);
    const shown = await show(
      [],
      [button('open', [open('first')]), dialog('first', make('WebformLoader', { webform: 'Inner' }))],
      { pages: { Inner: { metadata: {}, components: inner.nodes } }, functions: { 'ds.note': () => 1 } },
    );
    await shown.click('.fd-button');
    await until(shown, () => void shown.$('[aria-label=first] .fd-button'));
    await shown.click('[aria-label=first] .fd-button');
    await until(shown, () => void shown.$('[aria-label=second] .fd-button'));
    await act(async () => {
      shown.$('[aria-label=second] .fd-button').dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    });
    await shown.settle();
    expect(shown.$$('[role=dialog]').map((item) => item.getAttribute('aria-label'))).toEqual(['first', 'second']);
  });
});

test('what a page still runs when it is left finds its sources gone and says nothing', async () => {
  let release: () => void = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const inner = make('Container', { nodeId: 'ROOT' }, [
    button('ask', [call('ds.figures', { returns: { name: 'result', datasource: 'byMonth' } }), std('clear', 'byMonth')]),
    make('Bar', { datasource: 'byMonth' }),
  ]);
  const shown = await show([sca('which', 'string', 'Inner')], [make('WebformLoader', { datasource: 'which' })], {
    pages: {
      Inner: { metadata: { datasources: [sca('byMonth', 'array', [{ label: 'a', value: 1 }])] }, components: inner.nodes },
    },
    functions: { 'ds.figures': () => [{ label: 'b', value: 2 }] },
  });
  const { world } = shown;
  await until(shown, () => void shown.$('.fd-button'));
  world.server.held = gate;
  await act(async () => {
    shown.$('.fd-button').click();
    await world.page.scope.write('which', '');
  });
  await shown.settle();
  release();
  await shown.settle();
  expect(shown.$$('.fd-button')).toEqual([]);
  expect(world.problems).toEqual([]);
});
