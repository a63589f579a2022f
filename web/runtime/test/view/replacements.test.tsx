// @vitest-environment jsdom
// Components that stand for packages of others (pages 20.2): schedules, calendars, text, trees, camera.
import { act } from 'react';
import { describe, expect, test, vi } from 'vitest';
import type { Json, JsonObject } from '../../src/base/json';
import { call, sca, std } from '../data/scenario';
import { box, make, text, type Built } from '../mock/pages';
import { today, addDays } from '../../src/format/calendar';
import { show, watchComplaints, type Shown } from './show';

watchComplaints();

async function appears(shown: Shown, selector: string): Promise<HTMLElement> {
  for (let i = 0; i < 60 && shown.$$(selector).length === 0; i++) await shown.settle();
  return shown.$(selector);
}
async function key(shown: Shown, selector: string, name: string): Promise<void> {
  await act(async () => {
    shown.$(selector).dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true }));
  });
  await shown.settle();
}

const monday = '2025-03-17';
const meetings: Json = [
  { id: 1, subject: 'Plan', mDate: monday, startTime: 9 * 3600000, endTime: 11 * 3600000, room: { label: 'A1' }, tone: '#0a7' },
  { id: 2, subject: 'Call', mDate: monday, startTime: '10:00:00', endTime: '10:30:00' },
  { id: 3, subject: 'Early', mDate: '2025-03-18', startTime: '6:00', endTime: '7:00' },
  { id: 4, subject: 'Next week', mDate: '2025-03-24', startTime: '9:00', endTime: '10:00' },
];
const scheduler = (props: JsonObject = {}, type = 'Scheduler'): Built =>
  make(type, {
    datasource: 'meetings',
    currentElement: 'one',
    selectedDate: 'day',
    property: 'subject',
    ...(type === 'DayView' ? { eventDate: 'mDate' } : { startDate: 'mDate' }),
    startTime: 'startTime',
    endTime: 'endTime',
    attributes: [{ Attribute: 'room.label', id: '1' }],
    weekStart: '1',
    timeFormat: '24',
    language: 'en',
    ...props,
  });
const data = [
  sca('meetings', 'array', meetings),
  sca('one', 'object'),
  sca('day', 'date', '2025-03-19'),
  sca('log', 'string', ''),
];

describe('colour', () => {
  const field = (props: JsonObject): Built => make('ColorInput', { name: 'Tone', defaultColor: '#336699', ...props });
  test.each<[string, Json, string]>([
    ['#0a7', '#0a7', '#00aa77'],
    ['#12AB34', '#12AB34', '#12ab34'],
    ['#12ab34cc', '#12ab34cc', '#12ab34'],
    ['nothing', '', '#336699'],
    ['no colour', 'url(x)', '#336699'],
    ['a number', 5, '#336699'],
  ])('%s', async (_, value, expected) => {
    const shown = await show([sca('tone', 'string', value)], [field({ datasource: 'tone' })]);
    const input = (await appears(shown, '.fd-colorinput input')) as HTMLInputElement;
    expect([input.type, input.value, input.getAttribute('aria-label')]).toEqual(['color', expected, 'Tone']);
  });
  test('what is chosen goes to its source, then On Change', async () => {
    const copied = std('copy', 'tone', { datasource: { name: 'tone', target: 'log' }, events: ['onchange'] });
    const shown = await show(
      [sca('tone', 'string', ''), sca('log', 'string', '')],
      [field({ datasource: 'tone', events: [copied] })],
    );
    const input = (await appears(shown, '.fd-colorinput input')) as HTMLInputElement;
    await act(async () => {
      input.value = '#ff8800';
      input.dispatchEvent(new Event('change', { bubbles: true }));
    });
    await shown.settle();
    expect(['tone', 'log'].map((name) => shown.world.page.scope.read(name))).toEqual(['#ff8800', '#ff8800']);
  });
});

