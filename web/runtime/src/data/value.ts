// Values of sources: what they hold, how texts and literals become them, how they travel.
import { asArray, asObject, isObject, parseJson, sameJson, type Json, type JsonObject } from '../base/json';
import type { Attribute } from '../rest/catalog';
import { Entity } from './entity';
import { Selection } from './selection';

/** A picture or BLOB of the server, or one that was just uploaded. */
export class Media {
  constructor(
    /** Address of the content; an object URL for a fresh upload. */
    readonly uri: string,
    readonly picture: boolean,
    /** Id of an upload that the next save hands over. */
    readonly upload: string = '',
    readonly name: string = '',
  ) {}
}

export type Value = null | boolean | number | string | Json[] | JsonObject | Entity | Selection | Media;

export function isBlank(value: Value | undefined): boolean {
  return value === undefined || value === null || value === '';
}

export function sameValue(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) return true;
  if (a instanceof Entity && b instanceof Entity) return a.is(b);
  if (a instanceof Media && b instanceof Media) return a.uri === b.uri && a.upload === b.upload;
  if (a instanceof Selection || b instanceof Selection || a instanceof Entity || b instanceof Entity) return false;
  return sameJson(a, b);
}

const blankDate = /^(!!)?0{2,4}-00-00(!!|T.*)?$/;

/** Attribute value of an answer to the value shown: date-only values become `yyyy-MM-dd`. */
export function decodeValue(attribute: Attribute | undefined, raw: Json): Value {
  if (typeof raw === 'string') {
    if (attribute?.type !== 'date' && !/^!!.*!!$/.test(raw)) return raw;
    if (blankDate.test(raw)) return null;
    const plain = raw.replace(/^!!|!!$/g, '');
    return attribute?.simpleDate ? plain.slice(0, 10) : plain;
  }
  if (isObject(raw) && isObject(raw['__deferred']) && attribute?.related === '') {
    const link = raw['__deferred'];
    return new Media(String(link['uri'] ?? ''), link['image'] === true || attribute.type === 'image');
  }
  return raw;
}

/** Value as a save or a function argument sends it. */
export function encodeValue(value: Value | undefined): Json {
  if (value === undefined) return null;
  if (value instanceof Entity) return value.key === null ? null : { __KEY: value.key };
  if (value instanceof Selection) return null;
  if (value instanceof Media)
    return value.upload !== '' ? { ID: value.upload } : { __deferred: { uri: value.uri, image: value.picture } };
  return value;
}

/** Value as a function argument (rest.md 15.4): entities and selections with their marks, at any depth. */
export function encodeArgument(value: Value | undefined): Json {
  if (value instanceof Entity) return value.argument();
  if (value instanceof Selection) return value.argument();
  if (Array.isArray(value)) return value.map((item) => encodeArgument(item as Value));
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, encodeArgument(item as Value)]));
  return encodeValue(value);
}

/** Text, JSON or literal to a scalar of `dataType`; null when it is none. */
export function toScalar(dataType: string, source: Json | undefined): Value {
  if (source === undefined || source === null) return null;
  switch (dataType) {
    case 'string':
    case 'text':
      return typeof source === 'string' ? source : typeof source === 'object' ? JSON.stringify(source) : String(source);
    case 'number':
    case 'integer':
    case 'real':
      return toNumber(source);
    case 'bool':
    case 'boolean':
      return toBoolean(source);
    case 'date':
      return toDate(source);
    case 'duration':
    case 'time':
      return toDuration(source);
    case 'array':
    case 'collection': {
      const value = structured(source);
      return Array.isArray(value) ? value : null;
    }
    case 'object': {
      const value = structured(source);
      return isObject(value) ? value : null;
    }
    case 'image':
    case 'blob':
      return source === '' ? null : source;
    default:
      return source;
  }
}

function structured(source: Json): Json {
  return typeof source === 'string' ? (parseJson(source) ?? null) : source;
}

export function toNumber(source: Json): number | null {
  if (typeof source === 'number') return Number.isFinite(source) ? source : null;
  if (typeof source === 'boolean') return source ? 1 : 0;
  if (typeof source !== 'string' || source.trim() === '') return null;
  const value = Number(source.trim());
  return Number.isFinite(value) ? value : null;
}

export function toBoolean(source: Json): boolean | null {
  if (typeof source === 'boolean') return source;
  if (typeof source === 'number') return source !== 0;
  if (typeof source !== 'string') return null;
  const word = source.trim().toLowerCase();
  return word === 'true' || word === '1' ? true : word === 'false' || word === '0' ? false : null;
}

/** ISO texts are kept; `dd/MM/yyyy` and `!!…!!` become ISO. */
export function toDate(source: Json): string | null {
  if (typeof source !== 'string') return null;
  const text = source.trim().replace(/^!!|!!$/g, '');
  if (text === '' || blankDate.test(text)) return null;
  const short = /^(\d{1,2})[/.!](\d{1,2})[/.!](\d{4})$/.exec(text);
  if (short) return validDate(`${short[3]}-${pad(short[2])}-${pad(short[1])}`);
  return /^\d{4}-\d{2}-\d{2}/.test(text)
    ? text.length === 10
      ? validDate(text)
      : Number.isNaN(Date.parse(text))
        ? null
        : text
    : null;
}

function validDate(text: string): string | null {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text) ? text : null;
}

function pad(text: string | undefined): string {
  return (text ?? '').padStart(2, '0');
}

/** Milliseconds of a number or of `[-]HH:mm[:ss]`. */
export function toDuration(source: Json): number | null {
  if (typeof source === 'number') return source;
  if (typeof source !== 'string' || source.trim() === '') return null;
  const match = /^(-?)(\d+):([0-5]?\d)(?::([0-5]?\d)(?:\.(\d{1,3}))?)?$/.exec(source.trim());
  if (!match) return toNumber(source);
  const total =
    ((Number(match[2]) * 60 + Number(match[3])) * 60 + Number(match[4] ?? 0)) * 1000 +
    Number((match[5] ?? '').padEnd(3, '0') || 0);
  return match[1] === '-' ? -total : total;
}

/** A function parameter written as a literal (pages 7.1). */
export function literalArgument(type: string, value: Json | undefined): Json {
  if (value === undefined || value === null) return null;
  const known = [
    'string',
    'text',
    'number',
    'integer',
    'real',
    'bool',
    'boolean',
    'date',
    'object',
    'array',
    'collection',
    'duration',
    'time',
  ];
  return toScalar(known.includes(type) ? type : 'string', value) as Json;
}

/** Items of an array value; anything else has none. */
export function itemsOf(value: Value | undefined): Json[] {
  return Array.isArray(value) ? asArray(value) : [];
}

/** `value` with `steps` set to `next`; containers on the way are copied. */
export function withStep(value: Value | undefined, steps: readonly string[], next: Value): Json {
  const [step, ...rest] = steps;
  if (step === undefined) return encodeValue(next);
  if (Array.isArray(value) && /^\d+$/.test(step)) {
    const copy = [...value];
    copy[Number(step)] = withStep(copy[Number(step)] as Value, rest, next);
    return copy;
  }
  const copy: JsonObject = { ...asObject(value) };
  copy[step] = withStep(copy[step] as Value | undefined, rest, next);
  return copy;
}
