// @vitest-environment jsdom
// Properties row by row (pages 15, project-format 15): every written value, the usual one, and a wrong one.
import { act } from 'react';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/base/json';
import { ent, sca, sel } from '../data/scenario';
import { box, button, check, icon, input, make, text, type Built } from '../mock/pages';
import { show, watchComplaints, type Shown } from './show';

watchComplaints();

async function appears(shown: Shown, selector: string): Promise<HTMLElement> {
  for (let i = 0; i < 60 && shown.$$(selector).length === 0; i++) await shown.settle();
  return shown.$(selector);
}
const options: Json[] = [
  { label: 'A', value: 'a', id: '1' },
  { label: 'B', value: 'b', id: '2' },
];
const sources: Json[] = [
  sca('s', 'string', 'abc'),
  sca('n', 'number', 5),
  sca('b', 'bool', true),
  sca('d', 'date', '2025-03-14'),
  sca('ms', 'duration', 7500000),
  sca('nothing', 'string'),
  sca('two', 'string', 'one\ntwo  three'),
  ent('book'),
];
const doc = (...children: Json[]): Built => make('Text', { doc: [{ type: 'paragraph', children }] });
const bound = (datasource: string, more: JsonObject = {}): JsonObject => ({
  type: 'datasource',
  datasource,
  children: [{ text: 'cached' }],
  ...more,
});

describe('texts', () => {
  const lines = (shown: Shown): string[] => shown.$$('.fd-text p.q-row').map((row) => row.textContent ?? '');
  test.each<[string, Built, string[]]>([
    ['plain', doc({ text: 'a' }, { text: ' b' }), ['a b']],
    ['runs of blanks', doc({ text: 'a   b' }), ['a   b']],
    [
      'two paragraphs',
      make('Text', {
        doc: [
          { type: 'paragraph', children: [{ text: 'a' }] },
          { type: 'paragraph', children: [{ text: 'b' }] },
        ],
      }),
      ['a', 'b'],
    ],
    ['a value', doc({ text: '[' }, bound('s'), { text: ']' }), ['[abc]']],
    ['null', doc({ text: '[' }, bound('nothing'), { text: ']' }), ['[]']],
    ['a format', doc(bound('s', { format: 'U' })), ['ABC']],
    ['a date', doc(bound('d', { format: 'dd/MM/yyyy', dsType: 'date' })), ['14/03/2025']],
    ['a date by its type', doc(bound('d')), ['03/14/2025']],
    ['a duration', doc(bound('ms')), ['02:05:00']],
    ['a duration of an unknown type', doc(bound('ms', { dsType: 'unknown' })), ['02:05:00']],
    ['a boolean', doc(bound('b')), ['true']],
    ['a long', doc(bound('n', { dsType: 'long', format: '0.0' })), ['5.0']],
    ['a duration attribute', doc(bound('book.readingTime')), ['01:00:00']],
    ['the older form', doc({ isDataSource: true, text: 's' }), ['abc']],
    ['the other name', doc({ type: 'qodlysource', qodlysource: 's', children: [{ text: 'x' }] }), ['abc']],
    ['no document', make('Text', {}), []],
    [
      'broken documents',
      make('Text', { doc: [null, 5, 'x', { children: 'y' }, { children: [null, 7, { text: 5 }] }] as never }),
      ['', '', '', '', ''],
    ],
  ])('%s', async (_, built, expected) => {
    const shown = await show(sources, [built]);
    for (let i = 0; i < 3; i++) await shown.settle();
    expect(lines(shown)).toEqual(expected);
  });
  test('marks of words and of values', async () => {
    const shown = await show(sources, [
      doc(
        { text: 'a', bold: true, italic: true },
        { text: 'b', underlined: true, strikethrough: true },
        bound('s', { children: [{ text: 'x', bold: true }] }),
      ),
    ]);
    const [first, second, third] = shown.$$('.q-text').map((item) => item.style);
    expect([first?.fontWeight, first?.fontStyle]).toEqual(['700', 'italic']);
    expect(second?.textDecorationLine).toBe('underline line-through');
    expect(third?.fontWeight).toBe('700');
  });
  test('line ends of texts and of values', async () => {
    const shown = await show(sources, [doc({ text: 'a\nb' }), doc(bound('two'))]);
    expect(shown.$$('.fd-text br').length).toBe(2);
    expect(shown.$('.q-datasource').title).toBe('one\ntwo  three');
  });
});

