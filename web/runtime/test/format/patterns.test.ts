// Every row of the tables of formats (pages 14), edges included.
import { describe, expect, test } from 'vitest';
import { formatDate, formatPattern } from '../../src/format/date';
import { formatDuration } from '../../src/format/duration';
import { formatText, formatValue } from '../../src/format/format';
import { formatNumber } from '../../src/format/number';

/** 10 September 1996, a Tuesday. */
const day = '1996-09-10';
const at = (time: string): string => `1996-09-10T${time}`;

describe('symbols of dates', () => {
  test.each<[string, string, string]>([
    [day, 'G', 'AD'],
    [day, 'GG', 'AD'],
    [day, 'GGG', 'AD'],
    [day, 'GGGG', 'Anno Domini'],
    [day, 'GGGGG', 'A'],
    [day, 'yy', '96'],
    [day, 'y', '1996'],
    [day, 'yyy', '1996'],
    [day, 'yyyy', '1996'],
    ['0096-01-01', 'yyyy', '0096'],
    ['2005-01-01', 'yy', '05'],
    ['1996-12-31', 'Y', '1997'],
    ['1996-12-31', 'y', '1996'],
    ['4601-01-02', 'u', '4601'],
    [day, 'uuuuuu', '001996'],
    ['1996-01-31', 'Q', '1'],
    ['1996-04-01', 'Q', '2'],
    ['1996-04-01', 'QQ', '02'],
    ['1996-04-01', 'QQQ', 'Q2'],
    ['1996-04-01', 'QQQQ', '2nd quarter'],
    ['1996-01-01', 'QQQQ', '1st quarter'],
    ['1996-07-01', 'QQQQ', '3rd quarter'],
    ['1996-12-31', 'QQQQ', '4th quarter'],
    ['1996-04-01', 'QQQQQ', '2'],
    ['1996-04-01', 'q', '2'],
    ['1996-04-01', 'qq', '02'],
    ['1996-04-01', 'qqq', 'Q2'],
    ['1996-04-01', 'qqqq', '2nd quarter'],
    ['1996-04-01', 'qqqqq', '2'],
    [day, 'L', '9'],
    [day, 'LL', '09'],
    [day, 'LLL', 'Sep'],
    [day, 'LLLL', 'September'],
    [day, 'LLLLL', 'S'],
    ['1996-01-08', 'w', '2'],
    ['1996-01-08', 'ww', '02'],
    ['1996-07-08', 'ww', '28'],
    ['1996-09-02', 'd', '2'],
    ['1996-09-02', 'dd', '02'],
    ['1997-07-08', 'D', '189'],
    ['1997-01-08', 'D', '8'],
    ['1997-01-08', 'DDD', '008'],
    ['1996-12-31', 'D', '366'],
    [day, 'E', 'Tue'],
    [day, 'EE', 'Tue'],
    [day, 'EEE', 'Tue'],
    [day, 'EEEE', 'Tuesday'],
    [day, 'EEEEE', 'T'],
    [day, 'EEEEEE', 'Tu'],
    [day, 'eee', 'Tue'],
    [day, 'eeee', 'Tuesday'],
    [day, 'eeeee', 'T'],
    [day, 'eeeeee', 'Tu'],
    ['1996-09-09', 'e', '2'],
    ['1996-09-09', 'ee', '02'],
    ['1996-09-09', 'c', '2'],
    ['1996-09-09', 'cc', '2'],
    [day, 'ccc', 'Tue'],
    [day, 'cccc', 'Tuesday'],
    [day, 'ccccc', 'T'],
    [day, 'cccccc', 'Tu'],
    [at('15:00:00'), 'a', 'PM'],
    [at('15:00:00'), 'aa', 'PM'],
    [at('15:00:00'), 'aaa', 'PM'],
    [at('15:00:00'), 'aaaa', 'PM'],
    [at('15:00:00'), 'aaaaa', 'p'],
    [at('03:00:00'), 'a', 'AM'],
    [at('03:00:00'), 'aaaaa', 'a'],
    [at('00:00:00'), 'b', 'mid.'],
    [at('00:00:00'), 'bbb', 'mid.'],
    [at('00:00:00'), 'bbbb', 'midnight'],
    [at('00:00:00'), 'bbbbb', 'md'],
    [at('12:00:00'), 'bbbb', 'noon'],
    [at('12:00:00'), 'bbbbb', 'n'],
    [at('15:00:00'), 'b', 'PM'],
    [at('22:00:00'), 'B', 'at night'],
    [at('22:00:00'), 'BBB', 'at night'],
    [at('22:00:00'), 'BBBB', 'at night'],
    [at('22:00:00'), 'BBBBB', 'at night'],
    [at('09:00:00'), 'B', 'in the morning'],
    [at('00:05:09'), 'h', '12'],
    [at('13:05:09'), 'hh', '01'],
    [at('00:05:09'), 'H', '0'],
    [at('09:05:09'), 'HH', '09'],
    [at('23:05:09'), 'H', '23'],
    [at('12:05:09'), 'K', '0'],
    [at('19:05:09'), 'KK', '07'],
    [at('00:05:09'), 'k', '24'],
    [at('01:05:09'), 'kk', '01'],
    [at('01:04:09'), 'm', '4'],
    [at('01:04:09'), 'mm', '04'],
    [at('01:04:05'), 's', '5'],
    [at('01:04:05'), 'ss', '05'],
  ])('%s %s is %s', (text, pattern, expected) => {
    expect(formatDate(text, pattern, 'en')).toBe(expected);
  });

  test.each<[string, string]>([
    ["'day' d", 'day 10'],
    ["''", "'"],
    ["d ''yy", "10 '96"],
    ["'it''s' d", "it's 10"],
    ['dd/MM/yyyy', '10/09/1996'],
    ['d.M.yy', '10.9.96'],
    ['  d  ', '10'],
    ["'  'd'  '", '  10  '],
    ['d, MMM', '10, Sep'],
    ['yyyy年M月', '1996年9月'],
    ['l', 'l'],
    ['yyyy nonsense', 'yyyy nonsense'],
    ['dd-MM-yyyy?', '10-09-1996?'],
  ])('pattern %s gives %s', (pattern, expected) => {
    expect(formatDate(day, pattern, 'en')).toBe(expected);
  });

  test.each<[string, string, string]>([
    ['fr', 'EEEE d MMMM yyyy', 'mardi 10 septembre 1996'],
    ['de', 'EEEE, d. MMMM', 'Dienstag, 10. September'],
    ['es', 'MMMM', 'septiembre'],
    ['it', 'EEEE', 'martedì'],
    ['ja', 'MMMM', '9月'],
    ['pl', 'd MMMM', '10 września'],
    ['pl', 'LLLL', 'wrzesień'],
    ['fr', 'Date long', 'mardi 10 septembre 1996'],
    ['de', 'Date short', '10.09.1996'],
    ['de', 'Date abbreviated', '10. Sept. 1996'],
    ['fr', 'Date abbreviated', '10 sept. 1996'],
    ['en-US', 'Date short', '09/10/1996'],
    ['en-US', 'date short', '09/10/1996'],
    ['ar-EG', 'd/M/yyyy', '10/9/1996'],
    ['en', 'ISO date GMT', '1996-09-10T00:00:00.000Z'],
    ['ja', 'UTC String', 'Tue, 10 Sep 1996 00:00:00 GMT'],
  ])('%s: %s gives %s', (locale, format, expected) => {
    expect(formatDate(day, format, locale)).toBe(expected);
  });
});

