// Answers of the server to typed shapes.
import { asArray, asNumber, asObject, asText, asTexts, isObject, parseJson, type Json } from '../base/json';
import type { CallAnswer, CallResult, Effects, RawEntity, RawSelection } from './types';

export function isRawSelection(value: Json): boolean {
  return isObject(value) && Array.isArray(value['__ENTITIES']);
}

export function isRawEntity(value: Json): boolean {
  return (
    isObject(value) &&
    typeof value['__DATACLASS'] === 'string' &&
    !Array.isArray(value['__ENTITIES']) &&
    ('__KEY' in value || '__STAMP' in value || value['__ISNEW'] === true)
  );
}

export function readSelection(body: Json): RawSelection {
  const root = asObject(body);
  const uri = asText(root['__ENTITYSET']);
  const entities = asArray(root['__ENTITIES']).map((item) => asObject(item) as RawEntity);
  return {
    dataclass: asText(root['__DATACLASS']),
    set: /\$entityset\/([0-9A-Za-z]+)/.exec(uri)?.[1] ?? '',
    count: asNumber(root['__COUNT'], entities.length),
    first: asNumber(root['__FIRST'], 0),
    entities,
  };
}

export function readEffects(source: Json | undefined): Effects {
  const root = asObject(source);
  const effects: Effects = { components: {}, states: [] };
  const note = asObject(root['__NOTIFICATION']);
  const type = asText(note['type']).toLowerCase();
  if (typeof note['message'] === 'string') {
    effects.notification = { message: note['message'], type: type === 'error' || type === 'warning' ? type : 'message' };
  }
  for (const [name, raw] of Object.entries(asObject(root['__COMPONENTS']))) {
    const item = asObject(raw);
    effects.components[name] = {
      ...(typeof item['visible'] === 'boolean' ? { visible: item['visible'] } : {}),
      addClass: asTexts(item['addClass']),
      removeClass: asTexts(item['removeClass']),
    };
  }
  for (const raw of asArray(root['__STATES'])) {
    const item = asObject(raw);
    const action = asText(item['action']);
    if (action === 'enable' || action === 'disable') effects.states.push({ action, name: asText(item['name']) });
  }
  return effects;
}

/** Effects of a raw answer come base64-encoded in a header (rest.md 15.9). */
export function readEffectsHeader(header: string | null): Json {
  if (!header) return null;
  try {
    const bytes = Uint8Array.from(atob(header), (c) => c.charCodeAt(0));
    return parseJson(new TextDecoder().decode(bytes)) ?? null;
  } catch {
    return null;
  }
}

export function readCall(body: Json): CallAnswer {
  const root = asObject(body);
  const self = isObject(root['__THIS']) ? (root['__THIS'] as RawEntity) : undefined;
  return { result: readResult(body), effects: readEffects(root['__WEBFORM']), ...(self ? { self } : {}) };
}

function readResult(body: Json): CallResult {
  if (!isObject(body)) return { kind: 'value', value: body };
  if (isRawSelection(body)) return { kind: 'selection', selection: readSelection(body) };
  if (isRawEntity(body)) return { kind: 'entity', dataclass: asText(body['__DATACLASS']), entity: body as RawEntity };
  if ('result' in body) return { kind: 'value', value: body['result'] ?? null };
  return { kind: 'nothing' };
}
