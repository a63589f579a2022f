// @vitest-environment jsdom
// Fields in the languages that people type in (pages 14, 15.7, 17).
import { act } from 'react';
import { describe, expect, test } from 'vitest';
import { readTime } from '../../src/components/time_field';
import { formatDate, firstWeekday, readDate } from '../../src/format/date';
import { formatValue } from '../../src/format/format';
import { intervalProblem } from '../../src/format/calendar';
import { formatNumber, plainDigits } from '../../src/format/number';
import { plainColour, readableOn } from '../../src/css/palette';
import { sca } from '../data/scenario';
import { input, make } from '../mock/pages';
import { show, watchComplaints } from './show';

watchComplaints();

test('a day chosen in the calendar stays when the field is left', async () => {
  const shown = await show([sca('d', 'date', '2025-03-14')], [input('L', 'd', { type: 'date' })]);
  for (let i = 0; i < 60 && shown.$<HTMLInputElement>('input').disabled; i++) await shown.settle();
  await act(async () => {
    shown.$('input').focus();
    shown.$('input').dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true }));
  });
  await shown.click('[aria-label="Thursday, March 20, 2025"]');
  await act(async () => {
    shown.$('input').blur();
  });
  await shown.settle();
  expect(shown.world.page.scope.read('d')).toBe('2025-03-20');
  expect(shown.$<HTMLInputElement>('input').value).toBe('03/20/2025');
});

describe('typed text', () => {
  test.each([
    ['9', 9 * 3600000],
    ['9:30', 9.5 * 3600000],
    ['09:30:15', 34215000],
    ['9:30 pm', 21.5 * 3600000],
    ['12:00 am', 0],
    ['12:15 PM', 12.25 * 3600000],
    ['13:00 pm', null],
    ['0:30 am', null],
    ['٩:٣٠', 9.5 * 3600000],
    ['soon', null],
  ])('time %s', (text, expected) => {
    expect(readTime(text)).toBe(expected);
  });
  test.each([
    ['en-US', '3/14/2025', '2025-03-14'],
    ['de', '14.3.2025', '2025-03-14'],
    ['ja', '2025/3/14', '2025-03-14'],
    ['ar-EG', '١٤/٣/٢٠٢٥', '2025-03-14'],
    ['fa', '۲۰۲۵/۳/۱۴', '2025-03-14'],
    ['th', '14/3/2025', '2025-03-14'],
    ['en-US', '2/30/2025', undefined],
  ])('date in %s: %s', (locale, text, expected) => {
    expect(readDate(text, locale)).toBe(expected);
  });
  test.each(['en-US', 'de', 'ja', 'ar-EG', 'ar-SA', 'fa', 'th', 'he', 'hi', 'bn', 'zh-TW'])(
    'what is shown in %s can be typed',
    (locale) => {
      expect(readDate(formatDate('2025-03-14', '', locale), locale)).toBe('2025-03-14');
    },
  );
  test('digits and separators of other scripts', () => {
    expect(plainDigits('١٬٢٣٤٫٥ ۶ ७ ８')).toBe('1,234.5 6 7 8');
  });
  test.each([
    ['ar-EG', '1,234.50'],
    ['fa', '1,234.50'],
    ['de', '1.234,50'],
    ['fr', '1\u202f234,50'],
    ['hi', '1,234.50'],
  ])('a mask in %s', (locale, expected) => {
    expect(formatNumber(1234.5, '#,##0.00', locale)).toBe(expected);
  });
  test('a number is typed in Arabic digits', async () => {
    const shown = await show([sca('n', 'number', 1)], [input('L', 'n', { type: 'number' })]);
    await shown.type('input.fd-input', '١٢٫٥');
    expect(shown.world.page.scope.read('n')).toBe(12.5);
  });
  test('long digits with a letter are refused at once', async () => {
    const shown = await show([sca('n', 'number', 1)], [input('L', 'n', { type: 'number' })]);
    await shown.type('input.fd-input', `${'1'.repeat(60)}x`);
    expect(shown.world.page.scope.read('n')).toBe(1);
  });
  test('twelve hours', async () => {
    const shown = await show(
      [sca('ms', 'duration', 14.5 * 3600000)],
      [input('L', 'ms', { type: 'time', twentyFourHours: false })],
    );
    for (let i = 0; i < 60 && shown.$<HTMLInputElement>('input').disabled; i++) await shown.settle();
    expect(shown.$<HTMLInputElement>('input').value).toBe('2:30 PM');
    await shown.type('input.fd-input', '9:15 pm');
    expect(shown.world.page.scope.read('ms')).toBe(21.25 * 3600000);
  });
});

