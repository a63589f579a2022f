// Inline styles of pages to style objects of React (pages 13.4, project-format 14.1).
import type { CSSProperties } from 'react';
import { isObject, type Json } from '../base/json';

export function styleOf(source: Json | undefined): CSSProperties {
  const result: Record<string, string | number> = {};
  if (!isObject(source)) return result;
  for (const [key, value] of Object.entries(source)) {
    if (typeof value === 'number') result[key] = value;
    else if (typeof value === 'string' && value !== '') result[key] = value.replace(/\s*!important\s*$/, '');
  }
  return result as CSSProperties;
}
