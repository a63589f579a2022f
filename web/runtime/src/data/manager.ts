// The datasource manager: creates sources, propagates changes, fires their events. Headless; no view library in sight.
import { once, type Log } from '../base/log';
import { batch, Topic } from '../base/reactive';
import { parsePath } from '../model/path';
import type { SourceDef } from '../model/page';
import type { Use } from '../model/uses';
import type { Catalog, Dataclass } from '../rest/catalog';
import type { RestClient } from '../rest/client';
import { RestError } from '../rest/errors';
import type { RawEntity, RawSelection } from '../rest/types';
import { EntityCache, type DataContext } from './context';
import { Derivation } from './derivation';
import { EntitySource } from './entity_source';
import { Entity } from './entity';
import { EntityLoader } from './loader';
import { attributeList } from './needs';
import { ScalarSource } from './scalar_source';
import { Scope } from './scope';
import { Selection } from './selection';
import { SelectionSource } from './selection_source';
import type { Source } from './source';

/** A chain of consequences: counts how often each source fired inside it. */
export class Turn {
  readonly running = new Map<Source, number>();
}

export type SourceEvent = 'onchange' | 'oninit';
export type SourceListener = (source: Source, event: SourceEvent, turn: Turn) => Promise<void>;

interface Change {
  turn: Turn;
  sources: Set<Source>;
  later: Promise<void>[];
}

const nesting = 10;

export class Manager {
  readonly context: DataContext;
  readonly log: Log;
  readonly shared: Scope;
  /** Runs the actions of a source's event. */
  listener: SourceListener = () => Promise.resolve();
  private change: Change | null = null;
  private readonly working = new Set<Promise<unknown>>();
  private readonly scopes = new Set<Scope>();
  /** What hands on the typing that waits for the end of its pause. */
  readonly typing = new Set<() => void>();
  /** Sources came or went. */
  readonly scopesTopic = new Topic();

  constructor(client: RestClient, catalog: Catalog, log: Log) {
    this.log = once(log);
    const loader = new EntityLoader();
    this.context = {
      client,
      catalog,
      log: this.log,
      loader,
      track: (work) => {
        const quiet = work.then(
          () => undefined,
          () => undefined,
        );
        this.working.add(quiet);
        void quiet.then(() => this.working.delete(quiet));
        return work;
      },
    };
    loader.attach(this.context);
    this.shared = new Scope(this, null);
    this.scopes.add(this.shared);
  }

  /** Resolves when no request of a source is under way. For tests and for the first rendering. */
  async quiet(): Promise<void> {
    do {
      await Promise.all([...this.working]);
      await new Promise((resolve) => {
        setTimeout(resolve, 0);
      });
    } while (this.working.size > 0);
  }

