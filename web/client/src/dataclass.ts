// Dataclasses, selections and entity sets.
import type { Connection } from './connection';
import { markStoredSet } from './connection';
import { listenTo } from './changes';
import { FilterText, keyText, queryText, type LooseQuery } from './query';
import type { ClassInfo, Entity, Found, Key, Page, Query, Relations, Shape, Stored, ToMany, Values } from './types';
import { isValues, RestError } from './types';

/** Entities that satisfy a query: read page by page, one by one, stored on the server, or handed to functions. */
export class Selection<S extends Shape, A extends keyof S['fields'], X extends Relations<S>, F>
  implements AsyncIterable<Found<S, A, X>>
{
  /** Functions of the entity selection class. */
  readonly call: F;

  constructor(
    private readonly connection: Connection,
    private readonly info: ClassInfo,
    private readonly query: Query<S, A, X>,
  ) {
    const only = queryText({ ...query, attributes: undefined, expand: undefined } as LooseQuery);
    this.call = connection.functions<F>(
      info.functions,
      'entityCollection',
      (name) => `/${encodeURIComponent(info.name)}/${name}${only}`,
    );
  }

  private path(change: { skip?: number; top?: number } = {}): string {
    return `/${encodeURIComponent(this.info.name)}${queryText({ ...this.query, ...change } as LooseQuery)}`;
  }

  async page(skip = this.query.skip ?? 0, top = this.query.top ?? 100): Promise<Page<Found<S, A, X>>> {
    const raw = await this.connection.json('GET', this.path({ skip, top }));
    return this.connection.page(this.info, raw) as unknown as Page<Found<S, A, X>>;
  }

  async first(): Promise<Found<S, A, X> | null> {
    return (await this.page(undefined, 1)).entities[0] ?? null;
  }

  async count(): Promise<number> {
    return (await this.page(0, 0)).count;
  }

  /** Every entity, fetched in pages. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Found<S, A, X>> {
    const size = this.query.top ?? 100;
    for (let at = this.query.skip ?? 0; ; at += size) {
      const page = await this.page(at, size);
      yield* page.entities;
      if (page.entities.length < size) return;
    }
  }

  /** Keeps the selection on the server, with its order, for functions and for reading it again. */
  async store(): Promise<EntitySet<F>> {
    const path = this.path({ top: 0 });
    const raw = (await this.connection.json('GET', `${path}${path.includes('?') ? '&' : '?'}$method=entityset`)) as Values;
    const id = /\$entityset\/([0-9A-Za-z]+)/.exec(String(raw['__ENTITYSET']))?.[1] ?? '';
    return new EntitySet<F>(this.connection, this.info, id, Number(raw['__COUNT'] ?? 0));
  }

  async drop(): Promise<void> {
    const filter = queryText({ ...this.query, attributes: undefined, expand: undefined } as LooseQuery);
    await this.connection.json('DELETE', `/${encodeURIComponent(this.info.name)}${filter}`);
  }
}

/** Entities that the server keeps for this session; an argument for functions that take a selection. */
export class EntitySet<F> {
  readonly call: F;

  constructor(
    private readonly connection: Connection,
    private readonly info: ClassInfo,
    readonly id: string,
    readonly count: number,
  ) {
    markStoredSet(this);
    this.call = connection.functions<F>(info.functions, 'entityCollection', (name) => `${this.path}/${name}`);
  }

  private get path(): string {
    return `/${encodeURIComponent(this.info.name)}/$entityset/${this.id}`;
  }

  async release(): Promise<void> {
    await this.connection.json('GET', `${this.path}?$method=release`);
  }
}

export type Changed<S extends Shape> =
  | { readonly type: 'update'; readonly key: string; readonly stamp: number; readonly values: Partial<Entity<S>> }
  | { readonly type: 'add'; readonly count: number; readonly keys: readonly string[] }
  | { readonly type: 'remove'; readonly key: string }
  | { readonly type: 'refresh' }
  | { readonly type: 'stale'; readonly within?: number }
  | { readonly type: 'error'; readonly message: string };

export interface Functions {
  readonly onClass: object;
  readonly onSelection: object;
  readonly onEntity: object;
}

/** A dataclass of the application. */
export class DataClass<S extends Shape, F extends Functions> {
  /** Functions of the dataclass. */
  readonly call: F['onClass'];

  constructor(
    private readonly connection: Connection,
    private readonly info: ClassInfo,
  ) {
    this.call = connection.functions<F['onClass']>(info.functions, 'dataClass', (name) => `${this.path}/${name}`);
  }

  private get path(): string {
    return `/${encodeURIComponent(this.info.name)}`;
  }

