// Queries as the server reads them.
import type { Key, Values } from './types';
import { isValues } from './types';

const comparators = { eq: '===', ne: '!==', lt: '<', le: '<=', gt: '>', ge: '>=', in: 'in', like: '==', word: '%' } as const;

export class FilterText {
  readonly params: unknown[] = [];

  text(filter: Values, prefix = ''): string {
    const parts: string[] = [];
    for (const [name, value] of Object.entries(filter)) {
      if (value === undefined) continue;
      if (name === 'and' || name === 'or') {
        const inner = (value as Values[]).map((each) => this.text(each, prefix)).filter((each) => each !== '');
        if (inner.length > 0) parts.push(`(${inner.join(` ${name} `)})`);
      } else if (name === 'not') {
        parts.push(`not ${this.text(value as Values, prefix)}`);
      } else {
        parts.push(...this.conditions(prefix + name, value));
      }
    }
    return parts.length === 0 ? '' : `(${parts.join(' and ')})`;
  }

  private conditions(path: string, value: unknown): string[] {
    if (value === null) return [`${path} == null`];
    if (!isValues(value)) return [this.comparison(path, 'eq', value)];
    const names = Object.keys(value);
    if (names.length > 0 && names.every((name) => name in comparators)) {
      return names
        .filter((name) => value[name] !== undefined)
        .map((name) => this.comparison(path, name as keyof typeof comparators, value[name]));
    }
    const inner = this.text(value, path + '.');
    return inner === '' ? [] : [inner];
  }

  private comparison(path: string, name: keyof typeof comparators, value: unknown): string {
    if (value === null) return name === 'ne' ? `${path} != null` : `${path} == null`;
    this.params.push(value instanceof Date ? value.toISOString() : value);
    return `${path} ${comparators[name]} :${this.params.length}`;
  }
}

/** A query of any dataclass, as far as an address says it. */
export interface LooseQuery {
  readonly filter?: unknown;
  readonly params?: readonly unknown[] | undefined;
  readonly orderBy?: string | readonly string[] | undefined;
  readonly attributes?: readonly PropertyKey[] | undefined;
  readonly expand?: readonly PropertyKey[] | undefined;
  readonly skip?: number | undefined;
  readonly top?: number | undefined;
}

export function queryText(query: LooseQuery): string {
  const parts: string[] = [];
  const add = (name: string, value: string): void => void parts.push(`$${name}=${encodeURIComponent(value)}`);
  let params: readonly unknown[] = query.params ?? [];
  if (typeof query.filter === 'string') {
    add('filter', `"${query.filter}"`);
  } else if (query.filter !== undefined) {
    const filter = new FilterText();
    const text = filter.text(query.filter as Values);
    if (text !== '') add('filter', `"${text}"`);
    params = filter.params;
  }
  if (params.length > 0) add('params', `'${JSON.stringify(params)}'`);
  const order = query.orderBy === undefined ? [] : typeof query.orderBy === 'string' ? [query.orderBy] : query.orderBy;
  if (order.length > 0) add('orderby', `"${order.join(', ')}"`);
  const expand = (query.expand ?? []).map(String);
  if (query.attributes !== undefined) add('attributes', [...query.attributes.map(String), ...expand].join(','));
  if (expand.length > 0) add('expand', expand.join(','));
  if (query.skip !== undefined) add('skip', String(query.skip));
  if (query.top !== undefined) add('top', String(query.top));
  return parts.length === 0 ? '' : '?' + parts.join('&');
}

export const keyText = (key: Key): string =>
  typeof key === 'number' || /^[\w-]+$/.test(key) ? String(key) : `"${encodeURIComponent(key)}"`;
