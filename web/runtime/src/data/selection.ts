// An entity selection in the browser: its definition, the server's set, and the pages loaded so far.
import type { Json, JsonObject } from '../base/json';
import { batch, Topic } from '../base/reactive';
import type { Dataclass } from '../rest/catalog';
import { RestError } from '../rest/errors';
import type { RawEntity, RawSelection, ReadOptions } from '../rest/types';
import type { DataContext, EntityCache } from './context';
import type { Entity } from './entity';
import { attributeList, Needs } from './needs';

export type Definition =
  | { kind: 'empty' }
  | { kind: 'all' }
  | { kind: 'query'; query: string; params: Json[] }
  | { kind: 'relation'; owner: Entity; attribute: string }
  /** Given by a function: only its set is known. */
  | { kind: 'set' };

type Status = 'new' | 'loading' | 'ready' | 'failed';
const maximumPages = 60;

export class Selection {
  readonly topic = new Topic();
  readonly needs = new Needs();
  status: Status = 'new';
  order = '';
  set = '';
  pageSize = 100;
  /** Entities of the set on the server; places removed from the display are counted here. */
  private total = 0;
  private holes: number[] = [];
  /** By place in the server's set; null = deleted there. */
  private rows = new Map<number, Entity | null>();
  private places = new Map<string, number>();
  private readonly pending = new Map<number, Promise<void>>();
  private opening: Promise<void> | null = null;
  private generation = 0;
  private recent: number[] = [];
  private offline = false;

  constructor(
    readonly context: DataContext,
    readonly dataclass: Dataclass,
    public definition: Definition,
    readonly cache: EntityCache,
  ) {
    cache.selections.add(this);
    if (definition.kind === 'empty') this.status = 'ready';
  }

  /** Number of entities shown; 0 until known. Reading it loads the first page. */
  get length(): number {
    this.topic.read();
    if (this.status === 'new') this.want(0, 1);
    return this.count;
  }

  get count(): number {
    return this.total - this.holes.length;
  }
  get known(): boolean {
    this.topic.read();
    return this.status === 'ready';
  }
  get loadedRows(): number {
    return this.rows.size;
  }

  /** Entity at a place of the display; null = deleted, undefined = not loaded. */
  at(index: number): Entity | null | undefined {
    this.topic.read();
    if (index < 0 || index >= this.count) return undefined;
    return this.rows.get(this.toPlace(index));
  }

  /** First loaded place and number of places up to the last loaded one. */
  loadedWindow(): [number, number] {
    let [first, last] = [Infinity, -1];
    for (const place of this.rows.keys()) {
      first = Math.min(first, place);
      last = Math.max(last, place);
    }
    return last < 0 ? [0, 0] : [first, last - first + 1];
  }

  /** Entities loaded at the moment, in order. */
  loaded(): Entity[] {
    return [...this.rows.entries()]
      .sort((a, b) => a[0] - b[0])
      .map((pair) => pair[1])
      .filter((entity): entity is Entity => entity !== null);
  }

  holdsKey(entity: Entity): boolean {
    return entity.key !== null && this.places.has(entity.key) && entity.dataclass === this.dataclass;
  }

  /** Place in the display of a loaded entity; -1 when it is not among the loaded ones. */
  indexOf(entity: Entity): number {
    const place = entity.key === null || entity.dataclass !== this.dataclass ? undefined : this.places.get(entity.key);
    return place === undefined ? -1 : place - this.holes.filter((hole) => hole < place).length;
  }

  private toPlace(index: number): number {
    let place = index;
    for (const hole of this.holes) {
      if (hole > place) break;
      place++;
    }
    return place;
  }

  /** Asks for what is not loaded of the window; the answer arrives through the topic. */
  want(first: number, count: number): void {
    if (this.status === 'failed') return;
    if (this.status === 'ready' && this.windowLoaded(first, count)) return;
    void this.context.track(
      Promise.resolve()
        .then(() => this.load(first, count))
        .catch((error: unknown) => {
          this.report(error);
        }),
    );
  }

  private windowLoaded(first: number, count: number): boolean {
    const end = Math.min(first + count, this.count);
    for (let i = Math.max(first, 0); i < end; i++) if (!this.rows.has(this.toPlace(i))) return false;
    return true;
  }

  /** Loads the window; resolves when it is there. Throws what the server refused. */
  async load(first: number, count: number): Promise<void> {
    await this.open();
    const end = Math.min(first + count, this.count);
    const pages = new Set<number>();
    for (let i = Math.max(first, 0); i < end; i++) {
      const place = this.toPlace(i);
      if (!this.rows.has(place)) pages.add(Math.floor(place / this.pageSize));
    }
    await Promise.all([...pages].map((page) => this.loadPage(page)));
  }