  /** Resolves when no request of a source is under way, or after `limit` milliseconds. */
  async quietWithin(limit: number): Promise<void> {
    if (this.working.size === 0) return;
    let late = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        late = true;
        resolve();
      }, limit);
    });
    while (this.working.size > 0 && !late) await Promise.race([Promise.all([...this.working]), end]);
    clearTimeout(timer);
  }

  pageScope(): Scope {
    const scope = new Scope(this, this.shared);
    this.scopes.add(scope);
    return scope;
  }

  drop(scope: Scope): void {
    this.scopes.delete(scope);
    this.scopesTopic.changed();
  }
  allScopes(): Scope[] {
    return [...this.scopes];
  }

  /** Creates the sources of a scope, origins before what is derived from them. */
  create(scope: Scope, defs: readonly SourceDef[]): Source[] {
    const left = new Map(defs.map((def) => [`${def.namespace}:${def.id}`, def]));
    const created: Source[] = [];
    const visit = (def: SourceDef, path: readonly SourceDef[]): void => {
      const id = `${def.namespace}:${def.id}`;
      if (!left.has(id)) return;
      if (path.includes(def)) {
        this.log.error(`source "${def.id}" is derived from itself`);
        return;
      }
      const origin = parsePath(def.from);
      const before = origin && left.get(`${origin.namespace || def.namespace}:${origin.root}`);
      if (before && before !== def) visit(before, [...path, def]);
      if (!left.delete(id)) return;
      const source = this.build(scope, def);
      if (source) {
        scope.add(source);
        created.push(source);
      }
    };
    for (const def of defs) visit(def, []);
    this.scopesTopic.changed();
    return created;
  }

  private build(scope: Scope, def: SourceDef): Source | null {
    const origin = this.origin(scope, def);
    if (def.type === 'scalar') {
      const source = new ScalarSource(this, def, origin && origin.steps.length === 0 ? origin.source : null);
      origin?.source.dependents.add(source);
      return source;
    }
    const dataclass = this.context.catalog.find(def.dataclass);
    if (!dataclass) {
      this.log.error(`source "${def.id}": the dataclass "${def.dataclass}" does not exist or is not exposed`);
      return null;
    }
    const path = origin && origin.steps.length > 0 ? origin : null;
    let source: Source;
    if (def.type === 'entitysel') source = new SelectionSource(this, def, dataclass, path);
    else {
      const selection = origin && !path && origin.source instanceof SelectionSource ? origin.source : null;
      source = new EntitySource(this, def, dataclass, selection, path);
    }
    origin?.source.dependents.add(source);
    return source;
  }

  private origin(scope: Scope, def: SourceDef): Derivation | null {
    const path = parsePath(def.from);
    if (!path) return null;
    const source = scope.find(path.namespace || def.namespace, path.root);
    if (!source || source.def === def) {
      this.log.error(`source "${def.id}": its origin "${def.from}" does not exist`);
      return null;
    }
    return new Derivation(source, path.steps);
  }

  /** Turn of the commit that runs at the moment. */
  get turn(): Turn | null {
    return this.change?.turn ?? null;
  }

  /** Before values of the server are taken over without having been asked for: what was typed counts as an edit. */
  settleTyping(): void {
    for (const handOn of [...this.typing]) handOn();
  }

  /** Runs `work`; then its consequences: one notification for everyone, derived sources, then `onChange` of what changed. */
  commit(turn: Turn | null, work: () => void): Promise<void> {
    if (this.change) {
      work();
      return Promise.resolve();
    }
    const change: Change = { turn: turn ?? new Turn(), sources: new Set(), later: [] };
    this.change = change;
    try {
      batch(work);
    } finally {
      this.change = null;
    }
    return this.finish(change);
  }

  private async finish(change: Change): Promise<void> {
    while (change.later.length > 0) await Promise.all(change.later.splice(0));
    for (const source of change.sources) await this.fire(source, 'onchange', change.turn);
  }

  /** Runs what an event of a source triggers; a loop is cut (pages 5.3). */
  async fire(source: Source, event: SourceEvent, turn: Turn | null): Promise<void> {
    const current = turn ?? new Turn();
    const count = current.running.get(source) ?? 0;
    if (count >= nesting) {
      this.log.error(`source "${source.name}": ${event} runs inside itself, cut after ${nesting} times`);
      return;
    }
    current.running.set(source, count + 1);
    try {
      await this.listener(source, event, current);
    } finally {
      current.running.set(source, count);
    }
  }

  /** Called inside a commit (or starts one): the source has another value. */
  changed(source: Source, attribute?: string): void {
    if (!this.change) {
      void this.commit(null, () => {
        this.changed(source, attribute);
      });
      return;
    }
    this.change.sources.add(source);
    this.propagate(source, attribute);
  }

  /** Tells derived sources; without an event for the source itself. */
  propagate(source: Source, attribute?: string): void {
    for (const dependent of source.dependents) dependent.originChanged(attribute);
  }

  /**
   * Work that belongs to the consequences of the running commit: it finds out what to change; the change becomes part of that
   * commit, before any `onChange` of it runs.
   */
  later(work: () => Promise<() => void>): Promise<void> {
    const change = this.change;
    const found = this.context.track(work());
    if (!change) return found.then((apply) => this.commit(null, apply));
    const applied = found.then((apply) => {
      this.change = change;
      try {
        batch(apply);
      } finally {
        this.change = null;
      }
    });
    change.later.push(applied);
    return applied;
  }

  /** Notes what a part of a page shows or sends. */
  addUses(scope: Scope, uses: readonly Use[]): void {
    for (const { path } of uses) {
      const source = scope.find(path.namespace, path.root);
      if (!source || source instanceof ScalarSource) continue;
      const steps =
        source instanceof SelectionSource && /^(\d+|length)$/.test(path.steps[0] ?? '') ? path.steps.slice(1) : path.steps;
      if (steps.length > 0) source.needs.add(steps.join('.'));
    }
  }

  /** An entity that belongs to no source's chain. */
  detached(dataclass: Dataclass, raw: RawEntity, cache = new EntityCache()): Entity {
    if (raw.__KEY !== undefined && raw.__KEY !== null) return cache.entity(this.context, dataclass, raw);
    const entity = new Entity(this.context, dataclass, cache, null);
    entity.takeSelf(raw);
    return entity;
  }

  selectionOf(dataclass: Dataclass, raw: RawSelection): Selection {
    const selection = new Selection(this.context, dataclass, { kind: 'set' }, new EntityCache());
    selection.takeResult(raw);
    return selection;
  }

  /** Reads an entity again; unsaved changes are lost. */
  async reread(entity: Entity, turn: Turn | null): Promise<void> {
    if (entity.key === null) return;
    const raw = await this.context.client.entity(
      entity.dataclass.name,
      entity.key,
      attributeList(this.context.catalog, entity.dataclass, entity.needed(), this.log),
    );
    await this.commit(turn, () => {
      if (!entity.take(raw, true)) return;
      for (const scope of this.scopes) for (const source of scope.own()) if (source.peek() === entity) this.changed(source);
    });
  }

  /** Reads displayed entities of a source again; unsaved edits stay. `withdraw`: what the answer leaves out, goes. */
  async renew(source: Source, entities: Entity[], attributes: string, withdraw = false): Promise<void> {
    const raws = await this.context.loader.renewed(entities, attributes);
    const names = new Set(attributes.split(',').map((path) => path.split('.')[0] ?? path));
    this.settleTyping();
    await this.commit(null, () => {
      const changed = new Set<Source>();
      for (const [entity, raw] of raws) {
        if (entity.saving) continue;
        const taken = entity.take(raw);
        const gone = withdraw && entity.withdraw([...names].filter((name) => !(name in raw)));
        if (!taken && !gone) continue;
        changed.add(source);
        for (const holder of entity.holders) if (holder instanceof EntitySource) changed.add(holder);
      }
      for (const each of changed) this.changed(each);
    });
  }

  /** After a lost connection: asks again for what could not be read. `refused`: with other privileges. */
  retry(refused = false): void {
    for (const scope of this.scopes)
      for (const source of scope.own()) {
        const held = source.peek();
        if (held instanceof Selection) held.retry(refused);
        if (source instanceof EntitySource) source.retry();
      }
    this.context.loader.retry();
  }

  report(what: string, error: unknown): void {
    if (!(error instanceof RestError)) throw error;
    if (!error.offline) this.log.error(`${what}: ${error.message}`);
  }
}
