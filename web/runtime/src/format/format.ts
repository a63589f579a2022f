// One entry for all formats: a value and a format string to the text shown (pages 14).
import { isObject } from '../base/json';
import { Entity } from '../data/entity';
import { Selection } from '../data/selection';
import { Media, type Value } from '../data/value';
import { formatDate } from './date';
import { formatDuration } from './duration';
import { formatNumber, numberColour, plainNumber } from './number';

export type ValueType = 'string' | 'number' | 'bool' | 'date' | 'duration' | '';

export function formatText(value: string, format: string, locale: string): string {
  switch (format) {
    case 'U':
    case 'UPPERCASE':
      return value.toLocaleUpperCase(locale);
    case 'l':
    case 'lowercase':
      return value.toLocaleLowerCase(locale);
    case 'C':
    case 'Capitalize':
      return value.replace(/^\s*\S/u, (c) => c.toLocaleUpperCase(locale));
    case 'c':
    case 'Capitalize Each Word':
      return value.replace(/(^|[\s-])(\S)/gu, (_, before: string, c: string) => before + c.toLocaleUpperCase(locale));
    default:
      return value;
  }
}

const dateText = /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:?\d{2})?)?$/;

/** Text of any value; null and unknown are empty. */
export function formatValue(value: Value | undefined, format: string, type: ValueType, locale: string): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') {
    if (type === 'duration') return formatDuration(value, format, locale);
    if (type === 'string' || type === 'date') return formatText(plainNumber(value, locale), format, locale);
    return formatNumber(value, format, locale);
  }
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'string') {
    if (type === 'date' || (type === '' && dateText.test(value))) return formatDate(value, format, locale);
    return formatText(value, format, locale);
  }
  if (value instanceof Entity) return value.key ?? '';
  if (value instanceof Selection) return String(value.length);
  if (value instanceof Media) return '';
  if (Array.isArray(value)) return value.map((item) => formatValue(item as Value, '', '', locale)).join(', ');
  return isObject(value) ? JSON.stringify(value) : '';
}

/** Colour that a format gives to a value; empty when none. */
export function colourOf(value: Value | undefined, format: string): string {
  return typeof value === 'number' ? numberColour(value, format) : '';
}
