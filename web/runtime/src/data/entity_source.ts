// An entity source: standalone, selected element of a selection, or following a path of another entity.
import type { SourceDef } from '../model/page';
import type { Dataclass } from '../rest/catalog';
import { RestError } from '../rest/errors';
import { EntityCache } from './context';
import { Entity, type Holder } from './entity';
import type { Manager, Turn } from './manager';
import { attributeList } from './needs';
import { Selection } from './selection';
import type { SelectionSource } from './selection_source';
import { Source } from './source';
import type { Value } from './value';
import { Derivation } from './derivation';

export class EntitySource extends Source implements Holder {
  private entity: Entity | null = null;
  /** unset: initial value not asked for yet; stale: to be derived anew at the next read. */
  private status: 'unset' | 'loading' | 'ready' | 'stale' | 'lost' = 'unset';
  private started = false;
  private generation = 0;
  private running: Promise<void> = Promise.resolve();
  private own: EntityCache | null = null;

  constructor(
    manager: Manager,
    def: SourceDef,
    readonly dataclass: Dataclass,
    readonly selection: SelectionSource | null,
    readonly derivation: Derivation | null,
  ) {
    super(manager, def);
    if (selection)
      this.needs.forward((path) => {
        selection.needs.add(path);
      });
    if (derivation)
      this.needs.forward((path) => {
        derivation.source.needs.add([...derivation.steps, path].join('.'));
      });
  }

  get cache(): EntityCache {
    if (this.selection) return this.selection.cache;
    if (this.derivation && this.entity) return this.entity.cache;
    return (this.own ??= new EntityCache());
  }

  override read(): Entity | null {
    this.topic.read();
    this.start();
    return this.entity;
  }
  override peek(): Entity | null {
    if (this.status === 'stale') this.derive();
    return this.entity;
  }
  override get pending(): boolean {
    return this.status === 'loading' || (this.status === 'stale' && !this.started) || (this.derivation?.source.pending ?? false);
  }
  override async settled(): Promise<void> {
    if (this.derivation) await this.derivation.source.settled();
    else if (this.selection && this.def.initialValue === 'first' && this.status === 'unset') await this.selection.settled();
    this.start();
    await this.running;
  }

  /** Fetches the initial value the first time that anyone reads. */
  start(): void {
    if (this.derivation) {
      this.derive();
      return;
    }
    if (this.status !== 'unset') return;
    if (this.def.initialValue !== 'first') {
      this.status = 'ready';
      this.started = true;
      return;
    }
    this.status = 'loading';
    this.started = true;
    const generation = ++this.generation;
    this.running = this.manager.context.track(
      Promise.resolve()
        .then(() => this.first())
        .then(
          (entity) => {
            if (generation !== this.generation) return;
            this.status = 'ready';
            this.hold(entity);
          },
          (error: unknown) => {
            this.status = error instanceof RestError && error.offline ? 'lost' : 'ready';
            this.manager.report(`source "${this.name}"`, error);
          },
        ),
    );
  }

  /** After a lost connection: the first value may be asked for again. */
  retry(): void {
    if (this.status !== 'lost') return;
    this.status = 'unset';
    this.topic.changed();
  }

  private derive(): void {
    const derivation = this.derivation;
    if (!derivation || (this.status === 'ready' && this.started)) return;
    const found = derivation.value();
    if (found === undefined) {
      this.status = 'stale';
      return;
    }
    this.status = 'ready';
    this.started = true;
    this.take(found instanceof Entity ? found : null);
  }

  private async first(): Promise<Entity | null> {
    if (this.selection) {
      let held = this.selection.read();
      if (!held && this.selection.pending) {
        await this.selection.settled();
        held = this.selection.read();
      }
      if (!held) return null;
      await held.load(0, 1);
      return held.loaded()[0] ?? null;
    }
    const { context } = this.manager;
    const attributes = attributeList(context.catalog, this.dataclass, this.needs.all(), context.log);
    const raw = await context.client.selection(this.dataclass.name, { attributes, top: 1, orderBy: this.dataclass.key });
    const item = raw.entities[0];
    return item ? this.cache.entity(context, this.dataclass, item) : null;
  }

