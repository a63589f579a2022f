// Days of calendars: ISO texts in, ISO texts out; which days a date field allows (pages 15.7).
import { asArray, asObject, asText, isObject, type Json } from '../base/json';

export interface Day {
  year: number;
  month: number;
  day: number;
}

export function toIso({ year, month, day }: Day): string {
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

export function fromIso(text: string): Day | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})/.exec(text);
  return match ? { year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) } : null;
}

export function today(): string {
  const now = new Date();
  return toIso({ year: now.getFullYear(), month: now.getMonth() + 1, day: now.getDate() });
}

function utc(iso: string): number {
  const day = fromIso(iso);
  return day ? Date.UTC(day.year, day.month - 1, day.day) : NaN;
}

export function addDays(iso: string, count: number): string {
  return new Date(utc(iso) + count * 86400000).toISOString().slice(0, 10);
}

export function addMonths(iso: string, count: number): string {
  const day = fromIso(iso);
  if (!day) return iso;
  const index = day.year * 12 + day.month - 1 + count;
  const year = Math.floor(index / 12);
  const month = (index % 12) + 1;
  return toIso({ year, month, day: Math.min(day.day, daysOf(year, month)) });
}

export function daysOf(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** 1 = Monday … 7 = Sunday. */
export function weekdayOf(iso: string): number {
  return new Date(utc(iso)).getUTCDay() || 7;
}

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
export function weekdayNumber(name: string): number {
  return weekdays.indexOf(name.trim().toLowerCase()) + 1;
}

/** Six weeks that show the month of `iso`; the week begins with `start` (1 = Monday). */
export function monthWeeks(iso: string, start: number): string[][] {
  const day = fromIso(iso) ?? { year: 2000, month: 1, day: 1 };
  const first = toIso({ ...day, day: 1 });
  const begin = addDays(first, -((weekdayOf(first) - start + 7) % 7));
  return Array.from({ length: 6 }, (_, week) => Array.from({ length: 7 }, (__, i) => addDays(begin, week * 7 + i)));
}

type Rule = { include: boolean; test: (iso: string) => boolean };

/** Whether a day may be chosen: in an including interval when there is one, in no excluding one. */
export function dayTest(source: Json | undefined, now = today()): (iso: string) => boolean {
  const rules = asArray(source)
    .map((raw) => readRule(asObject(raw), now))
    .filter((rule): rule is Rule => rule !== null);
  const including = rules.filter((rule) => rule.include);
  const excluding = rules.filter((rule) => !rule.include);
  return (iso) =>
    (including.length === 0 || including.some((rule) => rule.test(iso))) && !excluding.some((rule) => rule.test(iso));
}

/** What is wrong with the intervals of a date field; empty when nothing is. */
export function intervalProblem(source: Json | undefined): string {
  for (const raw of asArray(source)) {
    const item = asObject(raw);
    const params = asObject(item['params']);
    const [from, to] = [asText(params['from']).slice(0, 10), asText(params['to']).slice(0, 10)];
    if (item['active'] !== false && asText(item['type']).toLowerCase() === 'range' && from !== '' && to !== '' && from > to)
      return `The range begins after its end (${from} – ${to})`;
  }
  return '';
}

function bound(params: Record<string, Json | undefined>, key: string, now: string): string {
  if (params['today'] === true || params['toDay'] === true) return now;
  return asText(params[key]).slice(0, 10);
}

function readRule(item: Record<string, Json | undefined>, now: string): Rule | null {
  if (item['active'] === false) return null;
  const include = item['include'] !== false;
  const params = asObject(item['params']);
  switch (asText(item['type']).toLowerCase()) {
    case 'startingfrom': {
      const from = bound(params, 'from', now);
      return from === '' ? null : { include, test: (iso) => iso >= from };
    }
    case 'until':
    case 'untilto': {
      const to = bound(params, 'to', now);
      return to === '' ? null : { include, test: (iso) => iso <= to };
    }
    case 'range':
      return readRange(params, include);
    case 'days': {
      const numbers = asArray(params['days']).map((day) => weekdayNumber(isObject(day) ? asText(day['value']) : asText(day)));
      return { include, test: (iso) => numbers.includes(weekdayOf(iso)) };
    }
    default:
      return null;
  }
}

function readRange(params: Record<string, Json | undefined>, include: boolean): Rule | null {
  const from = asText(params['from']).slice(0, 10);
  const to = asText(params['to']).slice(0, 10);
  if (from === '' || to === '' || from > to) return { include: false, test: () => true };
  const repeat = asText(params['repeat']).toLowerCase();
  const length = Math.round((utc(to) - utc(from)) / 86400000);
  switch (repeat) {
    case 'weekly':
      return { include, test: (iso) => iso >= from && Math.round((utc(iso) - utc(from)) / 86400000) % 7 <= length };
    case 'monthly':
      return {
        include,
        test: (iso) => iso >= from && cyclic(Number(iso.slice(8)), Number(from.slice(8)), Number(to.slice(8)), length >= 31),
      };
    case 'yearly':
      return { include, test: (iso) => iso >= from && cyclicText(iso.slice(5), from.slice(5), to.slice(5), length >= 366) };
    default:
      return { include, test: (iso) => iso >= from && iso <= to };
  }
}

function cyclic(value: number, from: number, to: number, always: boolean): boolean {
  return always || (from <= to ? value >= from && value <= to : value >= from || value <= to);
}
function cyclicText(value: string, from: string, to: string, always: boolean): boolean {
  return always || (from <= to ? value >= from && value <= to : value >= from || value <= to);
}
