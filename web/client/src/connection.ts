// One server and one session: requests, and values on their way.
import type { AttributeInfo, ClassInfo, ErrorInfo, FunctionInfo, Media, Model, Page, Upload, Values } from './types';
import { isValues, RestError, StampError } from './types';

export interface Options {
  /** Sent with every request in place of a session: an API key. */
  readonly apiKey?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Another implementation of fetch. */
  readonly fetch?: typeof fetch;
}

const isBrowser = typeof document !== 'undefined';

/** What stands for an entity set as an argument. */
const storedSets = new WeakSet<object>();
export function markStoredSet(set: { readonly id: string }): void {
  storedSets.add(set);
}
const isStoredSet = (value: unknown): value is { readonly id: string } =>
  typeof value === 'object' && value !== null && storedSets.has(value);

/** One server and one session. In browsers the session is that of the page, elsewhere it is kept here. */
export class Connection {
  readonly base: string;
  private readonly cookies = new Map<string, string>();
  private readonly send: typeof fetch;
  /** Which entity came from where, and as what. */
  private readonly known = new WeakMap<object, { readonly info: ClassInfo; readonly values: Values }>();

  constructor(
    url: string,
    readonly model: Model,
    private readonly options: Options = {},
  ) {
    this.base = url.replace(/\/+$/, '') + '/rest';
    this.send = options.fetch ?? ((input, init) => fetch(input, init));
  }

  async open(
    method: string,
    path: string,
    body?: BodyInit,
    more: Record<string, string> = {},
    signal?: AbortSignal,
  ): Promise<Response> {
    const headers: Record<string, string> = { ...this.options.headers, ...more };
    if (this.options.apiKey !== undefined) headers['api-key'] = this.options.apiKey;
    if (!isBrowser && this.cookies.size > 0) {
      headers['cookie'] = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    }
    const init: RequestInit = { method, headers, credentials: 'include' };
    if (body !== undefined) init.body = body;
    if (signal !== undefined) init.signal = signal;
    const response = await this.send(path.startsWith('/rest') ? this.base.slice(0, -5) + path : this.base + path, init);
    if (!isBrowser) this.keepCookies(response);
    return response;
  }

  private keepCookies(response: Response): void {
    const headers = response.headers as Headers & { getSetCookie?: () => string[] };
    const lines = headers.getSetCookie?.() ?? headers.get('set-cookie')?.split(/,(?=[^;,]+=)/) ?? [];
    for (const line of lines) {
      const [pair = ''] = line.split(';');
      const at = pair.indexOf('=');
      if (at > 0) this.cookies.set(pair.slice(0, at).trim(), pair.slice(at + 1).trim());
    }
  }

  /** Sends JSON and reads JSON; errors of the server become exceptions. */
  async json(method: string, path: string, body?: unknown): Promise<unknown> {
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const response = await this.open(method, path, sent, sent === undefined ? {} : { 'content-type': 'application/json' });
    return this.checked(response);
  }

  /** Deletes the entity at that address if it still has that stamp: what is looked at is what is deleted. */
  async dropVersion(info: ClassInfo, address: string, stamp: number): Promise<void> {
    const [attribute = ''] = Object.keys(info.attributes);
    const seen = await this.open('GET', `${address}?$attributes=${encodeURIComponent(attribute)}`);
    const tag = seen.headers.get('etag');
    const raw = (await this.checked(seen)) as Values;
    if (raw['__STAMP'] !== stamp) throw new StampError(412, [], this.entity(info, raw));
    const dropped = await this.open('DELETE', address, undefined, tag === null ? {} : { 'if-match': tag });
    if (dropped.status === 412) throw new StampError(412, [], this.entity(info, raw));
    await this.checked(dropped);
  }

  private async checked(response: Response): Promise<unknown> {
    const text = await response.text();
    let content: unknown;
    try {
      content = text === '' ? null : JSON.parse(text);
    } catch {
      throw new RestError(response.status, [], `No JSON came from ${response.url}`);
    }
    const errors = isValues(content) && Array.isArray(content['__ERROR']) ? (content['__ERROR'] as ErrorInfo[]) : [];
    if (isValues(content) && isValues(content['__STATUS']) && content['__STATUS']['status'] === 2) {
      throw new StampError(response.status, errors, content);
    }
    if (!response.ok || errors.length > 0) throw new RestError(response.status, errors);
    return content;
  }

  /** Sends a picture or any other file, to be stored by a save. */
  async upload(content: Blob, picture = content.type.startsWith('image/')): Promise<Upload> {
    const headers: Record<string, string> = content.type === '' ? {} : { 'content-type': content.type };
    const query = picture ? '$rawPict=true' : '$binary=true';
    return (await this.checked(await this.open('POST', `/$upload?${query}`, content, headers))) as Upload;
  }

  /** The bytes of a picture or blob attribute. */
  async download(media: Media): Promise<Blob> {
    const response = await this.open('GET', media.url);
    if (!response.ok) await this.checked(response);
    return response.blob();
  }

  async logout(): Promise<void> {
    await this.json('POST', '/$catalog/__logout', []);
  }

  /** Names of the privileges that the session has. */
  async privileges(): Promise<string[]> {
    const body = (await this.json('GET', '/$info/privileges')) as { privileges?: { privilege: string }[] };
    return (body.privileges ?? []).map((each) => each.privilege);
  }