describe('schedules', () => {
  test('a week begins where it should and shows its entries', async () => {
    const shown = await show(data, [scheduler()]);
    await appears(shown, '.fd-scheduler .q-entry');
    expect(shown.$$('.q-schedule-number').map((item) => item.textContent)).toEqual(['17', '18', '19', '20', '21', '22', '23']);
    expect(shown.$$('.element-title').map((item) => item.textContent)).toEqual(['Plan', 'Call', 'Early']);
    expect(shown.$('.q-entry').textContent).toBe('09:00 – 11:00PlanA1');
    expect(shown.$('.month-title').textContent).toBe('March 2025');
  });
  test('Sunday first, twelve hours, days of work', async () => {
    const shown = await show(data, [scheduler({ weekStart: '0', timeFormat: '12' })]);
    await appears(shown, '.q-entry');
    expect(shown.$('.q-schedule-number').textContent).toBe('16');
    expect(shown.$('.q-entry-time').textContent).toMatch(/^9:00\sAM – 11:00\sAM$/);
  });
  test('days of work', async () => {
    const shown = await show(data, [scheduler({ days: 'work' })]);
    await appears(shown, '.q-entry');
    expect(shown.$$('.q-schedule-number').map((item) => item.textContent)).toEqual(['17', '18', '19', '20', '21']);
  });
  test.each([
    ['60', 24],
    ['30', 48],
    ['15', 96],
    ['nonsense', 24],
  ])('%s minutes a line', async (minutes, lines) => {
    const shown = await show(data, [scheduler({ minutes })]);
    await appears(shown, '.q-entry');
    expect(shown.$$('.q-schedule-hours span').length).toBe(lines);
  });
  test('hours of work make room for an early entry', async () => {
    const shown = await show(data, [scheduler({ hours: 'work' })]);
    await appears(shown, '.q-entry');
    const hours = shown.$$('.q-schedule-hours span').map((item) => item.textContent);
    expect([hours[0], hours[hours.length - 1]]).toEqual(['06:00', '18:00']);
  });
  test('entries at the same time stand side by side', async () => {
    const shown = await show(data, [scheduler()]);
    await appears(shown, '.q-entry');
    const boxes = shown.$$('.q-schedule-day:first-of-type li').map((item) => item.style.width);
    expect(boxes).toEqual(['50%', '50%']);
  });
  test('a click selects the entry, then its event runs, then the click of the component', async () => {
    const seen: unknown[] = [];
    const functions = {
      'ds.tell': ({ args }: { args: unknown[] }) => {
        seen.push(args[0]);
        return 1;
      },
    };
    const tell = (event: string): Json => call('ds.tell', { events: [event], params: [{ datasource: 'one.subject' }] });
    const shown = await show(data, [scheduler({ events: [tell('onItemClick'), tell('onclick')] })], {
      functions: functions as never,
    });
    await appears(shown, '.q-entry');
    await shown.click('.q-schedule-day li:nth-of-type(2) .q-entry');
    expect(seen).toEqual(['Call', 'Call']);
    expect(shown.$$('.q-entry.selected').map((item) => item.textContent)).toEqual(['10:00 – 10:30Call']);
  });
  test('next week, and back to today', async () => {
    const shown = await show(data, [scheduler({ yearNav: true })]);
    await appears(shown, '.q-entry');
    await shown.click('[aria-label="Next week"]');
    expect(shown.$$('.element-title').map((item) => item.textContent)).toEqual(['Next week']);
    await shown.click('.today-button');
    expect(shown.$$('.q-schedule-title.q-today').length).toBe(1);
    await shown.click('[aria-label="Next year"]');
    expect(shown.$$('.q-schedule-title.q-today').length).toBe(0);
  });
  test('a day', async () => {
    const shown = await show(
      [sca('meetings', 'array', meetings), sca('one', 'object'), sca('day', 'date', monday)],
      [scheduler({ todayButton: false }, 'DayView')],
    );
    await appears(shown, '.fd-dayview .q-entry');
    expect(shown.$$('.element-title').map((item) => item.textContent)).toEqual(['Plan', 'Call']);
    expect(shown.$('.month-title').textContent).toBe('Monday, March 17, 2025');
    expect(shown.$$('.today-button').length).toBe(0);
    await shown.click('[aria-label="Next day"]');
    expect(shown.$$('.element-title').map((item) => item.textContent)).toEqual(['Early']);
  });
  test('a disabled one selects nothing', async () => {
    const shown = await show(data, [scheduler({ disabled: true })]);
    await appears(shown, '.q-entry');
    await shown.click('.q-entry');
    expect(shown.world.page.scope.read('one')).toBe(null);
  });
});