describe('buttons, labels, icons', () => {
  test.each<[string | undefined, boolean]>([
    ['left', true],
    ['right', true],
    ['top', true],
    ['bottom', true],
    ['hidden', false],
    [undefined, false],
  ])('icon of a button at %s', async (iconPosition, seen) => {
    const shown = await show(
      [],
      [make('Button', { text: 'B', ...(iconPosition ? { iconPosition } : {}) }, [], { icon: icon('fa-star') })],
    );
    expect(shown.$('button').dataset['icon']).toBe(iconPosition ?? 'hidden');
    expect(shown.$$('button .fd-icon').length > 0).toBe(seen);
  });
  test.each<[string, string, string]>([
    ['a &amp; b', 'a & b', 'a &amp; b'],
    ['a<br>b', 'ab', 'a<br>b'],
    [
      '<b>x</b><i>y</i><u>z</u><s>w</s><em>v</em><strong>q</strong>',
      'xyzwvq',
      '<b>x</b><i>y</i><u>z</u><s>w</s><em>v</em><strong>q</strong>',
    ],
    ['<span style="x" onclick="alert(1)">in</span>', 'in', 'in'],
    ['<!-- c -->x', 'x', 'x'],
    ['<img src=x onerror=alert(1)>y', 'y', 'y'],
    ['<b onclick="alert(1)">x', 'x', '<b>x</b>'],
    ['</b>x', 'x', 'x'],
    ['1 < 2', '1 < 2', '1 &lt; 2'],
    ['&lt;b&gt;', '<b>', '&lt;b&gt;'],
    ['&#65;&#x42;&nope;', 'AB&nope;', 'AB&amp;nope;'],
    ['<a href="javascript:alert(1)">x</a>', 'x', 'x'],
  ])('%s', async (source, plain, html) => {
    const shown = await show(
      [],
      [button(source), make('TextInput', {}, [], { label: make('Label', { text: source }), input: make('Input', {}) })],
    );
    expect(shown.$('.q-button-text').textContent).toBe(plain);
    expect(shown.$('.q-button-text').innerHTML).toBe(html);
    expect(shown.$('label > span').innerHTML).toBe(html);
  });
  test.each<[JsonObject, string]>([
    [{ icon: 'fa-car' }, 'fa fa-car'],
    [{ icon: 'fa-solid fa-plus' }, 'fa-solid fa-plus'],
    [{ icon: 'fa-regular fa-star' }, 'fa-regular fa-star'],
    [{ icon: 'fa-brands fa-github' }, 'fa-brands fa-github'],
    [{ icon: 'fas fa-plus' }, 'fas fa-plus'],
    [{}, 'fa-regular fa-star'],
    [{ icon: '' }, ''],
  ])('icon %o', async (props, expected) => {
    const shown = await show([], [make('Icon', props)]);
    const names = shown
      .$('.fd-icon')
      .className.split(/\s+/)
      .filter((name) => name.startsWith('fa'));
    expect(names.join(' ')).toBe(expected);
  });
});

