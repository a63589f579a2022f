// Date and time presets and patterns (pages 14.3).
import { table } from '../base/json';
import { toIso, weekdayNumber } from './calendar';
import { plainDigits } from './number';

/** A point in time taken apart; `zoned` tells whether it has a time of day. */
interface Parts {
  date: Date;
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  ms: number;
  /** Seconds east of Greenwich. */
  offset: number;
}

export function parseDate(text: string): { date: Date; dateOnly: boolean } | null {
  const only = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (only) {
    const date = new Date(Number(only[1]), Number(only[2]) - 1, Number(only[3]));
    if (Number(only[1]) < 100) date.setFullYear(Number(only[1]));
    return { date, dateOnly: true };
  }
  const time = Date.parse(text);
  return Number.isNaN(time) ? null : { date: new Date(time), dateOnly: false };
}

const presets: Readonly<Record<string, Intl.DateTimeFormatOptions>> = table({
  'date short': { day: '2-digit', month: '2-digit', year: 'numeric' },
  'date long': { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
  'date abbreviated': { day: 'numeric', month: 'short', year: 'numeric' },
});

/** The date that is none: shown as nothing. */
const blank = /^!{0,2}0{2,4}-00-00/;

export function formatDate(text: string, format: string, locale: string): string {
  if (blank.test(text)) return '';
  const parsed = parseDate(text);
  if (!parsed) return text;
  const name = format.trim().toLowerCase();
  const preset = presets[name === '' ? 'date short' : name];
  if (preset) return intl(locale, preset).format(parsed.date);
  const utc = parsed.dateOnly ? new Date(`${text}T00:00:00Z`) : parsed.date;
  if (name === 'iso date gmt') return utc.toISOString();
  if (name === 'utc string') return utc.toUTCString();
  return formatPattern(parsed.date, format, locale);
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function intl(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const id = `${locale}|${JSON.stringify(options)}`;
  let found = formatters.get(id);
  if (!found) {
    found = new Intl.DateTimeFormat(locale, { calendar: 'gregory', numberingSystem: 'latn', ...options });
    formatters.set(id, found);
  }
  return found;
}

/** Name of a day (ISO) in a language: what of it is told stands in `options`. */
export function dayName(locale: string, iso: string, options: Intl.DateTimeFormatOptions): string {
  return intl(locale, { ...options, timeZone: 'UTC' }).format(new Date(`${iso}T00:00:00Z`));
}

/** A time of day, milliseconds after midnight, in 12 or 24 hours. */
export function timeName(locale: string, ms: number, half: boolean): string {
  const options: Intl.DateTimeFormatOptions = half
    ? { hour: 'numeric', minute: '2-digit', hour12: true, timeZone: 'UTC' }
    : { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: 'UTC' };
  return intl(locale, options).format(ms);
}

function name(date: Date, locale: string, options: Intl.DateTimeFormatOptions, type: Intl.DateTimeFormatPartTypes): string {
  return (
    intl(locale, options)
      .formatToParts(date)
      .find((part) => part.type === type)?.value ?? ''
  );
}

export function formatPattern(date: Date, pattern: string, locale: string): string {
  const parts: Parts = {
    date,
    year: date.getFullYear(),
    month: date.getMonth() + 1,
    day: date.getDate(),
    hour: date.getHours(),
    minute: date.getMinutes(),
    second: date.getSeconds(),
    ms: date.getMilliseconds(),
    offset: offsetOf(date),
  };
  let result = '';
  for (const match of pattern.trim().matchAll(/''|'((?:[^']|'')*)'?|([A-Za-z])\2*|[^A-Za-z']+/g)) {
    const token = match[0];
    if (token === "''") result += "'";
    else if (token.startsWith("'")) result += (match[1] ?? '').replace(/''/g, "'");
    else if (match[2]) {
      const symbol = symbols[match[2]];
      if (!symbol) return pattern;
      result += symbol(parts, token.length, locale);
    } else result += token;
  }
  return result;
}

/** Seconds of the local time before UTC: zones before standard time were no whole minutes apart. */
function offsetOf(date: Date): number {
  const local = new Date(0);
  local.setUTCFullYear(date.getFullYear(), date.getMonth(), date.getDate());
  local.setUTCHours(date.getHours(), date.getMinutes(), date.getSeconds(), date.getMilliseconds());
  return Math.round((local.getTime() - date.getTime()) / 1000);
}

type Symbol = (parts: Parts, count: number, locale: string) => string;

function pad(value: number, count: number): string {
  return value < 0 ? `-${String(-value).padStart(count, '0')}` : String(value).padStart(count, '0');
}

