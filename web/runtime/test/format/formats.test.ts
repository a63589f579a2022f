import { describe, expect, test } from 'vitest';
import { dayTest, monthWeeks } from '../../src/format/calendar';
import { formatDate } from '../../src/format/date';
import { formatDuration } from '../../src/format/duration';
import { formatText, formatValue } from '../../src/format/format';
import { formatNumber, numberColour } from '../../src/format/number';

// Those of some languages are written down in the code: they must be what the browser's tables say.
test.each([
  'en',
  'en-US',
  'en-GB',
  'en-CA',
  'en-AU',
  'de',
  'de-DE',
  'fr',
  'fr-FR',
  'es-MX',
  'ja',
  'ja-JP',
  'zh',
  'zh-CN',
  'it',
  'sv',
])('separators of numbers: %s', (locale) => {
  const options = { useGrouping: true, numberingSystem: 'latn', minimumFractionDigits: 1 } as const;
  expect(formatNumber(1234567.5, '#,##0.0', locale)).toBe(new Intl.NumberFormat(locale, options).format(1234567.5));
});

test.each<[number, string, string, string]>([
  [1234.5, '0', 'en', '1235'],
  [0.256, '0%', 'en', '26%'],
  [9876543, '#,##0', 'en', '9,876,543'],
  [12, '#,##0.00', 'en', '12.00'],
  [7.25, '#,##0.0', 'en', '7.3'],
  [19, '0 €', 'en', '19 €'],
  [1234.5, '#,##0.00', 'de', '1.234,50'],
  [-5, '0', 'en', '-5'],
  [-0.2, '0', 'en', '0'],
  [0, '#', 'en', ''],
  [5, '000', 'en', '005'],
  [-5, '0;(0)', 'en', '(5)'],
  [0, '0;-0;"zero"', 'en', 'zero'],
  [1.005, '0.00', 'en', '1.01'],
  [2.5, '0', 'en', '3'],
  [-2.5, '0', 'en', '-3'],
  [1.5, '0.##', 'en', '1.5'],
  [1, '0.##', 'en', '1'],
  [12, '"n" 0', 'en', 'n 12'],
  [1234.5, '', 'en', '1234.5'],
  [1234.5, '', 'fr', '1234,5'],
  [0.5, '#.0', 'en', '.5'],
  [12, '0 kg', 'en', '12 kg'],
  [0.1 + 0.2, '0.0', 'en', '0.3'],
  [1e15, '#,##0', 'en', '1,000,000,000,000,000'],
  [5, 'none', 'en', 'none'],
  [0.999, '0.00', 'en', '1.00'],
])('number %d %s (%s) -> %s', (value, mask, locale, expected) => {
  expect(formatNumber(value, mask, locale)).toBe(expected);
});

