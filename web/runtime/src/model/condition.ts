// Condition trees of states and saved conditions (pages 12.4, project-format 13.2).
import { asArray, asObject, asText, type Json, table } from '../base/json';

export type Condition =
  | { type: 'combination'; op: 'and' | 'or'; conditions: Condition[] }
  | { type: 'datasource'; path: string; op: string; value: Json | undefined; valueIsPath: boolean }
  | { type: 'privilege' | 'currentState' | 'parentState'; op: string; value: Json | undefined }
  | { type: 'reference'; ref: string }
  | { type: 'never' };

export interface SavedCondition {
  id: string;
  condition: Condition;
}

export function readCondition(source: Json | undefined, depth = 0): Condition {
  const item = asObject(source);
  const type = asText(item['type']).toLowerCase();
  if (depth > 50) return { type: 'never' };
  switch (type) {
    case 'combination':
      return {
        type,
        op: asText(item['op']).toLowerCase() === 'or' ? 'or' : 'and',
        conditions: asArray(item['conditions']).map((child) => readCondition(child, depth + 1)),
      };
    case 'datasource':
    case 'qodlysource':
      return {
        type: 'datasource',
        path: asText(item['path']),
        op: operator(item['op']),
        value: item['value'],
        valueIsPath: ['datasource', 'qodlysource'].includes(asText(item['valueType']).toLowerCase()),
      };
    case 'privilege':
      return { type: 'privilege', op: operator(item['op']), value: item['value'] };
    case 'currentstate':
      return { type: 'currentState', op: operator(item['op']), value: item['value'] };
    case 'parentstate':
      return { type: 'parentState', op: operator(item['op']), value: item['value'] };
    case 'reference':
      return { type: 'reference', ref: asText(item['ref']) };
    default:
      return { type: 'never' };
  }
}

export function readSavedConditions(source: Json): Map<string, Condition> {
  const result = new Map<string, Condition>();
  for (const raw of asArray(asObject(source)['conditions'])) {
    const id = asText(asObject(raw)['id']);
    if (id !== '') result.set(id, readCondition(raw));
  }
  return result;
}

const operatorNames: Readonly<Record<string, string>> = table({
  '=': 'eq',
  '==': 'eq',
  '!=': 'neq',
  '>': 'gt',
  '>=': 'gte',
  '<': 'lt',
  '<=': 'lte',
  'starts with': 'sw',
  startswith: 'sw',
  'not in': 'nin',
  'is null': 'isnull',
  'not null': 'notnull',
  'is true': 'istrue',
  'is false': 'isfalse',
  'has at least one privilege': 'hasany',
  'has no privilege': 'hasnone',
  haspriv: 'hasany',
  hasnopriv: 'hasnone',
});

function operator(source: Json | undefined): string {
  const name = asText(source).trim().toLowerCase();
  return operatorNames[name] ?? name;
}