/** A point in time as it is read in a zone that many seconds east of Greenwich. */
class Zoned extends Date {
  constructor(
    text: string,
    private readonly seconds: number,
  ) {
    super(text);
  }
  private get local(): Date {
    return new Date(this.getTime() + this.seconds * 1000);
  }
  override getFullYear = (): number => this.local.getUTCFullYear();
  override getMonth = (): number => this.local.getUTCMonth();
  override getDate = (): number => this.local.getUTCDate();
  override getHours = (): number => this.local.getUTCHours();
  override getMinutes = (): number => this.local.getUTCMinutes();
  override getSeconds = (): number => this.local.getUTCSeconds();
}

describe('zones', () => {
  const [pacific, india, old] = [-8 * 3600, 5.5 * 3600, -(7 * 3600 + 52 * 60 + 58)];
  test.each<[number, string, string]>([
    [pacific, 'X', '-08'],
    [india, 'X', '+0530'],
    [0, 'X', 'Z'],
    [0, 'XX', 'Z'],
    [0, 'XXX', 'Z'],
    [0, 'XXXX', 'Z'],
    [0, 'XXXXX', 'Z'],
    [pacific, 'XX', '-0800'],
    [pacific, 'XXX', '-08:00'],
    [pacific, 'XXXX', '-0800'],
    [pacific, 'XXXXX', '-08:00'],
    [old, 'XXX', '-07:52'],
    [old, 'XXXX', '-075258'],
    [old, 'XXXXX', '-07:52:58'],
    [old, 'xxxxx', '-07:52:58'],
    [0, 'x', '+00'],
    [0, 'xx', '+0000'],
    [0, 'xxx', '+00:00'],
    [india, 'x', '+0530'],
    [india, 'xxx', '+05:30'],
    [pacific, 'O', 'GMT-8'],
    [pacific, 'OOOO', 'GMT-08:00'],
    [india, 'O', 'GMT+5:30'],
    [0, 'O', 'GMT'],
    [0, 'OOOO', 'GMT+00:00'],
    [pacific, 'z', '-0800'],
    [pacific, 'zzz', '-0800'],
    [pacific, 'zzzz', 'GMT-08:00'],
    [pacific, 'zzzzz', '-08:00'],
    [pacific, 'yyyy-MM-dd HH:mm', '2020-03-01 04:00'],
    [india, 'HH:mm', '17:30'],
  ])('%d seconds, %s is %s', (seconds, pattern, expected) => {
    expect(formatPattern(new Zoned('2020-03-01T12:00:00Z', seconds), pattern, 'en')).toBe(expected);
  });
});