  /** Evaluates the definition, once, and loads the first page. */
  open(): Promise<void> {
    if (this.status === 'ready') return Promise.resolve();
    this.opening ??= this.evaluate().finally(() => {
      this.opening = null;
    });
    return this.opening;
  }

  private async evaluate(): Promise<void> {
    const generation = this.generation;
    this.status = 'loading';
    try {
      const raw = await this.request();
      if (generation !== this.generation) return;
      batch(() => {
        this.forget();
        this.status = 'ready';
        if (raw) this.takePage(raw);
        this.topic.changed();
      });
    } catch (error) {
      if (generation === this.generation) {
        this.status = 'failed';
        this.offline = error instanceof RestError && error.offline;
        this.forget();
        this.topic.changed();
      }
      throw error;
    }
  }

  private options(extra: ReadOptions = {}): ReadOptions {
    return {
      attributes: attributeList(this.context.catalog, this.dataclass, this.needs.all(), this.context.log),
      top: this.pageSize,
      ...extra,
    };
  }

  private async request(): Promise<RawSelection | null> {
    const { client } = this.context;
    const name = this.dataclass.name;
    const options = this.options({ store: true, ...(this.order ? { orderBy: this.order } : {}) });
    const definition = this.definition;
    switch (definition.kind) {
      case 'empty':
        return null;
      case 'all':
        return client.selection(name, options);
      case 'query':
        return client.selection(name, { ...options, filter: definition.query, params: definition.params });
      case 'relation':
        return definition.owner.key === null
          ? null
          : client.related(definition.owner.dataclass.name, definition.owner.key, definition.attribute, options);
      case 'set':
        return client.set(name, this.set, this.options(this.order ? { store: true, orderBy: this.order } : {}));
    }
  }

  private loadPage(page: number): Promise<void> {
    const running = this.pending.get(page);
    if (running) return running;
    const work = this.fetchPage(page).finally(() => {
      if (this.pending.get(page) === work) this.pending.delete(page);
    });
    this.pending.set(page, work);
    return work;
  }

  private async fetchPage(page: number): Promise<void> {
    const generation = this.generation;
    if (this.set === '') {
      await this.reopen();
      if (this.set === '') return;
    }
    try {
      const raw = await this.context.client.set(this.dataclass.name, this.set, this.options({ skip: page * this.pageSize }));
      if (generation !== this.generation) return;
      batch(() => {
        if (raw.count !== this.total) this.forget();
        this.takePage(raw);
        this.visited(page);
        this.topic.changed();
      });
    } catch (error) {
      if (!(error instanceof RestError) || !error.has(1802) || this.definition.kind === 'set') throw error;
      await this.reopen();
    }
  }

  /** The set is gone on the server: the definition is evaluated again. */
  private async reopen(): Promise<void> {
    this.status = 'new';
    await this.open();
  }

  private takePage(raw: RawSelection): void {
    if (raw.set !== '') this.set = raw.set;
    this.total = raw.count;
    raw.entities.forEach((item, i) => {
      this.put(raw.first + i, item);
    });
  }

  private put(place: number, item: RawEntity): void {
    if (item.__KEY === undefined || item.__KEY === null) {
      this.rows.set(place, null);
      return;
    }
    const entity = this.cache.entity(this.context, this.dataclass, item);
    this.rows.set(place, entity);
    this.places.set(String(item.__KEY), place);
  }

  /** Rows that came inside the answer for the owner of a relation. */
  takeNested(raw: RawSelection): void {
    this.generation++;
    this.forget();
    this.set = '';
    this.status = 'ready';
    this.takePage({ ...raw, set: '' });
    this.topic.changed();
  }

  /** Takes a function's result over. */
  takeResult(raw: RawSelection): void {
    this.status = 'ready';
    this.takePage(raw);
    this.topic.changed();
  }

  private forget(): void {
    this.rows.clear();
    this.places.clear();
    this.holes = [];
    this.recent = [];
    this.total = 0;
  }

  /** Keeps memory bounded: pages not looked at for long are dropped, edited entities stay. */
  private visited(page: number): void {
    this.recent = [...this.recent.filter((other) => other !== page), page];
    while (this.recent.length > maximumPages) {
      const old = this.recent.shift();
      if (old === undefined) return;
      for (let place = old * this.pageSize; place < (old + 1) * this.pageSize; place++) this.evict(place);
    }
  }

  private evict(place: number): void {
    const entity = this.rows.get(place);
    if (!entity || entity.touched.length > 0 || entity.holders.size > 0) return;
    this.rows.delete(place);
    if (entity.key !== null) this.places.delete(entity.key);
    this.cache.remove(entity);
  }

