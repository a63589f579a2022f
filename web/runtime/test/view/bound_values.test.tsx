// @vitest-environment jsdom
// Every component bound to every kind of value, to nothing, to what does not exist: no crash, the value as far as it fits
// (pages 15, 15.7 "Type not fitting the source: value shown as text, no crash").
import { act } from 'react';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/base/json';
import { ent, sca, sel, std } from '../data/scenario';
import { box, icon, input, make, text, type Built } from '../mock/pages';
import { show, watchComplaints, type Shown } from './show';

watchComplaints();

const sources: Json[] = [
  sel('books'),
  ent('book'),
  ent('none', { initialValue: '' }),
  sca('empty', 'string', ''),
  sca('null', 'object'),
  sca('text', 'string', 'abc'),
  sca('long', 'string', 'x'.repeat(5000)),
  sca('html', 'string', '<img src=x onerror=alert(1)>&amp;'),
  sca('zero', 'number', 0),
  sca('number', 'number', 12.5),
  sca('negative', 'number', -1e21),
  sca('yes', 'bool', true),
  sca('no', 'bool', false),
  sca('day', 'date', '2025-03-14'),
  sca('span', 'duration', 7500000),
  sca('object', 'object', { a: { b: [1, null, 'x'] } }),
  sca('list', 'array', [null, 1, 'x', true, { n: 1 }, [2]]),
  sca('picture', 'image'),
];
const paths = [
  '',
  'gone',
  'books',
  'books.length',
  'books.0.title',
  'book',
  'book.title',
  'book.author.books',
  'book.cover',
  'none',
  'text',
  'long',
  'html',
  'zero',
  'number',
  'negative',
  'yes',
  'day',
  'object',
  'list',
  'list[4].n',
  'picture',
  '$This.x',
  'a..b',
];
const options: Json[] = [
  { label: 'A', value: 'a', id: '1' },
  { label: 'True', value: 'true', id: '2' },
];
const label = (): Built => make('Label', { text: 'L' });
const item = (): Built => box({}, text('{$This} {$This.title}'));

function everything(path: string): Built[] {
  const bound = { datasource: path };
  return [
    make('Text', {
      doc: [{ type: 'paragraph', children: [{ type: 'datasource', datasource: path, children: [{ text: 'cached' }] }] }],
    }),
    make('Image', { ...bound, imgSrc: '/a.png' }),
    ...['text', 'textArea', 'number', 'password', 'date', 'time', 'duration', 'nonsense'].map((type) =>
      input('L', path, { type }),
    ),
    make('SelectInput', {}, [], { label: label(), select: make('Select', { ...bound, options, showEmptyOption: true }) }),
    ...['single', 'multiple'].map((mode) => make('Radio', { ...bound, mode, options })),
    ...['two-state', 'three-state', 'initial-indeterminate'].map((type) =>
      make('Checkbox', { type }, [], { label: label(), CheckboxInput: make('CheckboxInput', bound) }),
    ),
    make('RangeInput', {}, [], { label: label(), SliderContainer: make('SliderContainer', { ...bound, min: 0, max: 10 }) }),
    make('FileUpload', { ...bound, text: 'F' }, [], { icon: icon('fa-star') }),
    make('DataTable', {
      ...bound,
      currentElement: path,
      columns: [
        { id: '1', source: 'title', title: 'T' },
        { id: '2', source: '' },
      ],
    }),
    make('Matrix', { ...bound, currentElement: path }, [], { container: item() }),
    make('SelectBox', { ...bound, currentElement: path, enableSearch: true }, [], { container: item() }),
    make('WebformLoader', { ...bound, webform: 'Nowhere' }),
    make('DatePicker', bound),
    make('MonthPicker', bound),
    make('YearPicker', bound),
    make('Calendar', bound),
    make('Timeline', bound, [], { item: item() }),
    make('Download', { ...bound, label: 'D' }),
    make('PdfViewer', bound),
    make('StylishBox', { parameters: [{ name: 'x', source: path }] }, [], { container: box({}) }),
    ...['Pie', 'Bar', 'Line', 'Area', 'Radar', 'Polar', 'Bubble', 'Mixed Chart'].map((type) => make(type, bound)),
  ];
}

