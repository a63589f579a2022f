// Event objects: what happens when something fires (pages 7, project-format 12).
import { asArray, asBoolean, asObject, asText, asTexts, isObject, type Json, type JsonObject, table } from '../base/json';

interface Base {
  id: string;
  events: ReadonlySet<string>;
  disabled: boolean;
}

export interface Param {
  path: string;
  literal: boolean;
  literalType: string;
  literalValue: Json | undefined;
  type: string;
}

export interface MethodAction extends Base {
  type: 'method';
  method: string;
  dataclass: string;
  namespace: string;
  /** Path of the iterated source, for `$This.fn`. */
  datasource: string;
  params: Param[];
  result: string;
  feedback: boolean;
  openIn: string;
}

export interface ActionTarget {
  name: string;
  namespace: string;
  type: string;
  from: string;
  dataType: string;
  target: string;
  targetNamespace: string;
  set?: { value: Json | undefined; type: string };
}

export interface OrderItem {
  name: string;
  descending: boolean;
}

export interface StandardAction extends Base {
  type: 'standard';
  action: string;
  target: ActionTarget;
  query: string;
  queryParams: Param[];
  orderBy: OrderItem[];
  feedback: { enabled: boolean; onSuccess: string; onFail: string };
}

export interface StateAction extends Base {
  type: 'state';
  enable: boolean;
  states: string[];
}
export interface LogoutAction extends Base {
  type: 'logout';
}

export interface NavigationAction extends Base {
  type: 'navigation';
  target: string;
  literal: boolean;
  external: boolean;
  place: string;
  loader: string;
}

export interface DialogAction extends Base {
  type: 'dialog';
  open: boolean;
  dialog: string;
}

export type Action = MethodAction | StandardAction | StateAction | LogoutAction | NavigationAction | DialogAction;

const eventNames: Readonly<Record<string, string>> = table({
  onloaded: 'onload',
  ondoubleclick: 'ondblclick',
  onheaderdoubleclick: 'onheaderdblclick',
  oncelldoubleclick: 'oncelldblclick',
  onopen: 'oninit',
  onunload: 'unload',
});

/** Name of an event as it is compared: lower case, synonyms joined. */
export function eventName(name: string): string {
  const lower = name.toLowerCase();
  return eventNames[lower] ?? lower;
}

/** The actions of an event list. A standard action that was added and never chosen does nothing. */
export function readActions(source: Json | undefined): Action[] {
  return asArray(source)
    .map((raw) => readAction(asObject(raw)))
    .filter((action): action is Action => action !== null && !(action.type === 'standard' && action.action === ''));
}

function readAction(item: JsonObject): Action | null {
  const base: Base = {
    id: asText(item['id']),
    events: new Set(asTexts(item['events']).map(eventName)),
    disabled: asBoolean(item['disabled']),
  };
  switch (asText(item['type']).toLowerCase()) {
    case 'method':
      return readMethod(item, base);
    case 'simple-action':
    case 'qodly-pro-action':
      return readStandard(item, base);
    case 'navigation':
      return {
        ...base,
        type: 'navigation',
        target: asText(item['target']),
        literal: item['isHardCoded'] !== false,
        external: asBoolean(item['externalLink']),
        place: asText(item['parent'], 'same-tab').toLowerCase(),
        loader: asText(item['loader']),
      };
    case 'dialog':
      return {
        ...base,
        type: 'dialog',
        open: asText(item['actionType']).toLowerCase() !== 'close',
        dialog: asText(item['targetDialog']),
      };
    default:
      return null;
  }
}

function readMethod(item: JsonObject, base: Base): MethodAction {
  const returns = asObject(item['returns']);
  return {
    ...base,
    type: 'method',
    method: asText(item['method']),
    dataclass: asText(item['dataclass']),
    namespace: asText(item['namespace']),
    datasource: asText(item['datasource']),
    params: asArray(item['params']).map((raw) => readParam(asObject(raw))),
    result: asText(returns['datasource']) || asText(returns['qodlysource']),
    feedback: asBoolean(item['feedback']) || asBoolean(asObject(item['feedback'])['enabled']),
    openIn: asText(item['openIn'], 'new-tab').toLowerCase(),
  };
}

function readParam(item: JsonObject): Param {
  return {
    path: asText(item['datasource']) || asText(item['qodlysource']),
    literal: asBoolean(item['isHardCoded']),
    literalType: (asText(item['hardCodedType']) || asText(item['type'])).toLowerCase(),
    literalValue: item['hardCodedValue'],
    type: asText(item['type']).toLowerCase(),
  };
}

function readStandard(item: JsonObject, base: Base): Action {
  const kind = asText(item['actionType'], 'datasource').toLowerCase();
  const action = asText(item['action']);
  if (kind === 'auth' || action === 'logout') return { ...base, type: 'logout' };
  if (kind === 'state') {
    const state = asObject(item['state']);
    const operation = (asText(state['action']) || action).toLowerCase();
    return { ...base, type: 'state', enable: operation !== 'delete', states: asTexts(state['states']) };
  }
  const query = asObject(item['query']);
  const feedback = asObject(item['feedback']);
  const messages = asObject(feedback['messages']);
  return {
    ...base,
    type: 'standard',
    action,
    target: readTarget(asObject(item['datasource'] ?? item['qodlysource'])),
    query: typeof item['query'] === 'string' ? item['query'] : asText(query['query']),
    queryParams: asArray(query['params']).map((raw) => readQueryParam(asObject(raw))),
    orderBy: asArray(item['orderBy'])
      .map(asObject)
      .map((order) => ({ name: asText(order['name']), descending: asText(order['order']).toLowerCase() === 'desc' }))
      .filter((order) => order.name !== ''),
    feedback: {
      enabled: item['feedback'] === true || asBoolean(feedback['enabled']),
      onSuccess: asText(messages['onSuccess']),
      onFail: asText(messages['onFail']),
    },
  };
}

/** A placeholder's value: of a path, or written; older files write it as `value`. */
function readQueryParam(item: JsonObject): Param {
  const param = readParam(item);
  if (param.path !== '' || param.literal) return param;
  return { ...param, literal: true, literalValue: item['value'] ?? null, literalType: param.literalType || typeof item['value'] };
}

function readTarget(item: JsonObject): ActionTarget {
  const set = item['set'];
  return {
    name: asText(item['name']) || asText(item['id']),
    namespace: asText(item['namespace']),
    type: asText(item['type']),
    from: asText(item['from']),
    dataType: asText(item['dataType']),
    target: asText(item['target']),
    targetNamespace: asText(item['targetNamespace']),
    ...(isObject(set) ? { set: { value: set['value'], type: asText(set['type']).toLowerCase() } } : {}),
  };
}