describe('masks of numbers', () => {
  test.each<[number, string, string, string]>([
    [0, '0', 'en', '0'],
    [0.5, '0', 'en', '1'],
    [-0.5, '0', 'en', '-1'],
    [0.49999999999999994, '0', 'en', '0'],
    [1234.5, '#,##0', 'en', '1,235'],
    [999, '#,##0', 'en', '999'],
    [1000, '#,##0', 'en', '1,000'],
    [-9876543.21, '#,##0.00', 'en', '-9,876,543.21'],
    [1.005, '0%', 'en', '101%'],
    [0.1234, '0.0%', 'en', '12.3%'],
    [-0.256, '0%', 'en', '-26%'],
    [0.07, '0%', 'en', '7%'],
    [0.57, '0%', 'en', '57%'],
    [12, '"100%" 0', 'en', '100% 12'],
    [3, '0 "km/h"', 'en', '3 km/h'],
    [3, '€ 0.00', 'en', '€ 3.00'],
    [1234567.891, '#,##0.00', 'fr', '1\u202f234\u202f567,89'],
    [1234567.891, '#,##0.00', 'de', '1.234.567,89'],
    [1234567.891, '#,##0.00', 'es', '1.234.567,89'],
    [5, '0;(0);"none"', 'en', '5'],
    [-5, '0;(0);"none"', 'en', '(5)'],
    [0, '0;(0);"none"', 'en', 'none'],
    [0, '0;(0)', 'en', '0'],
    [-5, '0;;', 'en', ''],
    [1, '00.00', 'en', '01.00'],
    [1.5, '#.##', 'en', '1.5'],
    [1e-7, '0.00', 'en', '0.00'],
    [-1e-7, '0.00', 'en', '0.00'],
    [1e21, '#,##0', 'en', '1,000,000,000,000,000,000,000'],
    [1e-7, '', 'en', '1e-7'],
    [1.1, '', 'de', '1,1'],
    [1234567, '', 'en', '1234567'],
    [8.345, '0.00', 'en', '8.35'],
    [-8.345, '0.00', 'en', '-8.35'],
    [1.45, '0.0', 'en', '1.5'],
  ])('%d with %s in %s is %s', (value, mask, locale, expected) => {
    expect(formatNumber(value, mask, locale)).toBe(expected);
  });
});