describe('labels of fields', () => {
  const positions: (string | undefined)[] = ['top', 'bottom', 'left', 'right', 'hidden', undefined];
  const label = (): Built => make('Label', { text: 'Name' });
  const builders: [string, string, (props: JsonObject) => Built, string][] = [
    ['TextInput', '.fd-textinput', (props) => make('TextInput', props, [], { label: label(), input: make('Input', {}) }), 'top'],
    [
      'SelectInput',
      '.fd-selectinput',
      (props) => make('SelectInput', props, [], { label: label(), select: make('Select', { options }) }),
      'left',
    ],
    [
      'Checkbox',
      '.fd-checkbox',
      (props) => make('Checkbox', props, [], { label: label(), CheckboxInput: make('CheckboxInput', {}) }),
      'right',
    ],
    [
      'RangeInput',
      '.fd-rangeinput',
      (props) => make('RangeInput', props, [], { label: label(), SliderContainer: make('SliderContainer', {}) }),
      'top',
    ],
  ];
  for (const [type, root, build, usual] of builders)
    test.each(positions)(`${type}: %s`, async (labelPosition) => {
      const shown = await show(sources, [build(labelPosition === undefined ? {} : { labelPosition })]);
      await appears(shown, root);
      expect(shown.$(root).dataset['label']).toBe(labelPosition ?? usual);
      expect(shown.$$('label').length).toBe(labelPosition === 'hidden' ? 0 : 1);
      const control = await appears(shown, 'input, select, [role=slider]');
      if (labelPosition === 'hidden') expect(control.getAttribute('aria-label')).toBe('Name');
      else expect(shown.$<HTMLLabelElement>('label').htmlFor).toBe(control.id);
    });
  test('the texts that the editor keeps on the wrapper are not shown', async () => {
    const shown = await show(sources, [
      make('TextInput', { label: 'WRONG', placeholder: 'WRONG' }, [], {
        label: label(),
        input: make('Input', { placeholder: 'right' }),
      }),
    ]);
    expect(document.body.textContent).not.toContain('WRONG');
    expect(shown.$<HTMLInputElement>('input').placeholder).toBe('right');
  });
});

describe('fields', () => {
  test.each<[JsonObject, number, string]>([
    [{}, 1, 'right'],
    [{ revealPassword: true, eyePosition: 'left' }, 1, 'left'],
    [{ revealPassword: false }, 0, 'right'],
    [{ eyePosition: 'nonsense' }, 1, 'right'],
  ])('eye of %o', async (props, count, side) => {
    const shown = await show(sources, [input('L', 's', { type: 'password', ...props })]);
    expect(shown.$$('.q-eye').length).toBe(count);
    expect(shown.$('.q-password').dataset['eye']).toBe(side);
    if (count === 0) return;
    expect(shown.$('.q-eye').title).toBe('Show password');
    await shown.click('.q-eye');
    expect([shown.$<HTMLInputElement>('.fd-input').type, shown.$('.q-eye').title]).toEqual(['text', 'Hide password']);
    await shown.click('.q-eye');
    expect(shown.$<HTMLInputElement>('.fd-input').type).toBe('password');
  });
  test.each<[string, string, unknown]>([
    ['number', '', null],
    ['number', '0', 0],
    ['number', '-5.5', -5.5],
    ['number', '1,234.5', 1234.5],
    ['number', '1e5', 5],
    ['text', '', ''],
    ['textArea', 'a\nb', 'a\nb'],
  ])('%s field, "%s" typed', async (type, typed, expected) => {
    const path = type === 'number' ? 'n' : 's';
    const shown = await show(sources, [input('L', path, { type })]);
    await shown.type('.fd-input', typed);
    expect(shown.world.page.scope.read(path)).toBe(expected);
  });
  test('Enter writes at once, in a text area it does not', async () => {
    for (const [type, expected] of [
      ['text', 'new'],
      ['textArea', 'abc'],
    ] as const) {
      document.body.innerHTML = '';
      const shown = await show(sources, [input('L', 's', { type })]);
      await act(async () => {
        const field = shown.$<HTMLInputElement>('.fd-input');
        field.focus();
        Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field) as object, 'value')?.set?.call(field, 'new');
        field.dispatchEvent(new Event('input', { bubbles: true }));
        field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
      });
      expect(shown.world.page.scope.read('s')).toBe(expected);
    }
  });
  test('the steps of a duration and of the arrow keys', async () => {
    const shown = await show([sca('ms', 'duration', 0)], [input('L', 'ms', { type: 'duration' })]);
    await appears(shown, '.q-steps');
    await shown.click('.q-steps button:last-child');
    expect(shown.world.page.scope.read('ms')).toBe(60000);
    await shown.click('.q-steps button:first-child');
    await shown.click('.q-steps button:first-child');
    expect(shown.world.page.scope.read('ms')).toBe(-60000);
  });
  test('the calendar of a date: months and years back and forth', async () => {
    const shown = await show(sources, [input('L', 'd', { type: 'date' })]);
    await appears(shown, '.q-date-button');
    await shown.click('.q-date-button');
    const title = (): string => shown.$('.q-month-title').textContent ?? '';
    expect(title()).toContain('March 2025');
    const press = async (name: RegExp): Promise<string> => {
      await act(async () => {
        shown
          .$$('.q-month-bar button')
          .find((item) => name.test(item.getAttribute('aria-label') ?? ''))
          ?.click();
      });
      await shown.settle();
      return title();
    };
    expect(await press(/next month/i)).toContain('April 2025');
    expect(await press(/previous month/i)).toContain('March 2025');
    expect(await press(/next year/i)).toContain('March 2026');
    expect(await press(/previous year/i)).toContain('March 2025');
  });
});

