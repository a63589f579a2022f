// Enough of the query language for the tests: comparisons, and, or, placeholders.
import type { Json } from '../../src/base/json';

type Get = (path: string) => Json | undefined;
export type Test = (get: Get) => boolean;

export function parseFilter(text: string, params: Json[]): Test {
  const parts = text.split(/\s+or\s+/i).map((part) => part.split(/\s+and\s+/i).map((item) => comparison(item.trim(), params)));
  return (get) => parts.some((all) => all.every((test) => test(get)));
}

function comparison(text: string, params: Json[]): Test {
  const match = /^([\w.]+)\s*(==|=|!=|>=|<=|>|<|\bbegin\b|\bin\b)\s*(.*)$/i.exec(text);
  if (!match) throw new Error(`bad filter: ${text}`);
  const [, path = '', op = '=', raw = ''] = match;
  const wanted = literal(raw, params);
  return (get) => compare(get(path) ?? null, op.toLowerCase(), wanted);
}

function literal(raw: string, params: Json[]): Json {
  const text = raw.trim();
  const place = /^:(\d+)$/.exec(text);
  if (place) return params[Number(place[1]) - 1] ?? null;
  if (text === 'null') return null;
  if (text === 'true' || text === 'false') return text === 'true';
  const quoted = /^'(.*)'$/.exec(text);
  if (quoted) return quoted[1] ?? '';
  return text !== '' && !Number.isNaN(Number(text)) ? Number(text) : text;
}

function compare(value: Json, op: string, wanted: Json): boolean {
  if (op === 'in') return Array.isArray(wanted) && wanted.some((item) => String(item) === String(value));
  if (op === 'begin')
    return String(value ?? '')
      .toLowerCase()
      .startsWith(String(wanted).toLowerCase());
  if (op === '=' || op === '==') return equal(value, wanted);
  if (op === '!=') return !equal(value, wanted);
  if (value === null || wanted === null) return false;
  const [a, b] = typeof value === 'number' ? [value, Number(wanted)] : [String(value), String(wanted)];
  return op === '>' ? a > b : op === '>=' ? a >= b : op === '<' ? a < b : a <= b;
}

function equal(value: Json, wanted: Json): boolean {
  if (value === null || wanted === null) return value === wanted;
  if (typeof wanted === 'string' && wanted.includes('@')) {
    const pattern = wanted
      .split('@')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*');
    return new RegExp(`^${pattern}$`, 'i').test(String(value));
  }
  return String(value).toLowerCase() === String(wanted).toLowerCase();
}
