// A small REST server in memory that speaks rest.md where the runtime needs it. Counts and records what it is asked.
import { asArray, asObject, asText, isObject, type Json, type JsonObject } from '../../src/base/json';
import { parseFilter } from './filter';
import { libraryData, libraryModel, type MockAttribute, type MockClass, type MockData } from './model';

export interface MockRequest {
  verb: string;
  path: string;
  query: URLSearchParams;
  body: Json;
  context: JsonObject | null;
}
export interface CallInfo {
  args: Json[];
  key: string | null;
  self: JsonObject | null;
  set: string[] | null;
  context: JsonObject | null;
  server: MockServer;
}
export type MockFunction = (info: CallInfo) => Json | MockSelection | MockEntity | { raw: string; type: string };
export interface Row {
  key: string;
  stamp: number;
  values: JsonObject;
}

export class MockEntity {
  constructor(
    readonly dataclass: string,
    readonly key: string | null,
    readonly values: JsonObject = {},
  ) {}
}
export class MockSelection {
  constructor(
    readonly dataclass: string,
    readonly keys: string[],
  ) {}
}
export class MockError {
  constructor(
    readonly status: number,
    readonly errors: JsonObject[],
    readonly more: JsonObject = {},
  ) {}
}

export function fail(status: number, code: number, message: string, more: JsonObject = {}): MockError {
  return new MockError(status, [{ message, componentSignature: 'dbmg', errCode: code }], more);
}

export class MockServer {
  readonly classes: Map<string, MockClass>;
  readonly tables = new Map<string, Map<string, Row>>();
  readonly sets = new Map<string, { dataclass: string; keys: string[] }>();
  readonly log: MockRequest[] = [];
  readonly functions = new Map<string, MockFunction>();
  readonly pages = new Map<string, Json>();
  readonly uploads = new Map<string, Uint8Array>();
  privileges: string[] = [];
  privilegesStamp = 1;
  offline = false;
  delay = 0;
  /** Answers wait for it. */
  held: Promise<void> | null = null;
  /** Called before a request is answered; an error is sent instead of the answer. */
  intercept: (request: MockRequest) => MockError | null = () => null;
  effects: JsonObject | null = null;
  private next = 0;

  constructor(model: MockClass[] = libraryModel, data: MockData = libraryData()) {
    this.classes = new Map(model.map((item) => [item.name, { ...item, attributes: [...item.attributes] }]));
    for (const item of model) {
      const rows = (data[item.name] ?? []).map((values): [string, Row] => [
        String(values[item.key]),
        { key: String(values[item.key]), stamp: 1, values: { ...values } },
      ]);
      this.tables.set(item.name, new Map(rows));
    }
  }

  readonly fetch: typeof fetch = async (input, init) => {
    if (this.delay > 0)
      await new Promise((resolve) => {
        setTimeout(resolve, this.delay);
      });
    if (this.held) await this.held;
    if (this.offline) throw new TypeError('Failed to fetch');
    const headers = new Headers(init?.headers);
    const url = input instanceof Request ? input.url : String(input);
    const body = init?.body instanceof Blob ? new Uint8Array(await init.body.arrayBuffer()) : init?.body;
    const answer = this.answer(init?.method ?? 'GET', url, body, headers);
    const payload = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
    return new Response(payload, {
      status: answer.status,
      headers: { 'Content-Type': answer.type, 'X-Privileges-Stamp': String(this.privilegesStamp) },
    });
  };