  private one(key: Key): string {
    return `${this.path}(${keyText(key)})`;
  }

  select<A extends keyof S['fields'] = keyof S['fields'], X extends Relations<S> = never>(
    query: Query<S, A, X> = {},
  ): Selection<S, A, X, F['onSelection']> {
    return new Selection<S, A, X, F['onSelection']>(this.connection, this.info, query);
  }

  query<A extends keyof S['fields'] = keyof S['fields'], X extends Relations<S> = never>(
    query: Query<S, A, X> = {},
  ): Promise<Page<Found<S, A, X>>> {
    return this.select<A, X>(query).page();
  }

  /** null when there is no such entity. */
  async get<A extends keyof S['fields'] = keyof S['fields'], X extends Relations<S> = never>(
    key: S['key'],
    options: Pick<Query<S, A, X>, 'attributes' | 'expand'> = {},
  ): Promise<Found<S, A, X> | null> {
    try {
      const raw = (await this.connection.json('GET', this.one(key) + queryText(options as LooseQuery))) as Values;
      return this.connection.entity(this.info, raw) as Found<S, A, X>;
    } catch (error) {
      if (error instanceof RestError && error.status === 404 && error.errors[0]?.errCode === 1543) return null;
      throw error;
    }
  }

  async create(values: S['input']): Promise<Entity<S>> {
    const body = this.connection.changes(this.info, { ...values } as Values);
    const raw = (await this.connection.json('POST', `${this.path}?$method=update`, body)) as Values;
    return this.connection.entity(this.info, raw) as Entity<S>;
  }

  /** Stores the changed attributes; StampError when somebody else has saved the entity since it was read. */
  async save(entity: Stored): Promise<void> {
    const values = entity as unknown as Values;
    const body = { __KEY: entity.__KEY, __STAMP: entity.__STAMP, ...this.connection.changes(this.info, values) };
    const raw = (await this.connection.json('POST', `${this.path}?$method=update`, body)) as Values;
    this.connection.refresh(this.info, values, raw);
  }

  /** Deletes the entity; StampError when it was saved by somebody else since it was read. */
  async drop(entity: Stored): Promise<void> {
    await this.connection.dropVersion(this.info, this.one(entity.__KEY), entity.__STAMP);
  }

  async dropKey(key: S['key']): Promise<void> {
    await this.connection.json('DELETE', this.one(key));
  }

  /** Related entities that came as a link: page by page. */
  async related<K extends keyof S['many']>(
    entity: Stored,
    relation: K,
    query: Query<ToMany<S, K>> = {},
  ): Promise<Page<Entity<ToMany<S, K>>>> {
    const name = String(relation);
    const text = queryText(query as LooseQuery);
    const path = `${this.one(entity.__KEY)}/${encodeURIComponent(name)}${text}${text === '' ? '?' : '&'}$expand=${encodeURIComponent(name)}`;
    const info = this.connection.model[this.info.attributes[name]?.type ?? ''];
    if (info === undefined) throw new RestError(0, [], `${this.info.name} has no relation ${name}`);
    return this.connection.page(info, await this.connection.json('GET', path)) as unknown as Page<Entity<ToMany<S, K>>>;
  }

  /** Functions of an entity. */
  of(entity: Stored | S['key']): F['onEntity'] {
    const key = typeof entity === 'object' ? entity.__KEY : entity;
    return this.connection.functions<F['onEntity']>(this.info.functions, 'entity', (name) => `${this.one(key)}/${name}`);
  }

  /** Tells of changes by anybody to the entities that satisfy the filter. Give up with the function that is returned. */
  subscribe(query: Pick<Query<S>, 'filter' | 'params' | 'attributes'>, listen: (change: Changed<S>) => void): () => void {
    const filter = new FilterText();
    const text = typeof query.filter === 'string' ? query.filter : query.filter ? filter.text(query.filter as Values) : '';
    const attributes = (query.attributes ?? Object.keys(this.info.attributes)).map(String);
    const wanted: Values = { dataclass: this.info.name, attributes, window: [0, 1000] };
    if (text !== '') {
      wanted['filter'] = text;
      wanted['params'] = typeof query.filter === 'string' ? (query.params ?? []) : filter.params;
    }
    return listenTo(this.connection, wanted, (event) => {
      const values = isValues(event['values']) ? this.connection.entity(this.info, event['values']) : {};
      const [error] = Array.isArray(event['__ERROR']) ? (event['__ERROR'] as { message: string }[]) : [];
      listen({ ...event, values, keys: event['keys'] ?? [], message: error?.message ?? '' } as unknown as Changed<S>);
    });
  }
}
