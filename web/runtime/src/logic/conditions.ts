// Evaluation of conditions (pages 12.4).
import { isObject, sameJson, type Json } from '../base/json';
import { Entity } from '../data/entity';
import { Selection } from '../data/selection';
import { Media, toDate, toNumber, type Value } from '../data/value';
import type { Condition } from '../model/condition';

export interface Surroundings {
  read(path: string): Value | undefined;
  privileges: readonly string[];
  /** Labels of the states that are on, in this page and in the page that holds it. */
  states: readonly string[];
  parentStates: readonly string[] | null;
  saved: ReadonlyMap<string, Condition>;
}

export function holds(condition: Condition, around: Surroundings, seen: readonly string[] = []): boolean {
  switch (condition.type) {
    case 'combination':
      if (condition.conditions.length === 0) return false;
      return condition.op === 'or'
        ? condition.conditions.some((child) => holds(child, around, seen))
        : condition.conditions.every((child) => holds(child, around, seen));
    case 'reference': {
      const target = around.saved.get(condition.ref);
      return target !== undefined && !seen.includes(condition.ref) && holds(target, around, [...seen, condition.ref]);
    }
    case 'datasource': {
      const other =
        condition.valueIsPath && typeof condition.value === 'string'
          ? around.read(condition.value)
          : (condition.value as Value | undefined);
      return compare(around.read(condition.path), condition.op, other ?? null);
    }
    case 'privilege':
      return ofNames(around.privileges, condition.op, condition.value, true);
    case 'currentState':
      return ofNames(around.states, condition.op, condition.value, false);
    case 'parentState':
      return around.parentStates !== null && ofNames(around.parentStates, condition.op, condition.value, false);
    case 'never':
      return false;
  }
}

function list(value: Json | Value | undefined): Json[] {
  if (Array.isArray(value)) return value;
  if (typeof value === 'string') return value.split(',').map((item) => item.trim());
  return value === undefined || value === null || typeof value === 'object' ? [] : [value];
}

function ofNames(names: readonly string[], op: string, value: Json | undefined, privilege: boolean): boolean {
  const wanted = typeof value === 'string' ? value : '';
  const fold = (text: string): string => (privilege ? text.toLowerCase() : text);
  const has = (name: string): boolean => names.some((other) => fold(other) === fold(name));
  if (privilege && fold(wanted) === 'guest') return op === 'neq' ? names.length > 0 : names.length === 0;
  switch (op) {
    case 'eq':
      return has(wanted);
    case 'neq':
      return !has(wanted);
    case 'regex':
      return matches(wanted, names, privilege ? 'i' : '');
    case 'sw':
      return names.some((name) => fold(name).startsWith(fold(wanted)));
    case 'in':
      return list(value).some((item) => has(String(item)));
    case 'nin':
      return !list(value).some((item) => has(String(item)));
    case 'hasany':
      return names.length > 0;
    case 'hasnone':
      return names.length === 0;
    default:
      return false;
  }
}

function matches(pattern: string, names: readonly string[], flags: string): boolean {
  try {
    const test = new RegExp(pattern, flags);
    return names.some((name) => test.test(name));
  } catch {
    return false;
  }
}

/** Whether `value op wanted` holds. */
export function compare(value: Value | undefined, op: string, wanted: Value): boolean {
  const none = value === undefined || value === null;
  switch (op) {
    case 'isnull':
      return none;
    case 'notnull':
      return !none;
    case 'istrue':
      return value === true;
    case 'isfalse':
      return value === false;
    case 'eq':
      return equal(value ?? null, wanted);
    case 'neq':
      return !equal(value ?? null, wanted);
    default:
      return !none && other(value, op, wanted);
  }
}

function other(value: Value, op: string, wanted: Value): boolean {
  switch (op) {
    case 'gt':
      return order(value, wanted, (n) => n > 0);
    case 'gte':
      return order(value, wanted, (n) => n >= 0);
    case 'lt':
      return order(value, wanted, (n) => n < 0);
    case 'lte':
      return order(value, wanted, (n) => n <= 0);
    case 'between': {
      const [low, high] = list(wanted);
      return (
        low !== undefined &&
        high !== undefined &&
        order(value, low as Value, (n) => n >= 0) &&
        order(value, high as Value, (n) => n <= 0)
      );
    }
    case 'sw':
      return typeof value === 'string' && typeof wanted === 'string' && value.startsWith(wanted);
    case 'regex':
      return typeof value !== 'object' && matches(String(wanted ?? ''), [String(value)], '');
    case 'in':
      return list(wanted).some((item) => equal(value, item as Value));
    case 'nin':
      return !list(wanted).some((item) => equal(value, item as Value));
    case 'isempty':
      return value instanceof Selection
        ? value.length === 0
        : Array.isArray(value)
          ? value.length === 0
          : value === '' || (isObject(value) && Object.keys(value).length === 0);
    default:
      return false;
  }
}

function equal(value: Value, wanted: Value): boolean {
  if (value === null || wanted === null) return value === wanted;
  if (value instanceof Entity)
    return wanted instanceof Entity ? value.is(wanted) : typeof wanted !== 'object' && value.key === String(wanted);
  if (value instanceof Selection) return wanted instanceof Selection && sameSelection(value, wanted);
  if (value instanceof Media || wanted instanceof Media) return value === wanted;
  if (typeof value === 'number') return typeof wanted !== 'object' && toNumber(wanted as Json) === value;
  if (typeof value === 'boolean') return value === wanted || String(value) === wanted;
  if (typeof value === 'string') {
    const days = datesOf(value, wanted);
    return days ? days[0] === days[1] : typeof wanted !== 'object' && value === String(wanted);
  }
  if (typeof wanted === 'string') {
    try {
      return sameJson(value, JSON.parse(wanted));
    } catch {
      return false;
    }
  }
  return sameJson(value, wanted);
}

function sameSelection(a: Selection, b: Selection): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  const keys = new Set(a.loaded().map((entity) => entity.key));
  return b.loaded().every((entity) => keys.has(entity.key));
}

function order(value: Value, wanted: Value, test: (sign: number) => boolean): boolean {
  if (wanted === null || typeof wanted === 'object') return false;
  if (typeof value === 'number') {
    const number = toNumber(wanted);
    return number !== null && test(value - number);
  }
  if (typeof value !== 'string') return false;
  const [left, right] = datesOf(value, wanted) ?? [value, String(wanted)];
  return test(left < right ? -1 : left > right ? 1 : 0);
}

const isoDate = /^\d{4}-\d{2}-\d{2}(T|$)/;

/** A date and a written date (ISO, or the day first) in comparable form: by the day when one of them has no time. */
function datesOf(value: string, wanted: Value): [string, string] | null {
  if (!isoDate.test(value) || typeof wanted !== 'string') return null;
  const other = toDate(wanted);
  if (other === null) return null;
  return value.length === 10 || other.length === 10 ? [value.slice(0, 10), other.slice(0, 10)] : [value, other];
}