async function ready(shown: Shown): Promise<void> {
  for (let i = 0; i < 40 && shown.$$('.q-wait, input:disabled').length > 0; i++) await shown.settle();
}

test.each(paths)('everything bound to "%s"', async (path) => {
  const shown = await show(sources, everything(path));
  await ready(shown);
  expect(shown.world.problems.filter((line) => /component "/.test(line))).toEqual([]);
  expect(shown.$$('.fd-unknown').length).toBe(0);
  expect(shown.$$('[onerror]').length).toBe(0);
  expect(shown.$$('.fd-text')[0]?.textContent).not.toContain('cached');
});

describe('what fields show', () => {
  test.each<[string, string, string]>([
    ['text', 'empty', ''],
    ['text', 'null', ''],
    ['text', 'zero', '0'],
    ['text', 'number', '12.5'],
    ['text', 'yes', 'true'],
    ['text', 'object', '{"a":{"b":[1,null,"x"]}}'],
    ['text', 'book.title', 'Tidal Maps 1'],
    ['text', 'none.title', ''],
    ['number', 'zero', '0'],
    ['number', 'text', 'abc'],
    ['number', 'null', ''],
    ['number', 'no', 'false'],
    ['password', 'text', 'abc'],
    ['textArea', 'number', '12.5'],
    ['date', 'day', '03/14/2025'],
    ['date', 'text', 'abc'],
    ['date', 'null', ''],
    ['time', 'span', '02:05'],
    ['time', 'text', 'abc'],
    ['duration', 'span', '02:05:00'],
    ['duration', 'zero', '00:00:00'],
    ['duration', 'text', 'abc'],
    ['duration', 'null', ''],
  ])('%s field of %s: "%s"', async (type, path, expected) => {
    const shown = await show(sources, [input('L', path, { type })]);
    await ready(shown);
    expect(shown.$<HTMLInputElement>('.fd-input').value).toBe(expected);
  });
  test.each<[string, JsonObject, string]>([
    ['number', { format: '#,##0.00' }, '12.50'],
    ['number', { format: '0 kg' }, '13 kg'],
    ['text', { format: 'U' }, 'ABC'],
    ['text', { format: 'C' }, 'Abc'],
    ['day', { type: 'date', format: 'dd MMM yyyy' }, '14 Mar 2025'],
    ['span', { type: 'duration', format: 'Without seconds' }, '02:05'],
    ['span', { type: 'duration', format: 'Distance' }, 'about 2 hours'],
  ])('%s with %o: "%s"', async (path, props, expected) => {
    const shown = await show(sources, [input('L', path, { type: path === 'number' ? 'number' : 'text', ...props })]);
    await ready(shown);
    expect(shown.$<HTMLInputElement>('.fd-input').value).toBe(expected);
  });
});

describe('typing into what is bound to nothing', () => {
  const events = [std('set', 'hits', { set: { value: 'fired', type: 'string' }, events: ['onchange'] })];
  test.each([
    ['text', 'typed', 'typed'],
    ['textArea', 'typed', 'typed'],
    ['password', 'secret', 'secret'],
    ['number', '12', '12'],
    ['date', '3/21/2025', '03/21/2025'],
    ['time', '9:30', '09:30'],
    ['duration', '1:30', '01:30:00'],
  ])('a %s field keeps it and fires On Change', async (type, typed, expected) => {
    const shown = await show([sca('hits', 'string', '')], [input('L', '', { type }, events)]);
    await ready(shown);
    await shown.type('.fd-input', typed);
    expect(shown.$<HTMLInputElement>('.fd-input').value).toBe(expected);
    expect(shown.world.page.scope.read('hits')).toBe('fired');
  });
  test('a select, a slider, a select box', async () => {
    const shown = await show(
      [sca('list', 'array', [{ title: 'One' }, { title: 'Two' }])],
      [
        make('SelectInput', {}, [], { label: label(), select: make('Select', { options, defaultValue: 'a' }) }),
        make('RangeInput', {}, [], { label: label(), SliderContainer: make('SliderContainer', { min: 0, max: 10 }) }),
        make('SelectBox', { datasource: 'list' }, [], { container: box({}, text('{$This.title}')) }),
      ],
    );
    const select = shown.$<HTMLSelectElement>('select');
    await act(async () => {
      select.value = 'true';
      select.dispatchEvent(new Event('change', { bubbles: true }));
    });
    expect(shown.$<HTMLSelectElement>('select').value).toBe('true');
    await act(async () => {
      shown.$('[role=slider]').dispatchEvent(new KeyboardEvent('keydown', { key: 'End', bubbles: true }));
    });
    expect(shown.$('[role=slider]').getAttribute('aria-valuenow')).toBe('10');
    await shown.click('.fd-selectbox__toggle_button');
    await act(async () => {
      shown.$$('[role=option]')[1]?.click();
    });
    await shown.settle();
    expect(shown.$('.fd-selectbox__toggle_button').textContent).toBe('Two');
    await shown.click('.fd-selectbox__clear');
    expect(shown.$('.fd-selectbox__toggle_button').textContent).toBe('Select');
  });
});

describe('fixed choices', () => {
  const choice = (props: JsonObject): Built =>
    make('SelectInput', {}, [], { label: label(), select: make('Select', { options, ...props }) });
  const pick = async (shown: Shown, value: string): Promise<void> => {
    await act(async () => {
      const select = shown.$<HTMLSelectElement>('select');
      select.value = value;
      select.dispatchEvent(new Event('change', { bubbles: true }));
    });
    await shown.settle();
  };
  test('the default counts at the start; the empty choice afterwards is a choice', async () => {
    const shown = await show([sca('s', 'string', '')], [choice({ datasource: 's', defaultValue: 'a', showEmptyOption: true })]);
    expect(shown.world.page.scope.read('s')).toBe('a');
    await pick(shown, '');
    expect(shown.world.page.scope.read('s')).toBe(null);
    expect(shown.$<HTMLSelectElement>('select').value).toBe('');
  });
  test.each<[Json, string]>([
    ['a', 'a'],
    ['zzz', ''],
    [null, ''],
    [5, ''],
  ])('the source holds %j: "%s" is chosen', async (value, expected) => {
    const shown = await show([sca('s', 'string', value)], [choice({ datasource: 's' })]);
    expect(shown.$<HTMLSelectElement>('select').value).toBe(expected);
  });
  test('a default that is no option chooses nothing and writes nothing', async () => {
    const shown = await show([sca('s', 'string', '')], [choice({ datasource: 's', defaultValue: 'zzz' })]);
    expect(shown.$<HTMLSelectElement>('select').value).toBe('');
    expect(shown.world.page.scope.read('s')).toBe('');
  });
  test('a value that is no option shows the default and stays', async () => {
    const shown = await show([sca('s', 'string', 'zzz')], [choice({ datasource: 's', defaultValue: 'a' })]);
    expect(shown.$<HTMLSelectElement>('select').value).toBe('a');
    expect(shown.world.page.scope.read('s')).toBe('zzz');
  });
  test('values take the type of the source', async () => {
    const shown = await show([sca('b', 'bool', false)], [choice({ datasource: 'b' })]);
    await pick(shown, 'true');
    expect(shown.world.page.scope.read('b')).toBe(true);
  });
  test.each([
    [false, 1],
    [true, 3],
  ])('empty option %s: %d options can be seen', async (showEmptyOption, count) => {
    const shown = await show([sca('s', 'string', 'a')], [choice({ datasource: 's', showEmptyOption })]);
    const seen = shown.$$('option').filter((option) => !option.hidden).length;
    expect(seen).toBe(showEmptyOption ? count : 2);
  });
  test('radio: the default is written when nothing is there, never over a value; several in the order of options', async () => {
    const shown = await show(
      [sca('s', 'string', ''), sca('t', 'string', 'true'), sca('l', 'array', [])],
      [
        make('Radio', { datasource: 's', options, defaultValue: 'a', classNames: ['one'] }),
        make('Radio', { datasource: 't', options, defaultValue: 'a', classNames: ['two'] }),
        make('Radio', { datasource: 'l', options, mode: 'multiple', classNames: ['three'] }),
      ],
    );
    const { scope } = shown.world.page;
    expect([scope.read('s'), scope.read('t')]).toEqual(['a', 'true']);
    await shown.click('.three .fd-radio__item:nth-child(2)');
    await shown.click('.three .fd-radio__item:nth-child(1)');
    expect(scope.read('l')).toEqual(['a', 'true']);
    await shown.click('.three .fd-radio__item:nth-child(1)');
    expect(scope.read('l')).toEqual(['true']);
  });
});

describe('check marks', () => {
  const mark = (type: string, path: string): Built =>
    make('Checkbox', { type }, [], { label: label(), CheckboxInput: make('CheckboxInput', { datasource: path }) });
  const state = (shown: Shown): string => {
    const field = shown.$<HTMLInputElement>('input');
    return field.indeterminate ? 'mixed' : String(field.checked);
  };
  test.each<[string, Json | undefined, string[]]>([
    ['two-state', undefined, ['false', 'true', 'false']],
    ['', undefined, ['false', 'true', 'false']],
    ['three-state', undefined, ['mixed', 'true', 'false', 'mixed']],
    ['initial-indeterminate', undefined, ['mixed', 'true', 'false', 'true']],
    ['three-state', true, ['true', 'false', 'mixed', 'true']],
    ['initial-indeterminate', false, ['false', 'true', 'false']],
    ['two-state', true, ['true', 'false']],
  ])('%s from %j goes %j', async (type, start, expected) => {
    for (const path of start === undefined ? ['b', ''] : ['b']) {
      document.body.innerHTML = '';
      const shown = await show([sca('b', 'bool', start)], [mark(type, path)]);
      const seen = [state(shown)];
      for (let i = 1; i < expected.length; i++) {
        await shown.click('input');
        seen.push(state(shown));
      }
      expect([path, seen]).toEqual([path, expected]);
    }
  });
});

describe('sliders', () => {
  const slider = (props: JsonObject, wrapper: JsonObject = {}): Built =>
    make('RangeInput', wrapper, [], { label: label(), SliderContainer: make('SliderContainer', { datasource: 'n', ...props }) });
  test.each<[Json, JsonObject, string, string, Json]>([
    [5, {}, '5', 'ArrowRight', 6],
    [5, {}, '5', 'ArrowDown', 4],
    [0, {}, '0', 'ArrowLeft', 0],
    [100, {}, '100', 'ArrowUp', 100],
    [500, {}, '100', 'x', 500],
    [-5, {}, '0', 'x', -5],
    [null, {}, '0', 'ArrowUp', 1],
    [2, { min: 1, max: 3, step: 0.5 }, '2', 'ArrowUp', 2.5],
    [2, { min: '1', max: '3', step: '1' }, '2', 'End', 3],
    [2, { min: 1, max: 3 }, '2', 'Home', 1],
    [50, { step: 5 }, '50', 'ArrowUp', 55],
    [50, {}, '50', 'PageUp', 60],
    [5, { min: 10, max: 1 }, '10', 'x', 5],
  ])('%j with %o: at %s, after %s %j', async (value, props, shownValue, key, after) => {
    const shown = await show([sca('n', 'number', value)], [slider(props)]);
    expect(shown.$('[role=slider]').getAttribute('aria-valuenow')).toBe(shownValue);
    await act(async () => {
      shown.$('[role=slider]').dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
    });
    await shown.settle();
    expect(shown.world.page.scope.read('n')).toBe(after);
  });
  test.each([
    [undefined, 'vertical'],
    ['horizontal', 'horizontal'],
    ['vertical', 'vertical'],
  ])('orientation %s', async (orientation, expected) => {
    const shown = await show([sca('n', 'number', 1)], [slider({}, orientation === undefined ? {} : { orientation })]);
    expect(shown.$('[role=slider]').getAttribute('aria-orientation')).toBe(expected);
  });
});