function width(
  count: number,
  short: Intl.DateTimeFormatOptions['month'] & ('long' | 'short' | 'narrow') = 'short',
): 'long' | 'short' | 'narrow' {
  return count === 4 ? 'long' : count === 5 ? 'narrow' : short;
}

const monthSymbol =
  (alone: boolean): Symbol =>
  (p, count, locale) => {
    if (count <= 2) return pad(p.month, count);
    const options: Intl.DateTimeFormatOptions = { month: width(count) };
    const text = name(p.date, locale, alone ? options : { ...options, day: 'numeric' }, 'month').replace(/\.$/, '');
    return count !== 5 && /^\d+$/.test(text) ? intl(locale, options).format(p.date) : text;
  };

const weekday: Symbol = (p, count, locale) => {
  if (count === 6) return name(p.date, locale, { weekday: 'short' }, 'weekday').slice(0, 2);
  return name(p.date, locale, { weekday: width(count) }, 'weekday').replace(/\.$/, '');
};

/** First day of the week: 1 = Monday … 7 = Sunday. */
export function weekStart(locale: string): number {
  const info = new Intl.Locale(locale) as Intl.Locale & {
    weekInfo?: { firstDay: number };
    getWeekInfo?: () => { firstDay: number };
  };
  return info.getWeekInfo?.().firstDay ?? info.weekInfo?.firstDay ?? (/^en(-US|-CA|$)|^ja|^he|^pt-BR/.test(locale) ? 7 : 1);
}

/** First weekday, 1 = Monday … 7 = Sunday: a name, a number counted from Sunday = 0, or the locale's. */
export function firstWeekday(source: unknown, locale: string): number {
  const name = typeof source === 'string' ? source.trim() : '';
  const written = typeof source === 'number' ? source : /^[0-7]$/.test(name) ? Number(name) : NaN;
  if (Number.isNaN(written)) return weekdayNumber(name) || weekStart(locale);
  return written === 0 ? 7 : written;
}

const localWeekday: Symbol = (p, count, locale) => {
  if (count > 2) return weekday(p, count, locale);
  const iso = p.date.getDay() === 0 ? 7 : p.date.getDay();
  return pad(((iso - weekStart(locale) + 7) % 7) + 1, count);
};
const localWeekdayAlone: Symbol = (p, count, locale) => localWeekday(p, count === 2 ? 1 : count, locale);

function isoWeek(date: Date): { year: number; week: number } {
  const day = new Date(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()));
  day.setUTCDate(day.getUTCDate() + 4 - (day.getUTCDay() || 7));
  const first = Date.UTC(day.getUTCFullYear(), 0, 1);
  return { year: day.getUTCFullYear(), week: Math.ceil(((day.getTime() - first) / 86400000 + 1) / 7) };
}

function dayOfYear(date: Date): number {
  return (
    Math.round((Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) - Date.UTC(date.getFullYear(), 0, 1)) / 86400000) +
    1
  );
}

function year(value: number, count: number): string {
  return count === 2 ? pad(Math.abs(value) % 100, 2) : pad(value, count);
}

const quarter: Symbol = (p, count) => {
  const value = Math.ceil(p.month / 3);
  if (count <= 2) return pad(value, count);
  if (count === 3) return `Q${value}`;
  if (count === 4) return `${value}${['st', 'nd', 'rd', 'th'][value - 1] ?? 'th'} quarter`;
  return String(value);
};

const dayHalf: Symbol = (p, count, locale) => {
  const text = name(p.date, locale, { hour: 'numeric', hour12: true }, 'dayPeriod') || (p.hour < 12 ? 'AM' : 'PM');
  return count === 5 ? text.slice(0, 1).toLowerCase() : text;
};

const noon: Symbol = (p, count, locale) => {
  if (p.minute === 0 && p.second === 0 && (p.hour === 12 || p.hour === 0)) {
    const [short, long, narrow] = p.hour === 12 ? ['noon', 'noon', 'n'] : ['mid.', 'midnight', 'md'];
    return (count === 4 ? long : count === 5 ? narrow : short) ?? '';
  }
  return dayHalf(p, count, locale);
};

const dayPeriod: Symbol = (p, count, locale) =>
  name(p.date, locale, { hour: 'numeric', hour12: true, dayPeriod: width(count) }, 'dayPeriod');

interface Offset {
  sign: string;
  hours: number;
  minutes: string;
  seconds: string;
}