describe('check marks and switches', () => {
  test.each<[JsonObject, string, string]>([
    [{}, 'checkbox', 'md'],
    [{ variant: 'switch', size: 'lg' }, 'switch', 'lg'],
    [{ variant: 'checkbox', size: 'sm' }, 'checkbox', 'sm'],
  ])('%o', async (props, variant, size) => {
    const shown = await show(sources, [check('C', 'b', props)]);
    const root = shown.$('.fd-checkbox').dataset;
    expect([root['variant'], root['size']]).toEqual([variant, size]);
    expect(shown.$('input').getAttribute('role')).toBe(variant === 'switch' ? 'switch' : null);
  });
});

describe('images', () => {
  test.each<[JsonObject, string | null]>([
    [{ datasource: 's', imgSrc: '/a.png', defaultImgSrc: '/d.png' }, 'abc'],
    [{ datasource: 'nothing', imgSrc: '/a.png', defaultImgSrc: '/d.png' }, '/d.png'],
    [{ datasource: 'nothing', defaultImgSrc: '/d.png' }, '/d.png'],
    [{ imgSrc: '/$shared/a.png' }, '/$shared/a.png'],
    [{ datasource: 'nothing' }, ''],
    [{}, ''],
    [{ datasource: 'book.cover', defaultImgSrc: '/d.png' }, '/d.png'],
  ])('%o shows %s', async (props, expected) => {
    const shown = await show(sources, [make('Image', { ...props, style: { objectFit: 'cover' } })]);
    await shown.settle();
    expect(shown.$('.fd-image img').getAttribute('src')).toBe(expected);
    if (expected) expect(shown.$('.fd-image img').style.objectFit).toBe('cover');
  });
  test('one that cannot be loaded gives way to the default, then to the sign of a missing one', async () => {
    const shown = await show(sources, [make('Image', { datasource: 's', defaultImgSrc: '/d.png' })]);
    await act(async () => {
      shown.$('.fd-image img').dispatchEvent(new Event('error'));
    });
    expect(shown.$('.fd-image img').getAttribute('src')).toBe('/d.png');
  });
});