  answer(verb: string, url: string, body: unknown, headers: Headers): { status: number; body: Json; type: string } {
    const at = url.indexOf('?');
    const path = decodeURIComponent(at < 0 ? url : url.slice(0, at)).replace(/^.*?\/rest/, '');
    const query = new URLSearchParams((at < 0 ? '' : url.slice(at + 1)).replace(/\+/g, '%2B'));
    const content: Json = typeof body === 'string' && body !== '' ? (JSON.parse(body) as Json) : null;
    const context = headers.get('X-Page-Context');
    const request: MockRequest = {
      verb,
      path,
      query,
      body: content,
      context: context
        ? (JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(context), (c) => c.charCodeAt(0)))) as JsonObject)
        : null,
    };
    this.log.push(request);
    this.effects = null;
    try {
      const refused = this.intercept(request);
      if (refused) throw refused;
      if (path === '/$upload') return { status: 200, body: { ID: this.store(body) }, type: 'application/json' };
      const result = this.route(request);
      if (isObject(result) && typeof result['raw'] === 'string' && typeof result['type'] === 'string')
        return { status: 200, body: result['raw'], type: result['type'] };
      return { status: 200, body: result, type: 'application/json' };
    } catch (error) {
      const failure = error instanceof MockError ? error : fail(500, -1, String(error));
      return {
        status: failure.status,
        body: { ...failure.more, __ERROR: failure.errors, ...(this.effects ? { __WEBFORM: this.effects } : {}) },
        type: 'application/json',
      };
    }
  }

  private store(body: unknown): string {
    const id = this.newId();
    this.uploads.set(id, body instanceof Uint8Array ? body : new Uint8Array());
    return id;
  }

  private newId(): string {
    return (++this.next).toString(16).toUpperCase().padStart(32, '0');
  }

  private route(request: MockRequest): Json {
    const { path, query } = request;
    if (path === '/$catalog/$all') return this.catalog();
    if (path === '/$info/privileges')
      return {
        privileges: this.privileges.length > 0 ? this.privileges.map((privilege) => ({ privilege })) : [{ privilege: 'guest' }],
      };
    if (path === '/$getWebForm') {
      const page = this.pages.get(unquote(query.get('$name') ?? ''));
      if (page === undefined) throw fail(404, 1, 'The page cannot be found');
      return page;
    }
    const ds = /^\/\$catalog\/(\w+)$/.exec(path);
    if (ds) return this.call(`ds.${ds[1]}`, request, null, null, null);
    const singleton = /^\/\$singleton\/(\w+)\/(\w+)$/.exec(path);
    if (singleton) return this.call(`cs.${singleton[1]}.${singleton[2]}`, request, null, null, null);
    return this.data(request);
  }

  private data(request: MockRequest): Json {
    const match = /^\/(\w+)(?:[([]"?([^)\]"]*)"?[)\]])?((?:\/.*)?)$/.exec(request.path);
    const dataclass = match?.[1] ?? '';
    const info = this.classes.get(dataclass);
    if (!match || !info) throw fail(404, 1800, `The "${dataclass}" dataclass cannot be found`);
    const key = match[2];
    const rest = (match[3] ?? '').split('/').filter((part) => part !== '');
    if (rest[0] === '$new' && rest[1]) return this.call(`${dataclass}Entity.${rest[1]}`, request, null, dataclass, null);
    const setAt = rest.indexOf('$entityset');
    if (setAt >= 0) return this.onSet(request, info, rest, setAt);
    if (key !== undefined) return this.onKey(request, info, key, rest[0]);
    if (rest[0])
      return this.call(
        this.functions.has(`${dataclass}Selection.${rest[0]}`) ? `${dataclass}Selection.${rest[0]}` : `${dataclass}.${rest[0]}`,
        request,
        null,
        dataclass,
        [...this.table(dataclass).keys()],
      );
    if (request.verb === 'POST') return this.save(request, info);
    return this.read(request, info, [...this.table(dataclass).keys()]);
  }

  private onSet(request: MockRequest, info: MockClass, rest: string[], at: number): Json {
    const ref = /^([0-9A-F]+)(?:[([]"?([^)\]"]*)"?[)\]])?$/.exec(rest[at + 1] ?? '');
    const set = this.sets.get(ref?.[1] ?? '');
    if (!set || set.dataclass !== info.name) throw fail(404, 1802, `The "${rest[at + 1]}" entity set cannot be found`);
    const name = rest[at - 1] ?? rest[at + 2];
    if (name) return this.call(`${info.name}Selection.${name}`, request, null, info.name, set.keys);
    if (ref?.[2] !== undefined) {
      if (!set.keys.includes(ref[2])) throw fail(404, 1543, 'Cannot find entity');
      return this.entity(info, this.row(info.name, ref[2]), request.query.get('$attributes'), true);
    }
    if (request.query.get('$method') === 'release') {
      this.sets.delete(ref?.[1] ?? '');
      return { ok: true };
    }
    const keys = request.query.get('$clean') === 'true' ? set.keys.filter((item) => this.table(info.name).has(item)) : set.keys;
    return this.read(request, info, keys);
  }

  private onKey(request: MockRequest, info: MockClass, key: string, member: string | undefined): Json {
    const row = this.row(info.name, key);
    if (request.query.get('$method') === 'delete') {
      this.table(info.name).delete(key);
      return { ok: true };
    }
    if (!member) return this.entity(info, row, request.query.get('$attributes'), true);
    if (request.verb === 'POST') return this.call(`${info.name}Entity.${member}`, request, key, info.name, null);
    const attribute = info.attributes.find((item) => item.name === member);
    if (!attribute) throw fail(404, 1500, `The "${member}" attribute cannot be found in The "${info.name}" dataclass`);
    if (attribute.kind === 'relatedEntities')
      return this.read(request, this.related(attribute), this.relatedKeys(info, attribute, row));
    const target = this.relatedRow(attribute, row);
    return target ? this.entity(this.related(attribute), target, null, true) : null;
  }

  table(dataclass: string): Map<string, Row> {
    return this.tables.get(dataclass) ?? new Map<string, Row>();
  }

  private row(dataclass: string, key: string): Row {
    const row = this.table(dataclass).get(key);
    if (!row) throw fail(404, 1543, `Cannot find entity with "${key}" key in the "${dataclass}" dataclass`);
    return row;
  }

  private related(attribute: MockAttribute): MockClass {
    const info = this.classes.get(attribute.type.replace(/Selection$/, ''));
    if (!info) throw new Error(`no class ${attribute.type}`);
    return info;
  }

  private relatedRow(attribute: MockAttribute, row: Row): Row | undefined {
    return this.table(attribute.type).get(String(row.values[attribute.foreignKey ?? '']));
  }

  private relatedKeys(_info: MockClass, attribute: MockAttribute, row: Row): string[] {
    const target = this.related(attribute);
    const back = target.attributes.find((item) => item.name === attribute.inverse);
    return [...this.table(target.name).values()]
      .filter((other) => String(other.values[back?.foreignKey ?? '']) === row.key)
      .map((other) => other.key);
  }

  value(info: MockClass, row: Row, path: string): Json | undefined {
    const [name = '', ...rest] = path.split('.');
    const attribute = info.attributes.find((item) => item.name === name);
    if (!attribute) throw fail(404, 1500, `The "${name}" attribute cannot be found in The "${info.name}" dataclass`);
    if (attribute.compute) return attribute.compute(row.values);
    if (attribute.kind !== 'relatedEntity') return rest.length > 0 ? asObject(row.values[name])[rest[0] ?? ''] : row.values[name];
    const target = this.relatedRow(attribute, row);
    return target ? this.value(this.related(attribute), target, rest.join('.')) : null;
  }

  private read(request: MockRequest, info: MockClass, source: string[]): Json {
    const { query } = request;
    let keys = source;
    const filter = query.get('$filter');
    if (filter !== null) {
      const params = asArray(JSON.parse(unquote(query.get('$params') ?? '[]')));
      const test = parseFilter(unquote(filter), params);
      keys = keys.filter((key) => {
        const row = this.table(info.name).get(key);
        return row !== undefined && test((path) => this.value(info, row, path));
      });
    }
    const order = query.get('$orderby');
    if (order) keys = this.sorted(info, keys, unquote(order));
    const store = query.get('$method') === 'entityset' || query.get('$method') === 'subentityset';
    return this.selection(info, keys, query, store);
  }

  private sorted(info: MockClass, keys: string[], order: string): string[] {
    const items = order.split(',').map((item) => item.trim().split(/\s+/));
    return [...keys].sort((a, b) => {
      for (const [path = '', direction = 'asc'] of items) {
        const [ra, rb] = [this.table(info.name).get(a), this.table(info.name).get(b)];
        if (!ra || !rb) return 0;
        const [va, vb] = [this.value(info, ra, path) ?? '', this.value(info, rb, path) ?? ''];
        const result = va < vb ? -1 : va > vb ? 1 : 0;
        if (result !== 0) return direction.toLowerCase() === 'desc' ? -result : result;
      }
      return 0;
    });
  }

  private selection(info: MockClass, keys: string[], query: URLSearchParams, store: boolean): JsonObject {
    const skip = Number(query.get('$skip') ?? 0);
    const top = Number(query.get('$top') ?? query.get('$limit') ?? 100);
    const sent = keys.slice(skip, skip + top);
    const result: JsonObject = {};
    if (store) {
      const id = this.newId();
      this.sets.set(id, { dataclass: info.name, keys: [...keys] });
      result['__ENTITYSET'] = `/rest/${info.name}/$entityset/${id}`;
    }
    const entities = sent.map((key) => {
      const row = this.table(info.name).get(key);
      return row ? this.entity(info, row, query.get('$attributes'), false) : { __STAMP: 0 };
    });
    return {
      ...result,
      __DATACLASS: info.name,
      __entityModel: info.name,
      __GlobalStamp: 0,
      __COUNT: keys.length,
      __FIRST: skip,
      __ENTITIES: entities,
      __SENT: entities.length,
    };
  }

  entity(info: MockClass, row: Row, attributes: string | null, root: boolean): JsonObject {
    const result: JsonObject = root ? { __entityModel: info.name, __DATACLASS: info.name } : {};
    Object.assign(result, { __KEY: row.key, __TIMESTAMP: '2025-01-01T00:00:00.000Z', __STAMP: row.stamp });
    const names = !attributes || attributes === '*' ? info.attributes.map((item) => item.name) : attributes.split(',');
    for (const path of names) this.put(info, row, path.trim(), result, names);
    return result;
  }

  private put(info: MockClass, row: Row, path: string, result: JsonObject, all: string[]): void {
    const [name = '', ...rest] = path.split('.');
    const attribute = info.attributes.find((item) => item.name === name);
    if (!attribute) throw fail(404, 1500, `The "${name}" attribute cannot be found in The "${info.name}" dataclass`);
    const deeper = all
      .filter((item) => item.startsWith(`${name}.`))
      .map((item) => item.slice(name.length + 1))
      .join(',');
    if (attribute.kind === 'relatedEntity') {
      const target = this.relatedRow(attribute, row);
      result[name] = !target
        ? null
        : rest.length > 0
          ? this.entity(this.related(attribute), target, deeper, false)
          : { __deferred: { uri: `/rest/${attribute.type}[${target.key}]`, __KEY: target.key } };
    } else if (attribute.kind === 'relatedEntities') {
      const uri = `/rest/${info.name}[${row.key}]/${name}?$expand=${name}`;
      if (rest.length === 0) {
        result[name] = { __deferred: { uri } };
        return;
      }
      const nested = this.selection(
        this.related(attribute),
        this.relatedKeys(info, attribute, row),
        new URLSearchParams({ $attributes: deeper }),
        false,
      );
      result[name] = { ...nested, __ENTITYSET: uri };
    } else result[name] = this.encode(attribute, row, info);
  }

  private encode(attribute: MockAttribute, row: Row, info: MockClass): Json {
    const value = attribute.compute ? attribute.compute(row.values) : row.values[attribute.name];
    if (value === undefined || value === null) return null;
    if (attribute.type === 'date' && attribute.simpleDate) return `!!${asText(value)}!!`;
    if (attribute.type === 'image')
      return {
        __deferred: {
          uri: `/rest/${info.name}[${row.key}]/${attribute.name}?$imageformat=best&$version=${row.stamp}&$expand=${attribute.name}`,
          image: true,
        },
      };
    return value;
  }

  private save(request: MockRequest, info: MockClass): Json {
    const body = asObject(request.body);
    const key = body['__KEY'];
    const attributes = request.query.get('$attributes');
    if (key === undefined || key === null) return this.insert(info, body, attributes);
    const row = this.table(info.name).get(String(key));
    if (!row)
      throw fail(500, 1542, `Cannot find entity with "${String(key)}" key in the "${info.name}" dataclass`, {
        __STATUS: { success: false, status: 5 },
      });
    if (body['__STAMP'] !== undefined && body['__STAMP'] !== row.stamp) {
      throw fail(500, 1263, 'Given stamp does not match current one', {
        ...this.entity(info, row, attributes, false),
        __STATUS: { status: 2, statusText: 'Stamp has changed', success: false },
      });
    }
    this.change(info, row, body);
    return { __STATUS: { success: true }, ...this.entity(info, row, attributes, false), uri: `/rest/${info.name}[${row.key}]` };
  }

  private insert(info: MockClass, body: JsonObject, attributes: string | null): Json {
    const table = this.table(info.name);
    const key = String(body[info.key] ?? Math.max(0, ...[...table.keys()].map(Number)) + 1);
    const row: Row = { key, stamp: 0, values: { [info.key]: Number(key) } };
    this.change(info, row, body);
    table.set(key, row);
    return { __STATUS: { success: true }, ...this.entity(info, row, attributes, false), uri: `/rest/${info.name}[${key}]` };
  }

  /** A change as anyone makes it: attributes set, stamp counted up. */
  change(info: MockClass, row: Row, body: JsonObject): void {
    for (const attribute of info.attributes) {
      if (!(attribute.name in body) || attribute.compute) continue;
      const value = body[attribute.name] ?? null;
      if (attribute.kind === 'relatedEntity')
        row.values[attribute.foreignKey ?? ''] = isObject(value) ? Number(value['__KEY']) : (value as Json);
      else if (attribute.type === 'image' && isObject(value))
        row.values[attribute.name] = value['ID'] ? value : (row.values[attribute.name] ?? null);
      else if (attribute.kind === 'storage') row.values[attribute.name] = value as Json;
    }
    row.stamp++;
  }

  /** Somebody else saves. */
  elsewhere(dataclass: string, key: string, body: JsonObject): void {
    const info = this.classes.get(dataclass);
    if (info) this.change(info, this.row(dataclass, key), body);
  }

  private call(name: string, request: MockRequest, key: string | null, dataclass: string | null, set: string[] | null): Json {
    const run = this.functions.get(name);
    if (!run) throw fail(404, 1500, `The "${name}" attribute cannot be found`);
    const wrapped = isObject(request.body) && '__this' in request.body;
    const args = wrapped ? asArray(asObject(request.body)['params']) : asArray(request.body);
    const self = wrapped ? asObject(asObject(request.body)['__this']) : null;
    const result = run({ args, key, self, set, context: request.context, server: this });
    void dataclass;
    return this.encodeResult(result, request);
  }

  private encodeResult(result: ReturnType<MockFunction>, request: MockRequest): Json {
    const extra: JsonObject = this.effects ? { __WEBFORM: this.effects } : {};
    if (result instanceof MockSelection) {
      const info = this.classes.get(result.dataclass);
      if (!info) return null;
      return { ...this.selection(info, result.keys, request.query, request.query.get('$method') === 'entityset'), ...extra };
    }
    if (result instanceof MockEntity) {
      const info = this.classes.get(result.dataclass);
      if (!info) return null;
      if (result.key === null)
        return { __entityModel: info.name, __DATACLASS: info.name, __STAMP: 0, __ISNEW: true, ...result.values, ...extra };
      return { ...this.entity(info, this.row(info.name, result.key), request.query.get('$attributes'), true), ...extra };
    }
    if (isObject(result) && '__THIS' in result) return { ...result, ...extra };
    if (isObject(result) && 'raw' in result) return result as Json;
    return { result: result as Json, ...extra };
  }

  private catalog(): Json {
    return {
      __NAME: 'Mock',
      methods: [],
      dataClasses: [...this.classes.values()].map((info) => ({
        name: info.name,
        className: info.name,
        collectionName: `${info.name}Selection`,
        key: [{ name: info.key }],
        methods: [],
        attributes: info.attributes.map((item) => ({
          name: item.name,
          kind: item.kind,
          type: item.type,
          ...(item.simpleDate ? { simpleDate: true } : {}),
          ...(item.not_null ? { not_null: true } : {}),
          ...(item.kind === 'calculated' ? { readOnly: true } : {}),
        })),
      })),
    };
  }
}

function unquote(text: string): string {
  return /^(["']).*\1$/s.test(text) ? text.slice(1, -1) : text;
}
