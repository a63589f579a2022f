// Typed access to the REST API (rest.md). One instance a tab; knows nothing of sources or components.
import { asArray, asNumber, asObject, asText, parseJson, type Json, type JsonObject } from '../base/json';
import { readCall, readEffects, readEffectsHeader, readSelection } from './decode';
import { Catalog } from './catalog';
import { readErrors, RestError } from './errors';
import type { CallAnswer, CallTarget, PageContext, RawEntity, RawSelection, ReadOptions, SaveAnswer } from './types';

export interface ClientHooks {
  /** Number of requests under way has changed. */
  onTraffic?(active: number): void;
  /** A request reached the server (true) or did not (false). */
  onReach?(reached: boolean): void;
  /** Stamp of the session's privileges differs from the last one seen. */
  onPrivileges?(): void;
  /** A request was refused because nobody is logged in. */
  onLoginNeeded?(): void;
  /** A request was refused because the session lacks a privilege. */
  onRefused?(): void;
}

export interface ClientOptions {
  base?: string;
  fetch?: typeof fetch;
  hooks?: ClientHooks;
}

interface Sent {
  body: Json;
  response: Response;
}

const privilegesPath = '/$info/privileges';

export class RestClient {
  private readonly base: string;
  private readonly send: typeof fetch;
  private active = 0;
  private stamp: string | null = null;
  hooks: ClientHooks;

  constructor(options: ClientOptions = {}) {
    this.base = options.base ?? '/rest';
    this.send = options.fetch ?? ((input, init) => fetch(input, init));
    this.hooks = options.hooks ?? {};
  }

  async catalog(): Promise<Catalog> {
    return new Catalog((await this.request('GET', '/$catalog/$all')).body);
  }

  /** Names of the privileges that the session holds, `guest` left out. */
  async privileges(): Promise<string[]> {
    const { body } = await this.request('GET', privilegesPath);
    return readPrivileges(body);
  }

  async page(name: string): Promise<Json> {
    return (await this.request('GET', `/$getWebForm?$name=${encodeURIComponent(name)}`)).body;
  }

  async entity(dataclass: string, key: string, attributes?: string): Promise<RawEntity> {
    const query = queryText({ ...(attributes ? { attributes } : {}) });
    return asObject((await this.request('GET', `/${dataclass}${keyRef(key)}${query}`)).body) as RawEntity;
  }

  /** Selection of a whole class. */
  async selection(dataclass: string, options: ReadOptions): Promise<RawSelection> {
    return readSelection((await this.request('GET', `/${dataclass}${queryText(options)}`)).body);
  }

  /** Selection out of a stored set. */
  async set(dataclass: string, set: string, options: ReadOptions): Promise<RawSelection> {
    return readSelection((await this.request('GET', `/${dataclass}/$entityset/${set}${queryText(options)}`)).body);
  }

  /** Selection that a relation of one entity leads to. */
  async related(dataclass: string, key: string, relation: string, options: ReadOptions): Promise<RawSelection> {
    const query = queryText(options, { $expand: relation });
    return readSelection((await this.request('GET', `/${dataclass}${keyRef(key)}/${relation}${query}`)).body);
  }

  /** Whether the set holds the entity. */
  async setHas(dataclass: string, set: string, key: string, keyName: string): Promise<boolean> {
    try {
      await this.request('GET', `/${dataclass}/$entityset/${set}${keyRef(key)}?$attributes=${keyName}`);
      return true;
    } catch (error) {
      if (error instanceof RestError && error.status === 404) return false;
      throw error;
    }
  }

  /** Creates or updates one entity. A refusal of the server is an answer, not an exception. */
  async save(dataclass: string, entity: JsonObject, attributes?: string): Promise<SaveAnswer> {
    const query = queryText({ ...(attributes ? { attributes } : {}) }, { $method: 'update' });
    try {
      const { body } = await this.request('POST', `/${dataclass}${query}`, JSON.stringify(entity));
      return readSave(body, true);
    } catch (error) {
      if (error instanceof RestError && error.status !== 0 && !error.needsLogin) return readSave(error.body, false, error);
      throw error;
    }
  }