describe('lists', () => {
  test.each<[JsonObject, string]>([
    [{}, 'vertical'],
    [{ orientation: 'vertical' }, 'vertical'],
    [{ orientation: 'horizontal' }, 'horizontal'],
    [{ orientation: 'diagonal' }, 'vertical'],
  ])('matrix %o', async (props, expected) => {
    const shown = await show(
      [sel('books')],
      [make('Matrix', { datasource: 'books', ...props }, [], { container: box({}, text('{$This.title}')) })],
    );
    await appears(shown, '.FdVirtualGrid');
    expect(shown.$('.FdVirtualGrid').dataset['orientation']).toBe(expected);
  });
  test.each<[JsonObject, string]>([
    [{}, 'line'],
    [{ variant: 'line' }, 'line'],
    [{ variant: 'enclosed' }, 'enclosed'],
  ])('tabs %o', async (props, expected) => {
    const shown = await show([], [make('Tabs', { tabs: [{ id: 'a', title: 'A' }], ...props }, [], { a: box({}) })]);
    expect(shown.$('.fd-tabs').dataset['variant']).toBe(expected);
  });
  test('arrays of scalars: $This is the value, in matrix, select box and table', async () => {
    const shown = await show(
      [sca('l', 'array', ['x', 'y'])],
      [
        make('Matrix', { datasource: 'l', gridProps: { styleboxHeight: 20 } }, [], {
          container: box({}, text('{$This}', {}, { classNames: ['m'] })),
        }),
        make('DataTable', { datasource: 'l', columns: [{ id: '1', title: 'V', source: '', width: 50 }] }),
      ],
    );
    await appears(shown, '.row .cell');
    await appears(shown, '.m');
    expect(shown.$$('.m').map((item) => item.textContent)).toEqual(['x', 'y']);
    expect(shown.$$('.row .cell').map((item) => item.textContent)).toEqual(['x', 'y']);
  });
  test('clearing a select box writes null, fires On Clear, and is not offered when nothing is chosen', async () => {
    const shown = await show(
      [sca('l', 'array', [{ n: 'x' }]), sca('one', 'object', { n: 'x' }), sca('hits', 'string', '')],
      [
        make(
          'SelectBox',
          {
            datasource: 'l',
            currentElement: 'one',
            events: [
              {
                type: 'simple-action',
                action: 'set',
                events: ['onclear'],
                datasource: { name: 'hits', set: { value: 'cleared', type: 'string' } },
              },
            ],
          },
          [],
          { container: box({}, text('{$This.n}')) },
        ),
      ],
    );
    await appears(shown, '.fd-selectbox__clear');
    await shown.click('.fd-selectbox__clear');
    expect([shown.world.page.scope.read('one'), shown.world.page.scope.read('hits')]).toEqual([null, 'cleared']);
    expect(shown.$$('.fd-selectbox__clear').length).toBe(0);
  });
});

describe('everything', () => {
  test('hidden is the eye of the editor: the component is there', async () => {
    const built = text('seen');
    (built.nodes[built.id] as JsonObject)['hidden'] = true;
    const shown = await show([], [built]);
    expect(shown.$('.fd-text').textContent).toBe('seen');
  });
  test('numbers of styles are pixels, empty texts are not set, unknown properties pass through', async () => {
    const shown = await show([], [box({ minHeight: 40, color: '', zIndex: 3, '--mine': 'x', fontSize: '20px' })]);
    const { style } = shown.$('.fd-stylebox');
    expect([style.minHeight, style.color, style.zIndex, style.getPropertyValue('--mine'), style.fontSize]).toEqual([
      '40px',
      '',
      '3',
      'x',
      '20px',
    ]);
  });
  test('aliases of names', async () => {
    const shown = await show(
      sources,
      [
        make('TextInput', {}, [], { label: make('Label', { text: 'L' }), input: make('Input', { qodlysource: 's' }) }),
        make('PageLoader', { Page: 'Inner' }),
      ],
      { pages: { Inner: { metadata: {}, components: { ROOT: { type: { resolvedName: 'Container' }, props: {}, nodes: [] } } } } },
    );
    expect(shown.$<HTMLInputElement>('input').value).toBe('abc');
    await appears(shown, '.fd-pageloader .fd-page');
  });
});