describe('calendar', () => {
  const calendar = (props: JsonObject = {}): Built =>
    make('Calendar', {
      datasource: 'list',
      currentElement: 'one',
      startDate: 'from',
      endDate: 'to',
      property: 'name',
      colorProp: 'tone',
      attributes: [{ Attribute: 'who', id: '1' }],
      weekStart: '1',
      language: 'en',
      ...props,
    });
  const sources = [
    sca('list', 'array', [
      { name: 'Trip', from: today(), to: addDays(today(), 1), tone: '#12a594', who: 'Ann' },
      { name: 'None', from: '' },
    ]),
    sca('one', 'object'),
    sca('day', 'date'),
    sca('log', 'string', ''),
  ];
  test('entries on each of their days, with colour and tip', async () => {
    const shown = await show(sources, [calendar()]);
    const entry = await appears(shown, '.q-entry');
    expect(shown.$$('.q-entry').length).toBeGreaterThanOrEqual(1);
    expect(entry.title).toBe('who: Ann');
    expect(entry.style.getPropertyValue('--q-entry')).toBe('#12a594');
    expect(shown.$('th').textContent).toBe('Mon');
  });
  test('days that can be chosen write their source and fire', async () => {
    const shown = await show(sources, [
      calendar({
        selectedDate: 'day',
        events: [
          std('copy', 'day', { target: 'log', events: ['onDateClick'] }),
          std('set', 'log', { set: { value: 'moved' }, events: ['onMonthChange'] }),
        ],
      }),
    ]);
    await appears(shown, 'button.q-calendar-day');
    await shown.click('.q-today button.q-calendar-day');
    expect(shown.world.page.scope.read('day')).toBe(today());
    expect(shown.world.page.scope.read('log')).toBe(today());
    expect(shown.$$('.q-chosen').length).toBe(1);
    await shown.click('[aria-label="Next month"]');
    expect(shown.world.page.scope.read('log')).toBe('moved');
  });
  test('a selected date that is no source is left alone', async () => {
    const shown = await show(sources, [
      calendar({ selectedDate: 'dueDate', events: [std('set', 'log', { set: { value: 'x' }, events: ['onDateClick'] })] }),
    ]);
    await appears(shown, 'button.q-calendar-day');
    await shown.click('button.q-calendar-day');
    expect(shown.world.page.scope.read('log')).toBe('x');
    expect(shown.world.problems).toEqual([]);
  });
  test('a click selects, then fires', async () => {
    const shown = await show(sources, [
      calendar({ events: [std('set', 'log', { set: { value: 'hit' }, events: ['onItemClick'] })] }),
    ]);
    await appears(shown, '.q-entry');
    await shown.click('.q-entry');
    expect((shown.world.page.scope.read('one') as JsonObject)['name']).toBe('Trip');
    expect(shown.world.page.scope.read('log')).toBe('hit');
  });
});