test.each<[string, string, string, string]>([
  ['2021-05-05', 'D', 'en', '125'],
  ['2021-05-05', 'dd/MM/yyyy', 'en', '05/05/2021'],
  ['2021-05-05T21:07:09', "HH 'h' mm", 'en', '21 h 07'],
  ['2021-05-05T19:00:00', 'K a', 'en', '7 PM'],
  ['1996-09-10', 'yy', 'en', '96'],
  ['1996-09-10', 'y', 'en', '1996'],
  ['1996-09-10', 'yyyyyy', 'en', '001996'],
  ['1996-09-10', 'M', 'en', '9'],
  ['1996-09-10', 'MM', 'en', '09'],
  ['1996-09-10', 'MMM', 'en', 'Sep'],
  ['1996-09-10', 'MMMM', 'en', 'September'],
  ['1996-09-10', 'MMMMM', 'en', 'S'],
  ['1996-09-10', 'QQQ', 'en', 'Q3'],
  ['1996-05-10', 'QQQQ', 'en', '2nd quarter'],
  ['1996-09-10', 'QQ', 'en', '03'],
  ['1996-09-10', 'EEE', 'en', 'Tue'],
  ['1996-09-10', 'EEEE', 'en', 'Tuesday'],
  ['1996-09-10', 'EEEEE', 'en', 'T'],
  ['1996-09-10', 'EEEEEE', 'en', 'Tu'],
  ['1996-09-10', 'e', 'en-US', '3'],
  ['1996-09-10', 'e', 'fr', '2'],
  ['1996-09-10', 'GGGG', 'en', 'Anno Domini'],
  ['1996-09-10', 'G', 'en', 'AD'],
  ['2021-01-01', 'Y', 'en', '2020'],
  ['2021-01-01', 'w', 'en', '53'],
  ['2021-05-05', "''yyyy", 'en', "'2021"],
  ['2021-05-05', 'd. MMMM yyyy', 'de', '5. Mai 2021'],
  ['2021-05-05', 'bogus?', 'en', 'bogus?'],
  ['2021-05-05T00:30:00', 'k', 'en', '24'],
  ['2021-05-05T00:30:00', 'h', 'en', '12'],
  ['2021-05-05T13:05:07', 'h:mm:ss a', 'en', '1:05:07 PM'],
  ['2021-05-05T12:00:00', 'b', 'en', 'noon'],
  ['2021-05-05T00:00:00', 'bbbb', 'en', 'midnight'],
  ['2021-05-05', '  yyyy  ', 'en', '2021'],
  ['2021-05-05', '', 'en-GB', '05/05/2021'],
  ['2021-05-05', 'Date short', 'en-US', '05/05/2021'],
  ['2021-05-05', 'Date long', 'en-US', 'Wednesday, May 5, 2021'],
  ['2021-05-05', 'Date abbreviated', 'en-GB', '5 May 2021'],
  ['2021-05-05', 'ISO date GMT', 'en', '2021-05-05T00:00:00.000Z'],
  ['2021-05-05', 'UTC String', 'en', 'Wed, 05 May 2021 00:00:00 GMT'],
  ['nonsense', 'yyyy', 'en', 'nonsense'],
])('date %s %s (%s) -> %s', (text, format, locale, expected) => {
  expect(formatDate(text, format, locale)).toBe(expected);
});

const hours = 3600000;
test.each<[number, string, string, string]>([
  [5, '[Red][<=10]', '5', 'red'],
  [11, '[Red][<=10]', '11', ''],
  [0, '[Red][=0];[Green][>0]', '0', 'red'],
  [3, '[Red][=0];[Green][>0]', '3', 'green'],
  [-3, '[Red][=0];[Green][>0]', '-3', ''],
  [1234.5, '[Blue]#,##0.00;[Red]-#,##0.00', '1,234.50', 'blue'],
  [-1234.5, '[Blue]#,##0.00;[Red]-#,##0.00', '-1,234.50', 'red'],
  [7, '[>=100]0 "big";0 "small"', '7 small', ''],
  [-7, '[>=100]0 "big";0 "small"', '-7 small', ''],
  [12, '[$€-407] 0.0', '€ 12.0', ''],
  [12, '0\\;0', '12;0', ''],
  [12, '[odd]0', '[odd]12', ''],
  [12, 'x 0', 'x 12', ''],
])('mask with brackets: %d %s -> %s %s', (value, mask, expected, colour) => {
  expect(formatNumber(value, mask, 'en')).toBe(expected);
  expect(numberColour(value, mask)).toBe(colour);
});

test.each<[number, string, string]>([
  [7500000, 'Simple', '02:05:00'],
  [7500000, '', '02:05:00'],
  [7500000, 'Without seconds', '02:05'],
  [7500000, 'Distance', 'about 2 hours'],
  [7500000, 'Distance with Suffix', 'in about 2 hours'],
  [7500000, 'Strict Distance', '2 hours'],
  [7500000, 'Strict Distance with Suffix', 'in 2 hours'],
  [-7500000, 'Distance with Suffix', 'about 2 hours ago'],
  [100 * hours, 'Simple', '100:00:00'],
  [20000, 'Distance', 'less than a minute'],
  [60000, 'Distance', '1 minute'],
  [10 * 60000, 'Distance', '10 minutes'],
  [60 * 60000, 'Distance', 'about 1 hour'],
  [30 * hours, 'Distance', '1 day'],
  [72 * hours, 'Distance', '3 days'],
  [7500000, 'HH:mm', '02:05'],
  [7500000, "H'h'", '2h'],
  [-60000, 'Simple', '-00:01:00'],
  [5000, 'Strict Distance', '5 seconds'],
])('duration %d %s -> %s', (value, format, expected) => {
  expect(formatDuration(value, format, 'en')).toBe(expected);
});