describe('durations', () => {
  const second = 1000;
  const minute = 60 * second;
  const hour = 60 * minute;
  const days = 24 * hour;
  test.each<[number, string]>([
    [0, 'less than a minute'],
    [29.9 * second, 'less than a minute'],
    [30 * second, '1 minute'],
    [89 * second, '1 minute'],
    [90 * second, '2 minutes'],
    [44.4 * minute, '44 minutes'],
    [44.5 * minute, 'about 1 hour'],
    [89.4 * minute, 'about 1 hour'],
    [89.5 * minute, 'about 1 hour'],
    [90 * minute, 'about 2 hours'],
    [23 * hour, 'about 23 hours'],
    [24 * hour, '1 day'],
    [41.9 * hour, '1 day'],
    [42 * hour, '2 days'],
    [29 * days, '29 days'],
    [30 * days, 'about 1 month'],
    [61 * days, '2 months'],
    [200 * days, '7 months'],
    [366 * days, 'about 1 year'],
    [800 * days, 'about 2 years'],
  ])('distance of %d: %s', (value, expected) => {
    expect(formatDuration(value, 'Distance', 'en')).toBe(expected);
  });
  test.each<[number, string, string]>([
    [0, 'Strict Distance', '0 seconds'],
    [1 * second, 'Strict Distance', '1 second'],
    [59 * second, 'Strict Distance', '59 seconds'],
    [minute, 'Strict Distance', '1 minute'],
    [90 * minute, 'Strict Distance', '2 hours'],
    [23 * hour, 'Strict Distance', '23 hours'],
    [36 * hour, 'Strict Distance', '2 days'],
    [31 * days, 'Strict Distance', '1 month'],
    [400 * days, 'Strict Distance', '1 year'],
    [-7500000, 'Strict Distance with Suffix', '2 hours ago'],
    [-7500000, 'Strict Distance', '2 hours'],
    [-7500000, 'Distance', 'about 2 hours'],
    [0, 'Simple', '00:00:00'],
    [999, 'Simple', '00:00:00'],
    [25 * hour, 'Simple', '25:00:00'],
    [25 * hour + 59 * second, 'Without seconds', '25:00'],
    [-90 * minute, 'Without seconds', '-01:30'],
    [7500000, 'HH:mm', '02:05'],
    [7500000, 'hh:mm', '02:05'],
    [7500000, 'H:mm:ss', '2:05:00'],
    [14 * hour, 'hh:mm a', '02:00 PM'],
    [14 * hour, 'hh:mm', '02:00'],
    [7500000, "H 'h' m 'min'", '2 h 5 min'],
  ])('%d as %s: %s', (value, format, expected) => {
    expect(formatDuration(value, format, 'en')).toBe(expected);
  });
  test.each<[string, string, string]>([
    ['fr', 'Distance with Suffix', 'dans environ 2 heures'],
    ['de', 'Strict Distance', '2 Stunden'],
    ['es', 'Distance', 'alrededor de 2 horas'],
  ])('%s: %s', (locale, format, expected) => {
    expect(formatDuration(7500000, format, locale).replace(/\u00a0/g, ' ')).toBe(expected);
  });
});

describe('texts and other values', () => {
  test.each<[string, string, string]>([
    ['C', 'élan vital', 'Élan vital'],
    ['c', "l'été indien", "L'été Indien"],
    ['c', 'jean-paul', 'Jean-Paul'],
    ['U', 'straße', 'STRASSE'],
    ['l', 'ÉLAN', 'élan'],
    ['C', '', ''],
    ['C', 'ß', 'SS'],
    ['Capitalize Each Word', 'a  b', 'A  B'],
  ])('%s of %s', (format, value, expected) => {
    expect(formatText(value, format, 'en')).toBe(expected);
  });
  test.each<[string, string]>([
    ['tr', 'İI'],
    ['en', 'II'],
  ])('capitals follow the language: %s', (locale, expected) => {
    expect(formatText('iı', 'U', locale)).toBe(expected);
  });
  test.each<[unknown, string, string, string]>([
    [null, '#,##0', 'number', ''],
    [undefined, 'Date long', 'date', ''],
    [0, '', 'number', '0'],
    [false, '', 'bool', 'false'],
    [7500000, '', 'duration', '02:05:00'],
    [7500000, '', 'number', '7500000'],
    ['!00-00-00!', '', 'date', ''],
    ['abc', '#,##0', 'number', 'abc'],
    ['abc', 'Date long', 'date', 'abc'],
    [12, 'U', 'string', '12'],
    [[], '', '', ''],
    [[{ a: 1 }], '', '', '{"a":1}'],
    [{}, '', '', '{}'],
  ])('%j with "%s" of %s', (value, format, type, expected) => {
    expect(formatValue(value as null, format, type as 'string', 'en')).toBe(expected);
  });
});