  // --- Values

  /** An entity of the server as the program sees it. */
  entity(info: ClassInfo, raw: Values): Values {
    const entity: Values = {};
    for (const [name, value] of Object.entries(raw)) {
      const attribute = info.attributes[name];
      if (attribute !== undefined) entity[name] = this.fromServer(attribute, value);
      else if (!name.startsWith('__') || name === '__KEY' || name === '__STAMP') entity[name] = value;
    }
    this.known.set(entity, { info, values: { ...entity } });
    return entity;
  }

  private fromServer(attribute: AttributeInfo, value: unknown): unknown {
    const deferred = isValues(value) && isValues(value['__deferred']) ? value['__deferred'] : undefined;
    const related = this.model[attribute.type ?? ''];
    switch (attribute.kind) {
      case 'day':
        return typeof value === 'string' ? value.replace(/^!!(.*)!!$/, '$1') : value;
      case 'instant':
        return typeof value === 'string' ? new Date(value) : value;
      case 'media':
        return deferred ? { url: String(deferred['uri']) } : null;
      case 'one':
        if (deferred) return { key: String(deferred['__KEY']) };
        return related && isValues(value) ? this.entity(related, value) : null;
      case 'many':
        if (deferred) return { url: String(deferred['uri']) };
        return related && isValues(value) ? this.page(related, value) : null;
      default:
        return value;
    }
  }

  page(info: ClassInfo, raw: unknown): Page<Values> {
    const body = isValues(raw) ? raw : {};
    const list = Array.isArray(body['__ENTITIES']) ? (body['__ENTITIES'] as Values[]) : [];
    return {
      count: Number(body['__COUNT'] ?? list.length),
      first: Number(body['__FIRST'] ?? 0),
      entities: list.map((each) => this.entity(info, each)),
    };
  }

  /** Whatever a function gave: entities and selections inside are recognised. */
  result(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((each) => this.result(each));
    if (!isValues(value)) return value;
    const info = this.model[String(value['__DATACLASS'] ?? '')];
    if (info && Array.isArray(value['__ENTITIES'])) return this.page(info, value);
    if (info && ('__KEY' in value || '__ISNEW' in value)) return this.entity(info, value);
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, this.result(each)]));
  }

  /** The attributes of an entity that differ from what was read. */
  changes(info: ClassInfo, entity: Values): Values {
    const before = this.known.get(entity)?.values;
    const changed: Values = {};
    for (const [name, value] of Object.entries(entity)) {
      const attribute = info.attributes[name];
      if (attribute === undefined || attribute.readOnly || attribute.kind === 'many' || value === undefined) continue;
      const written = this.toServer(attribute, value);
      if (before && JSON.stringify(this.toServer(attribute, before[name])) === JSON.stringify(written)) continue;
      if (attribute.kind === 'media' && isValues(value) && 'url' in value) continue;
      changed[name] = written;
    }
    return changed;
  }

  private toServer(attribute: AttributeInfo, value: unknown): unknown {
    if (value instanceof Date) return value.toISOString();
    if (attribute.kind === 'one' && isValues(value)) {
      if ('__KEY' in value) return { __KEY: value['__KEY'] };
      if ('key' in value) return { __KEY: value['key'] };
    }
    return value;
  }

  /** An argument of a function. */
  argument(value: unknown): unknown {
    if (value instanceof Date) return value.toISOString();
    if (isStoredSet(value)) return { __ENTITIES: true, __DATASET: value.id };
    if (Array.isArray(value)) return value.map((each) => this.argument(each));
    if (!isValues(value)) return value;
    const known = this.known.get(value);
    if (!known) return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, this.argument(each)]));
    return {
      __DATACLASS: known.info.name,
      __ENTITY: true,
      __KEY: value['__KEY'],
      __STAMP: value['__STAMP'],
      ...this.changes(known.info, value),
    };
  }

  /** After a save the entity is what the server has stored. */
  refresh(info: ClassInfo, entity: Values, raw: Values): void {
    Object.assign(entity, this.entity(info, raw));
    this.known.set(entity, { info, values: { ...entity } });
  }

  async call(path: string, info: FunctionInfo, args: readonly unknown[]): Promise<unknown> {
    const body = JSON.stringify(args.map((each) => this.argument(each) ?? null));
    if (info.result === 'bytes') {
      const response = await this.open('POST', path, body, { 'content-type': 'application/json' });
      if (!response.ok) await this.checked(response);
      return response.blob();
    }
    const answer = await this.checked(await this.open('POST', path, body, { 'content-type': 'application/json' }));
    if (info.result === 'nothing') return undefined;
    if (info.result === 'day') return isValues(answer) ? String(answer['result'] ?? '').slice(0, 10) : '';
    return this.result(isValues(answer) && 'result' in answer && !('__DATACLASS' in answer) ? answer['result'] : answer);
  }

  /** The functions of one kind as an object of functions. */
  functions<F>(functions: readonly FunctionInfo[], on: FunctionInfo['on'], path: (name: string) => string): F {
    const bound: Record<string, unknown> = {};
    for (const info of functions) {
      if (info.on === on) bound[info.name] = (...args: unknown[]) => this.call(path(encodeURIComponent(info.name)), info, args);
    }
    return bound as F;
  }
}