  async remove(dataclass: string, key: string): Promise<void> {
    const { body } = await this.request('POST', `/${dataclass}${keyRef(key)}?$method=delete`);
    const errors = readErrors(body);
    if (asObject(body)['ok'] === false || errors.length > 0) throw new RestError(500, errors, body);
  }

  async release(dataclass: string, set: string): Promise<void> {
    await this.request('GET', `/${dataclass}/$entityset/${set}?$method=release`);
  }

  /** The name goes along: server code finds it in the property `path` of the picture or blob. */
  async upload(file: Blob, picture: boolean, name = ''): Promise<string> {
    const query = picture ? '$rawPict=true' : '$binary=true';
    const { body } = await this.request('POST', `/$upload?${query}`, file, {
      'Content-Type': file.type || 'application/octet-stream',
      ...(name === '' ? {} : { 'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}` }),
    });
    return asText(asObject(body)['ID']);
  }

  async call(target: CallTarget, args: Json[], context: PageContext | null, options: ReadOptions = {}): Promise<CallAnswer> {
    const query = queryText(options);
    const body = target.kind === 'entity' && target.self ? { __this: target.self, params: args } : args;
    return this.callWith('POST', callPath(target) + query, JSON.stringify(body), context);
  }

  /** Call of an `onHttpGet` function: the address that a browser can open. */
  getAddress(target: CallTarget, args: Json[]): string {
    const params = args.length > 0 ? `?$params=${encodeURIComponent(`'${JSON.stringify(args)}'`)}` : '';
    return this.base + callPath(target) + params;
  }

  async logout(): Promise<void> {
    await this.request('POST', '/$catalog/__logout', '[]');
  }

  private async callWith(verb: string, path: string, body: string, context: PageContext | null): Promise<CallAnswer> {
    const headers: Record<string, string> = {};
    if (context) headers['X-Page-Context'] = toBase64(JSON.stringify(context));
    const sent = await this.request(verb, path, body, headers, true);
    if (!(sent.response.headers.get('Content-Type') ?? '').includes('json')) {
      const effects = asObject(readEffectsHeader(sent.response.headers.get('X-Page-Effects')));
      const answer = readCall(effects as Json);
      const data = await sent.response.blob();
      return { ...answer, result: { kind: 'raw', data, name: fileName(sent.response) } };
    }
    return readCall(sent.body);
  }

  private async request(
    verb: string,
    path: string,
    body?: BodyInit,
    headers: Record<string, string> = {},
    raw = false,
  ): Promise<Sent> {
    this.traffic(1);
    try {
      const response = await this.reach(verb, path, body, headers);
      this.watchPrivileges(response, path === privilegesPath);
      const json = (response.headers.get('Content-Type') ?? '').includes('json');
      const content: Json = json || !raw || !response.ok ? (parseJson(await response.text()) ?? null) : null;
      const errors = readErrors(content);
      if (!response.ok || (errors.length > 0 && !isData(content))) {
        const error = new RestError(response.status, errors, content, readEffects(asObject(content)['__WEBFORM']));
        if (error.needsLogin) this.hooks.onLoginNeeded?.();
        else if (error.needsPrivilege) this.hooks.onRefused?.();
        throw error;
      }
      return { body: content, response };
    } finally {
      this.traffic(-1);
    }
  }

  private async reach(
    verb: string,
    path: string,
    body: BodyInit | undefined,
    headers: Record<string, string>,
  ): Promise<Response> {
    const init: RequestInit = { method: verb, credentials: 'same-origin', headers };
    if (body !== undefined) {
      init.body = body;
      if (!('Content-Type' in headers)) init.headers = { 'Content-Type': 'application/json', ...headers };
    }
    try {
      const response = await this.send(this.base + path, init);
      this.hooks.onReach?.(response.status !== 502 && response.status !== 503 && response.status !== 504);
      return response;
    } catch {
      this.hooks.onReach?.(false);
      throw new RestError(0, [], null);
    }
  }

  /** `asked`: the answer itself tells what they are now. */
  private watchPrivileges(response: Response, asked: boolean): void {
    const stamp = response.headers.get('X-Privileges-Stamp');
    if (stamp === null) return;
    const changed = this.stamp !== null && this.stamp !== stamp;
    this.stamp = stamp;
    if (changed && !asked) this.hooks.onPrivileges?.();
  }

  private traffic(change: number): void {
    this.active += change;
    this.hooks.onTraffic?.(this.active);
  }
}

/** Names out of the answer of `$info/privileges`, `guest` left out. */
export function readPrivileges(body: Json): string[] {
  return asArray(asObject(body)['privileges'])
    .map((item) => (typeof item === 'string' ? item : asText(asObject(item)['privilege'])))
    .filter((name) => name !== '' && name !== 'guest');
}

function isData(content: Json): boolean {
  const root = asObject(content);
  return '__STATUS' in root || '__ENTITIES' in root || 'ok' in root;
}

function readSave(body: Json, reached: boolean, error?: RestError): SaveAnswer {
  const root = asObject(body);
  const status = asObject(root['__STATUS']);
  const errors = error?.errors ?? readErrors(body);
  const gone = root['__STAMP'] === undefined && errors.some((item) => item.code === 1542 || item.code === 1543);
  const entity = { ...root } as RawEntity;
  delete entity['__STATUS'];
  delete entity['__ERROR'];
  return {
    success: reached && status['success'] !== false && errors.length === 0,
    status: gone ? 5 : asNumber(status['status'], 0),
    entity,
    errors,
  };
}

/** `(7)` or `("A b")`. */
export function keyRef(key: string): string {
  return /^[\w-]+$/.test(key) ? `(${key})` : `(${encodeURIComponent(`"${key}"`)})`;
}

function queryText(options: ReadOptions, more: Record<string, string> = {}): string {
  const parts: string[] = [];
  const add = (name: string, value: string): void => {
    parts.push(`${name}=${encodeURIComponent(value)}`);
  };
  if (options.filter !== undefined) add('$filter', `"${options.filter}"`);
  if (options.params && options.params.length > 0) add('$params', `'${JSON.stringify(options.params)}'`);
  if (options.orderBy) add('$orderby', `"${options.orderBy}"`);
  if (options.attributes) add('$attributes', options.attributes);
  if (options.skip) add('$skip', String(options.skip));
  if (options.top !== undefined) add('$top', String(options.top));
  if (options.clean) add('$clean', 'true');
  for (const [name, value] of Object.entries(more)) add(name, value);
  if (options.store) add('$method', 'entityset');
  return parts.length > 0 ? `?${parts.join('&')}` : '';
}

function callPath(target: CallTarget): string {
  switch (target.kind) {
    case 'datastore':
      return `/$catalog/${target.method}`;
    case 'dataclass':
      return `/${target.dataclass}/${target.method}`;
    case 'singleton':
      return `/$singleton/${target.dataclass}/${target.method}`;
    case 'selection':
      return `/${target.dataclass}/${target.method}/$entityset/${target.set}`;
    case 'entity':
      return target.key === null
        ? `/${target.dataclass}/$new/${target.method}`
        : `/${target.dataclass}${keyRef(target.key)}/${target.method}`;
  }
}

function toBase64(text: string): string {
  let binary = '';
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return btoa(binary);
}

function fileName(response: Response): string {
  const header = response.headers.get('Content-Disposition') ?? '';
  const name = /filename\*?=(?:UTF-8'')?"?([^";]+)"?/i.exec(header)?.[1];
  return name ? decodeURIComponent(name) : '';
}
