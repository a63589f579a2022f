// Shapes that travel (rest.md 7, 8, 12, 15).
import type { Json, JsonObject } from '../base/json';

export interface RawEntity extends JsonObject {
  __KEY?: string;
  __STAMP?: number;
}

export interface RawSelection {
  dataclass: string;
  /** Id of the stored set, empty when the answer names none. */
  set: string;
  count: number;
  first: number;
  entities: RawEntity[];
}

export interface ServerError {
  message: string;
  component: string;
  code: number;
}

export interface Notification {
  message: string;
  type: 'message' | 'warning' | 'error';
}
export interface ComponentEffect {
  visible?: boolean;
  addClass: string[];
  removeClass: string[];
}
export interface StateEffect {
  action: 'enable' | 'disable';
  name: string;
}

/** What a function did to the page (`__WEBFORM`, rest.md 15.9). */
export interface Effects {
  notification?: Notification;
  components: Record<string, ComponentEffect>;
  states: StateEffect[];
}

export type CallResult =
  | { kind: 'nothing' }
  | { kind: 'value'; value: Json }
  | { kind: 'entity'; dataclass: string; entity: RawEntity }
  | { kind: 'selection'; selection: RawSelection }
  | { kind: 'raw'; data: Blob; name: string };

export interface CallAnswer {
  result: CallResult;
  effects: Effects;
  /** The entity as the function left it, when it differs from what was sent. */
  self?: RawEntity;
}

export interface SaveAnswer {
  success: boolean;
  entity: RawEntity;
  /** 2 = stamp has changed, 3 = locked, 5 = entity does not exist; 0 otherwise. */
  status: number;
  errors: ServerError[];
}

export interface ReadOptions {
  attributes?: string;
  filter?: string;
  params?: Json[];
  orderBy?: string;
  skip?: number;
  top?: number;
  /** Ask for a stored set. */
  store?: boolean;
  clean?: boolean;
}

export interface PageContext {
  page: string;
  instance: string;
  event: { caller: string; eventType: string; data: JsonObject };
}

export type CallTarget =
  | { kind: 'datastore'; method: string }
  | { kind: 'dataclass'; dataclass: string; method: string }
  | { kind: 'singleton'; dataclass: string; method: string }
  | { kind: 'selection'; dataclass: string; set: string; method: string }
  | { kind: 'entity'; dataclass: string; key: string | null; method: string; self?: JsonObject };