function splitOffset(seconds: number): Offset {
  const all = Math.abs(seconds);
  return {
    sign: seconds < 0 ? '-' : '+',
    hours: Math.floor(all / 3600),
    minutes: pad(Math.floor(all / 60) % 60, 2),
    seconds: all % 60 === 0 ? '' : pad(all % 60, 2),
  };
}

function offset(p: Parts, count: number, zulu: boolean): string {
  if (zulu && p.offset === 0) return 'Z';
  const { sign, hours, minutes, seconds } = splitOffset(p.offset);
  const start = sign + pad(hours, 2);
  if (count === 1) return start + (minutes === '00' ? '' : minutes);
  const colon = count === 2 || count === 4 ? '' : ':';
  return start + colon + minutes + (count >= 4 && seconds !== '' ? colon + seconds : '');
}

function gmt(p: Parts, long: boolean): string {
  const { sign, hours, minutes } = splitOffset(p.offset);
  if (long) return `GMT${sign}${pad(hours, 2)}:${minutes}`;
  return p.offset === 0 ? 'GMT' : `GMT${sign}${hours}${minutes === '00' ? '' : `:${minutes}`}`;
}

const symbols: Readonly<Record<string, Symbol>> = {
  G: (p, count, locale) =>
    count === 4 && locale.startsWith('en')
      ? p.year > 0
        ? 'Anno Domini'
        : 'Before Christ'
      : name(p.date, locale, { era: width(count), year: 'numeric' }, 'era'),
  y: (p, count) => year(p.year, count),
  Y: (p, count) => year(isoWeek(p.date).year, count),
  u: (p, count) => pad(p.year, count),
  Q: quarter,
  q: quarter,
  M: monthSymbol(false),
  L: monthSymbol(true),
  w: (p, count) => pad(isoWeek(p.date).week, count),
  d: (p, count) => pad(p.day, count),
  D: (p, count) => pad(dayOfYear(p.date), count),
  E: weekday,
  e: localWeekday,
  c: localWeekdayAlone,
  a: dayHalf,
  b: noon,
  B: dayPeriod,
  h: (p, count) => pad(p.hour % 12 === 0 ? 12 : p.hour % 12, count),
  H: (p, count) => pad(p.hour, count),
  K: (p, count) => pad(p.hour % 12, count),
  k: (p, count) => pad(p.hour === 0 ? 24 : p.hour, count),
  m: (p, count) => pad(p.minute, count),
  s: (p, count) => pad(p.second, count),
  S: (p, count) => String(p.ms).padStart(3, '0').padEnd(count, '0').slice(0, count),
  X: (p, count) => offset(p, count, true),
  x: (p, count) => offset(p, count, false),
  O: (p, count) => gmt(p, count === 4),
  z: (p, count) => (count === 4 ? gmt(p, true) : offset(p, count === 5 ? 3 : 2, false)),
};

/** Order of day, month and year in the locale, with its separator. */
export function dateOrder(locale: string): { order: string[]; hint: string } {
  const parts = new Intl.DateTimeFormat(locale, {
    day: '2-digit',
    month: '2-digit',
    year: 'numeric',
    numberingSystem: 'latn',
    calendar: 'gregory',
  }).formatToParts(new Date(2023, 10, 22));
  const order = parts.filter((part) => ['day', 'month', 'year'].includes(part.type)).map((part) => part.type);
  return {
    order,
    hint: parts
      .map((part) => (part.type === 'day' ? 'dd' : part.type === 'month' ? 'mm' : part.type === 'year' ? 'yyyy' : part.value))
      .join(''),
  };
}

/** Typed text to an ISO date: null when empty, undefined when it is none. */
export function readDate(text: string, locale: string): string | null | undefined {
  const trimmed = plainDigits(text).trim();
  if (trimmed === '') return null;
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(trimmed);
  const numbers = iso
    ? []
    : trimmed
        .split(/\D+/)
        .filter((part) => part !== '')
        .map(Number);
  const { order } = dateOrder(locale);
  const part = (name: string): number =>
    iso ? Number(iso[['year', 'month', 'day'].indexOf(name) + 1]) : (numbers[order.indexOf(name)] ?? NaN);
  if (!iso && numbers.length !== 3) return undefined;
  const typedYear = part('year');
  const year = typedYear < 100 && !iso ? (typedYear < 70 ? 2000 : 1900) + typedYear : typedYear;
  const day = { year, month: part('month'), day: part('day') };
  const result = toIso(day);
  const check = new Date(`${result}T00:00:00Z`);
  return !Number.isNaN(check.getTime()) && check.toISOString().startsWith(result) ? result : undefined;
}