describe('tree', () => {
  const nodes: Json = [
    {
      key: '1',
      label: 'Fruit',
      icon: 'fa-solid fa-leaf',
      children: [
        { key: '1-1', label: 'Apple', variables: [{ target: 'picked', value: 'apple' }] },
        { key: '1-2', label: '<b>Pear</b>' },
      ],
    },
    { key: '2', label: 'Page', webform: 'loader', target: 'Second' },
    { key: '3', label: 'Away', url: 'javascript:alert(1)' },
  ];
  const tree = (props: JsonObject = {}): Built => make('Tree', { datasource: 'nodes', ...props });
  const sources = [sca('nodes', 'array', nodes), sca('picked', 'string', ''), sca('log', 'string', ''), sca('one', 'object')];
  test('roles, levels and escaped labels', async () => {
    const shown = await show(sources, [tree({ expand: true })]);
    await appears(shown, '[role=tree]');
    expect(
      shown.$$('[role=treeitem]').map((item) => `${item.getAttribute('aria-level')} ${item.getAttribute('aria-label')}`),
    ).toEqual(['1 Fruit', '2 Apple', '2 <b>Pear</b>', '1 Page', '1 Away']);
    expect(shown.$$('.fd-tree b').length).toBe(0);
  });
  test('a click writes the variables before the actions of the click run', async () => {
    const shown = await show(sources, [
      tree({ expand: true, currentElement: 'one', events: [std('copy', 'picked', { target: 'log', events: ['onclick'] })] }),
    ]);
    await appears(shown, '[role=tree]');
    await shown.click('[aria-label="Apple"] > .q-tree-row');
    expect(shown.world.page.scope.read('log')).toBe('apple');
    expect((shown.world.page.scope.read('one') as JsonObject)['key']).toBe('1-1');
    expect(shown.$('[aria-label="Apple"]').getAttribute('aria-selected')).toBe('true');
  });
  test('a node opens its page in a loader', async () => {
    const page: Json = { metadata: {}, components: { ROOT: { type: { resolvedName: 'Container' }, props: {}, nodes: [] } } };
    const shown = await show(sources, [tree(), make('WebformLoader', { nodeId: 'loader' })], { pages: { Second: page } });
    await appears(shown, '[role=tree]');
    await appears(shown, '.fd-pageloader');
    await shown.click('[aria-label="Page"] > .q-tree-row');
    await shown.settle();
    expect(shown.$$('.fd-pageloader .fd-page').length).toBe(1);
  });
  test('an address that is script opens nothing of the kind', async () => {
    const shown = await show(sources, [tree()]);
    await appears(shown, '[role=tree]');
    await shown.click('[aria-label="Away"] > .q-tree-row');
    expect(shown.world.opened.every((item) => !/javascript/i.test(item))).toBe(true);
  });
  test('the keyboard alone', async () => {
    const shown = await show(sources, [tree()]);
    await appears(shown, '[role=tree]');
    const at = (): string | null | undefined => document.activeElement?.getAttribute('aria-label');
    shown.$('[role=treeitem][tabindex="0"]').focus();
    expect(at()).toBe('Fruit');
    await key(shown, '[role=tree]', 'ArrowRight');
    expect(shown.$('[aria-label="Fruit"]').getAttribute('aria-expanded')).toBe('true');
    await key(shown, '[role=tree]', 'ArrowRight');
    expect(at()).toBe('Apple');
    await key(shown, '[role=tree]', 'Enter');
    expect(shown.world.page.scope.read('picked')).toBe('apple');
    await key(shown, '[role=tree]', 'ArrowLeft');
    expect(at()).toBe('Fruit');
    await key(shown, '[role=tree]', 'ArrowLeft');
    expect(shown.$('[aria-label="Fruit"]').getAttribute('aria-expanded')).toBe('false');
    await key(shown, '[role=tree]', 'End');
    expect(at()).toBe('Away');
    await key(shown, '[role=tree]', 'p');
    expect(at()).toBe('Page');
    await key(shown, '[role=tree]', 'Home');
    expect(at()).toBe('Fruit');
    expect(shown.$$('[role=treeitem][tabindex="0"]').length).toBe(1);
  });
  test('no array, too deep, too many', async () => {
    let deep: Json = { label: 'end' };
    for (let i = 0; i < 200; i++) deep = { label: `l${i}`, children: [deep] };
    const shown = await show(
      [sca('nodes', 'array', [deep]), sca('bad', 'string', 'x')],
      [tree({ expand: true }), tree({ datasource: 'bad' })],
    );
    await appears(shown, '[role=treeitem]');
    expect(shown.$$('[role=treeitem]').length).toBe(30);
  });
});