test.each([
  ['1', 'en-US', 1],
  ['0', 'de', 7],
  [7, 'en-US', 7],
  ['sunday', 'de', 7],
  ['Monday', 'en-US', 1],
  ['', 'en-US', 7],
  [undefined, 'de', 1],
  ['nonsense', 'de', 1],
])('the week that is written as %s begins in %s with %s', (source, locale, expected) => {
  expect(firstWeekday(source, locale)).toBe(expected);
});

test('an interval that begins after its end is told', () => {
  const range = (from: string, to: string, active = true) => ({ include: true, type: 'range', params: { from, to }, active });
  expect(intervalProblem([range('2025-05-01', '2025-04-01')])).toMatch(/after its end/);
  expect(intervalProblem([range('2025-04-01', '2025-05-01'), range('2025-05-01', '2025-04-01', false), 5, null])).toBe('');
});

test.each(['!00-00-00!', '00-00-00', '0000-00-00', '0000-00-00T00:00:00Z'])('the blank date %s shows nothing', (text) => {
  expect(formatDate(text, 'Date long', 'en-US')).toBe('');
  expect(formatValue(text, '', 'date', 'en-US')).toBe('');
});

describe('colours out of data', () => {
  test.each([
    ['#fff', '#fff'],
    [' #5BBDBD', '#5BBDBD'],
    ['rebeccapurple', 'rebeccapurple'],
    ['rgba(34,139,230,.12)', 'rgba(34,139,230,.12)'],
    ['hsl(120deg 50% 50% / 0.5)', 'hsl(120deg 50% 50% / 0.5)'],
    ['var(--accent)', 'var(--accent)'],
    ['url(https://evil/x)', ''],
    ['red;background:url(x)', ''],
    ['image-set("x")', ''],
    [5, ''],
    [null, ''],
  ])('%s', (source, expected) => {
    expect(plainColour(source)).toBe(expected);
  });
  test.each([
    ['#000', '#fff'],
    ['#ffffff', '#0b1020'],
    ['#4169E1', '#fff'],
    ['rgb(250, 240, 10)', '#0b1020'],
    ['teal', undefined],
  ])('text on %s', (source, expected) => {
    expect(readableOn(source)).toBe(expected);
  });
});

describe('pictures', () => {
  const picture = async (props: Record<string, string>, value: string | null): Promise<string | null> => {
    const shown = await show([sca('p', 'string', value)], [make('Image', props)]);
    return shown.$('.fd-image img').getAttribute('src');
  };
  test.each([
    [{ datasource: 'p', imgSrc: '/fixed.png', defaultImgSrc: '/default.png' }, '/bound.png', '/bound.png'],
    [{ datasource: 'p', imgSrc: '/fixed.png', defaultImgSrc: '/default.png' }, null, '/default.png'],
    [{ datasource: 'p', imgSrc: '/fixed.png' }, null, '/fixed.png'],
    [{ datasource: '', imgSrc: '/fixed.png', defaultImgSrc: '/default.png' }, null, '/fixed.png'],
    [{ imgSrc: 'javascript:alert(1)' }, null, 'about:blank'],
    [{ imgSrc: 'data:text/html,<script>' }, null, 'about:blank'],
    [{ imgSrc: 'data:image/png;base64,AA==' }, null, 'data:image/png;base64,AA=='],
  ])('%o with %s', async (props, value, expected) => {
    expect(await picture(props as Record<string, string>, value)).toBe(expected);
  });
  test('one that can be pressed has a name', async () => {
    const shown = await show(
      [],
      [make('Image', { imgSrc: '/a.png', serverSideRef: 'logo', events: [{ type: 'dialog', events: ['onclick'] }] })],
    );
    expect(shown.$('.fd-image[role=button] img').getAttribute('alt')).toBe('logo');
  });
});