  private take(entity: Entity | null): boolean {
    if (this.entity === entity) return false;
    this.entity?.holders.delete(this);
    this.entity = entity;
    entity?.holders.add(this);
    return true;
  }

  /** Sets the entity without an event: first initialisation. */
  private hold(entity: Entity | null): void {
    if (!this.take(entity)) return;
    this.topic.changed();
    this.manager.propagate(this);
  }

  override assign(value: Value, always = false): boolean {
    if (value !== null && !(value instanceof Entity)) {
      this.refuse(value);
      return false;
    }
    if (value && value.dataclass !== this.dataclass) {
      this.refuse(value);
      return false;
    }
    this.generation++;
    this.status = 'ready';
    this.started = true;
    if (!this.take(value) && !always) return true;
    this.topic.changed();
    this.manager.changed(this);
    return true;
  }

  private refuse(value: Value): void {
    const what =
      value instanceof Entity ? `an entity of ${value.dataclass.name}` : value instanceof Selection ? 'a selection' : 'a scalar';
    this.manager.log.error(`source "${this.name}" holds entities of ${this.dataclass.name}, not ${what}`);
  }

  override async reset(turn: Turn | null = null): Promise<void> {
    if (this.derivation) {
      await this.manager.commit(turn, () => {
        this.status = 'stale';
        this.derive();
        this.topic.changed();
        this.manager.changed(this);
      });
      return;
    }
    const next = this.def.initialValue === 'first' ? await this.first() : null;
    await this.manager.commit(turn, () => {
      this.assign(next);
    });
  }

  override clear(): void {
    this.assign(null);
  }

  override originChanged(attribute?: string): void {
    if (!this.started) {
      this.topic.changed();
      return;
    }
    if (this.derivation) {
      if (attribute !== undefined && attribute !== this.derivation.steps[0]) return;
      const before = this.entity;
      this.status = 'stale';
      this.derive();
      this.topic.changed();
      if (this.entity !== before) this.manager.changed(this);
      return;
    }
    if (this.selection) {
      this.running = this.manager.later(() => this.realign());
    }
  }

  /** After its selection got another value: kept when still present, else first or null (pages 5.4). */
  private async realign(): Promise<() => void> {
    const generation = ++this.generation;
    const held = this.selection?.read() ?? null;
    const current = this.entity;
    let next: Entity | null = null;
    try {
      if (held && current && (await held.has(current))) next = current;
      else if (held && this.def.initialValue === 'first') next = await this.first();
    } catch (error) {
      this.manager.report(`source "${this.name}"`, error);
    }
    return () => {
      if (generation === this.generation) this.assign(next);
    };
  }

  /** A new entity in memory (pages 7.2, Create). */
  create(): void {
    this.assign(new Entity(this.manager.context, this.dataclass, this.cache, null), true);
  }

  /** Moves inside the selection; stays where it is at an end. */
  async move(direction: 'first' | 'previous' | 'next' | 'last', turn: Turn | null): Promise<void> {
    const held = this.selection?.read() ?? null;
    if (!held) return;
    await held.load(0, 1);
    const at = this.entity ? held.indexOf(this.entity) : -1;
    const last = held.count - 1;
    const index = { first: 0, last, next: at < 0 ? 0 : at + 1, previous: at < 0 ? last : at - 1 }[direction];
    if (index < 0 || index > last) return;
    await held.load(index, 1);
    const target = held.at(index);
    if (target)
      await this.manager.commit(turn, () => {
        this.assign(target);
      });
  }

  /** Reads the entity again; unsaved changes are lost. */
  async refresh(turn: Turn | null = null): Promise<void> {
    if (this.entity) await this.manager.reread(this.entity, turn);
  }

  entityTouched(_entity: Entity, attribute: string): void {
    this.topic.changed();
    this.manager.changed(this, attribute);
  }

  entityGone(entity: Entity): void {
    if (this.entity === entity) this.assign(null);
  }

  override dispose(): void {
    this.generation++;
    this.take(null);
  }
}