describe('formatted text', () => {
  const stored = JSON.stringify([
    { type: 'heading-one', children: [{ text: 'Title' }] },
    { type: 'paragraph', align: 'center', children: [{ text: 'bold', bold: true }, { text: ' <i>plain</i>' }] },
    { type: 'bulleted-list', children: [{ type: 'list-item', children: [{ text: 'one' }] }] },
    {
      type: 'paragraph',
      children: [{ text: '' }, { type: 'link', url: 'javascript:alert(1)', children: [{ text: 'bad' }] }, { text: '' }],
    },
    { type: 'image', url: 'javascript:x', children: [{ text: '' }] },
    { type: 'mystery', children: [{ text: 'kept' }] },
  ]);
  test('read only: elements, nothing of it as HTML, no script addresses', async () => {
    const shown = await show([sca('s', 'string', stored)], [make('TextEditor', { datasource: 's', readOnly: true })]);
    const rich = await appears(shown, '.fd-texteditor .q-rich h1');
    expect(rich.textContent).toBe('Title');
    expect(shown.$('.q-rich strong').textContent).toBe('bold');
    expect(shown.$('.q-rich').textContent).toContain('<i>plain</i>');
    expect(shown.$('.q-rich ul > li').textContent).toBe('one');
    expect(shown.$('.q-rich a').getAttribute('href')).toBe('about:blank');
    expect(shown.$('.q-rich img').getAttribute('src')).toBe('about:blank');
    expect(shown.$('.q-rich').textContent).toContain('kept');
    expect(shown.$$('[contenteditable=true]').length).toBe(0);
  });
  test('the editor: tool bar, document, label', async () => {
    const shown = await show([sca('s', 'string', stored)], [make('TextEditor', { datasource: 's' })]);
    await appears(shown, '[role=toolbar]');
    expect(shown.$('[role=textbox]').getAttribute('aria-multiline')).toBe('true');
    expect(shown.$('[role=textbox]').textContent).toContain('Title');
    expect(shown.$$('[role=toolbar] button[tabindex="0"]').length).toBe(1);
    shown.$('[role=toolbar] button').focus();
    await key(shown, '[role=toolbar] button', 'ArrowRight');
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Italic');
    expect(shown.world.page.scope.read('s')).toBe(stored);
  });
  test('another value from outside is taken over', async () => {
    const shown = await show([sca('s', 'string', 'first')], [make('TextEditor', { datasource: 's' })]);
    await appears(shown, '[role=textbox]');
    await act(async () => {
      await shown.world.page.scope.write('s', 'second');
    });
    await shown.settle();
    expect(shown.$('[role=textbox]').textContent).toContain('second');
  });
});

describe('camera', () => {
  test('without a camera it says so, and a file can be chosen', async () => {
    const shown = await show([sca('s', 'image')], [make('WebCam', { datasource: 's', uploadPictures: true })]);
    await appears(shown, '.fd-webcam.webCamContainer video.webCam');
    expect(shown.$('.q-problem').textContent).toMatch(/secure connection/);
    expect(shown.$$('input[type=file][accept="image/*"]').length).toBe(1);
  });
  test('refused, then allowed; the stream ends with the component', async () => {
    const stopped = vi.fn();
    const stream = { getTracks: () => [{ stop: stopped }] };
    const ask = vi
      .fn()
      .mockRejectedValueOnce(Object.assign(new Error('no'), { name: 'NotAllowedError' }))
      .mockResolvedValue(stream);
    Object.defineProperty(navigator, 'mediaDevices', { configurable: true, value: { getUserMedia: ask } });
    vi.spyOn(HTMLMediaElement.prototype, 'play').mockResolvedValue();
    Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', { configurable: true, writable: true, value: null });
    const shown = await show(
      [sca('s', 'image'), sca('off', 'bool', false)],
      [
        make(
          'WebCam',
          { datasource: 's', cameraWidth: 580, cameraHeight: 450 },
          [],
          {},
          { 'states:x': { style: { display: 'none' } } },
        ),
      ],
      {
        metadata: {
          states: [
            { id: 'root', label: 'Base' },
            { id: 'x', label: 'X', conditions: { type: 'datasource', path: 'off', op: 'istrue' } },
          ],
        },
      },
    );
    await appears(shown, '.fd-webcam .q-problem');
    expect(shown.$('.q-problem').textContent).toMatch(/allow it/);
    await shown.click('.fd-webcam .q-button');
    expect(shown.$<HTMLButtonElement>('.buttonCapture').disabled).toBe(false);
    expect(ask.mock.calls[1]?.[0]).toEqual({ audio: false, video: { width: { ideal: 580 }, height: { ideal: 450 } } });
    await act(async () => {
      await shown.world.page.scope.write('off', true);
    });
    await shown.settle();
    expect(stopped).toHaveBeenCalled();
    Reflect.deleteProperty(navigator, 'mediaDevices');
  });
});

describe('virtualizer', () => {
  test('a box for each item, the chosen one marked', async () => {
    const shown = await show(
      [sca('list', 'array', [{ n: 'a' }, { n: 'b' }]), sca('one', 'object')],
      [make('Virtualizer', { datasource: 'list', currentElement: 'one' }, [], { element: box({}, text('{$This.n}')) })],
    );
    await appears(shown, '.virtualizer-item');
    expect(shown.$$('.virtualizer-item').map((item) => item.textContent)).toEqual(['a', 'b']);
    await shown.click('.virtualizer-item:nth-of-type(2) .fd-text');
    expect(shown.$$('.virtualizer-item.selected').map((item) => item.textContent)).toEqual(['b']);
  });
});