  /**
   * The server's set follows its definition; where in it something came or went is not known here. What is shown is read
   * anew, and the length with it, in one step.
   */
  async realign(): Promise<boolean> {
    if (this.set === '' || this.status !== 'ready') return false;
    const pages = new Set<number>([0]);
    for (const [place, entity] of this.rows) if (entity && entity.topic.watched > 0) pages.add(Math.floor(place / this.pageSize));
    const generation = ++this.generation;
    this.pending.clear();
    const name = this.dataclass.name;
    const raws = await Promise.all(
      [...pages].map((page) => this.context.client.set(name, this.set, this.options({ skip: page * this.pageSize }))),
    );
    if (generation !== this.generation) return false;
    batch(() => {
      this.forget();
      for (const raw of raws) this.takePage(raw);
      this.topic.changed();
    });
    return true;
  }

  /** Pages on their way. */
  arriving(): Promise<unknown> | null {
    return this.pending.size > 0 ? Promise.allSettled([...this.pending.values()]) : null;
  }

  /** Loaded entities that something shows. The others are forgotten, to be read anew when they are shown. */
  keepShown(): Entity[] {
    const shown: Entity[] = [];
    const before = this.rows.size;
    for (const [place, entity] of [...this.rows]) {
      if (!entity) continue;
      if (entity.topic.watched > 0 || entity.holders.size > 0 || entity.touched.length > 0) shown.push(entity);
      else this.evict(place);
    }
    if (shown.length < before) this.topic.changed(); // who is about to show one that is gone asks for it again
    return shown;
  }

  /** Evaluates the definition again on the server; entities are kept as objects. */
  async reload(): Promise<void> {
    this.generation++;
    this.pending.clear();
    this.opening = null;
    if (this.definition.kind === 'empty') return;
    this.status = 'new';
    await this.open();
  }

  /** After a lost connection: what failed for that reason may be asked for again; `refused`: what was refused, too. */
  retry(refused = false): void {
    if (this.status !== 'failed' || !(this.offline || refused)) return;
    this.status = 'new';
    this.topic.changed();
  }

  /** Sorted on the server: a new set for the same definition. */
  async orderBy(order: string): Promise<void> {
    const before = this.order;
    this.order = order;
    try {
      if (this.set === '' || this.status !== 'ready') {
        await this.reload();
        return;
      }
      await this.replaceSet({ orderBy: order });
    } catch (error) {
      this.order = before;
      throw error;
    }
  }

  async clean(): Promise<void> {
    await this.open();
    if (this.set !== '') await this.replaceSet({ clean: true });
  }

  private async replaceSet(extra: ReadOptions): Promise<void> {
    const raw = await this.context.client.set(this.dataclass.name, this.set, this.options({ ...extra, store: true }));
    this.generation++;
    this.pending.clear();
    batch(() => {
      this.forget();
      this.takePage(raw);
      this.topic.changed();
    });
  }

  /** Whether the entity belongs to the selection; asks the server only when it is not among the loaded ones. */
  async has(entity: Entity): Promise<boolean> {
    if (entity.key === null || entity.dataclass !== this.dataclass) return false;
    if (this.places.has(entity.key)) return true;
    await this.open();
    if (this.places.has(entity.key)) return true;
    if (this.rows.size >= this.total || this.total === 0) return false;
    if (this.set === '') return false;
    return this.context.client.setHas(this.dataclass.name, this.set, entity.key, this.dataclass.key);
  }

  /** Keys whose places this tab has removed and of which the server has still to tell. */
  private readonly gone = new Set<string>();

  /** Whether the server tells of a removal that is done already; it does so once. */
  knowsRemoval(key: string): boolean {
    return this.gone.delete(key);
  }

  /** The place of a dropped entity disappears from the display. */
  removeKey(key: string, own = false): boolean {
    const place = this.places.get(key);
    if (place === undefined) return false;
    if (own) this.gone.add(key);
    this.places.delete(key);
    this.rows.delete(place);
    this.holes = [...this.holes, place].sort((a, b) => a - b);
    this.topic.changed();
    return true;
  }

  /** Entities were added at the end of the server's set. */
  grow(count: number): void {
    this.total = count + this.holes.length;
    this.topic.changed();
  }

  /** Makes sure that the server keeps a set, so that the selection can be an argument. */
  async ensureSet(): Promise<void> {
    await this.open();
    if (this.set === '' && this.definition.kind !== 'empty') await this.reload();
    if (this.set === '') {
      const raw = await this.context.client.selection(this.dataclass.name, {
        filter: `${this.dataclass.key} == null`,
        top: 0,
        store: true,
      });
      this.set = raw.set;
    }
  }

  argument(): JsonObject {
    return { __DATACLASS: this.dataclass.name, __DATASET: this.set, __ENTITIES: true };
  }

  report(error: unknown): void {
    if (!(error instanceof RestError)) throw error;
    if (!error.offline) this.context.log.error(`reading ${this.dataclass.name}: ${error.message}`);
  }
}