test.each<[string, string]>([
  ['UPPERCASE', 'PARIS LA NUIT'],
  ['U', 'PARIS LA NUIT'],
  ['lowercase', 'paris la nuit'],
  ['l', 'paris la nuit'],
  ['Capitalize', 'Paris la NUIT'],
  ['C', 'Paris la NUIT'],
  ['Capitalize Each Word', 'Paris La NUIT'],
  ['c', 'Paris La NUIT'],
  ['', 'paris la NUIT'],
  ['other', 'paris la NUIT'],
])('text %s', (format, expected) => {
  expect(formatText('paris la NUIT', format, 'en')).toBe(expected);
});

test.each<[unknown, string, string]>([
  [null, '', ''],
  [undefined, '', ''],
  [true, '', 'true'],
  [5, '', '5'],
  [[1, 2], '', '1, 2'],
  [{ a: 1 }, '', '{"a":1}'],
  ['2021-05-05', '', '05/05/2021'],
  ['2021-05-05', 'string', '2021-05-05'],
  ['a 2021-05-05', '', 'a 2021-05-05'],
])('value %j', (value, type, expected) => {
  expect(formatValue(value as null, '', type as 'string', 'en-GB')).toBe(expected);
});

describe('days that may be chosen', () => {
  const now = '2025-03-14';
  test.each<[string, object[], string, boolean]>([
    ['no rule', [], '2025-01-01', true],
    ['from', [{ include: true, type: 'startingFrom', params: { from: '2025-03-10' } }], '2025-03-09', false],
    ['from today', [{ include: true, type: 'startingfrom', params: { toDay: true } }], '2025-03-14', true],
    ['until', [{ include: true, type: 'until', params: { to: '2025-03-10' } }], '2025-03-10', true],
    ['until today', [{ include: true, type: 'untilto', params: { today: true } }], '2025-03-15', false],
    ['range', [{ include: true, type: 'range', params: { from: '2025-03-01', to: '2025-03-05' } }], '2025-03-05', true],
    ['outside', [{ include: true, type: 'range', params: { from: '2025-03-01', to: '2025-03-05' } }], '2025-03-06', false],
    ['excluded', [{ include: false, type: 'range', params: { from: '2025-03-01', to: '2025-03-05' } }], '2025-03-03', false],
    ['reversed range', [{ include: true, type: 'range', params: { from: '2025-03-05', to: '2025-03-01' } }], '2025-03-03', false],
    [
      'weekly',
      [{ include: true, type: 'range', params: { from: '2025-03-03', to: '2025-03-04', repeat: 'weekly' } }],
      '2025-03-11',
      true,
    ],
    [
      'weekly, other day',
      [{ include: true, type: 'range', params: { from: '2025-03-03', to: '2025-03-04', repeat: 'weekly' } }],
      '2025-03-12',
      false,
    ],
    [
      'monthly',
      [{ include: true, type: 'range', params: { from: '2025-03-03', to: '2025-03-04', repeat: 'monthly' } }],
      '2025-05-04',
      true,
    ],
    [
      'yearly',
      [{ include: true, type: 'range', params: { from: '2025-03-03', to: '2025-03-04', repeat: 'yearly' } }],
      '2027-03-03',
      true,
    ],
    [
      'weekdays',
      [{ include: false, type: 'days', params: { days: [{ label: 'Sunday', value: 'sunday' }] } }],
      '2025-03-16',
      false,
    ],
    ['inactive', [{ include: true, type: 'until', params: { to: '2020-01-01' }, active: false }], '2025-03-10', true],
    [
      'two including',
      [
        { include: true, type: 'until', params: { to: '2020-01-01' } },
        { include: true, type: 'startingFrom', params: { from: '2025-01-01' } },
      ],
      '2025-03-10',
      true,
    ],
  ])('%s', (_, rules, day, expected) => {
    expect(dayTest(rules as never, now)(day)).toBe(expected);
  });
  test('weeks of a month', () => {
    const weeks = monthWeeks('2025-03-14', 1);
    expect(weeks[0]?.[0]).toBe('2025-02-24');
    expect(weeks[5]?.[6]).toBe('2025-04-06');
  });
});
