// A selection source: of its own, or following a relation of an entity.
import type { Json } from '../base/json';
import type { SourceDef } from '../model/page';
import type { Dataclass } from '../rest/catalog';
import type { RawSelection } from '../rest/types';
import { EntityCache } from './context';
import type { Derivation } from './derivation';
import { Entity } from './entity';
import type { Manager, Turn } from './manager';
import { Selection, type Definition } from './selection';
import { Source } from './source';
import type { Value } from './value';

export class SelectionSource extends Source {
  readonly cache = new EntityCache();
  private selection: Selection | null = null;
  private status: 'unset' | 'ready' | 'stale' = 'unset';
  private started = false;
  /** Owner that the derived selection belongs to. */
  private owner: Entity | null = null;
  /** Ends the forwarding of needs to the selection held. */
  private release: () => void = () => {};

  constructor(
    manager: Manager,
    def: SourceDef,
    readonly dataclass: Dataclass,
    readonly derivation: Derivation | null,
  ) {
    super(manager, def);
    if (derivation && derivation.steps.length > 1) derivation.source.needs.add(derivation.steps.slice(0, -1).join('.'));
  }

  override read(): Selection | null {
    this.topic.read();
    this.start();
    return this.selection;
  }
  override peek(): Selection | null {
    return this.selection;
  }
  override get pending(): boolean {
    return this.derivation !== null && !this.started && this.derivation.source.pending;
  }
  override async settled(): Promise<void> {
    await this.derivation?.source.settled();
    this.start();
    if (this.selection && this.selection.status !== 'ready') await this.selection.open().catch(() => undefined);
  }

  private start(): void {
    if (this.derivation) {
      this.derive();
      return;
    }
    if (this.status !== 'unset') return;
    this.status = 'ready';
    this.started = true;
    if (this.def.initialValue === 'all') this.hold(this.make({ kind: 'all' }));
  }

  private derive(): void {
    const derivation = this.derivation;
    if (!derivation || (this.status === 'ready' && this.started)) return;
    const owner = derivation.owner();
    if (owner === undefined) {
      this.status = 'stale';
      return;
    }
    this.started = true;
    this.status = 'ready';
    this.owner = owner?.entity ?? null;
    this.hold(owner ? this.make({ kind: 'relation', owner: owner.entity, attribute: owner.attribute }) : null);
  }

  make(definition: Definition): Selection {
    const selection = new Selection(this.manager.context, this.dataclass, definition, this.cache);
    selection.pageSize = this.def.pageSize;
    for (const path of this.needs.all()) selection.needs.add(path);
    return selection;
  }

  /** A function's result as a selection of this source. */
  fromResult(raw: RawSelection): Selection {
    const selection = this.make({ kind: 'set' });
    selection.takeResult(raw);
    return selection;
  }

  private hold(selection: Selection | null): void {
    if (this.selection && this.selection !== selection) this.cache.selections.delete(this.selection);
    this.release();
    this.selection = selection;
    if (!selection) return;
    selection.cache.selections.add(selection);
    this.release = this.needs.forward((path) => {
      selection.needs.add(path);
    });
  }

  override assign(value: Value, always = false): boolean {
    if (value !== null && !(value instanceof Selection && value.dataclass === this.dataclass)) {
      const what =
        value instanceof Selection
          ? `a selection of ${value.dataclass.name}`
          : value instanceof Entity
            ? 'an entity'
            : 'a scalar';
      this.manager.log.error(`source "${this.name}" holds selections of ${this.dataclass.name}, not ${what}`);
      return false;
    }
    this.status = 'ready';
    this.started = true;
    if (value === this.selection && !always) return true;
    this.hold(value);
    this.topic.changed();
    this.manager.changed(this);
    return true;
  }

  override async reset(turn: Turn | null = null): Promise<void> {
    if (this.derivation) {
      await this.manager.commit(turn, () => {
        this.status = 'stale';
        this.started = false;
        this.derive();
        this.topic.changed();
        this.manager.changed(this);
      });
      return;
    }
    await this.replace(this.def.initialValue === 'all' ? { kind: 'all' } : { kind: 'empty' }, turn);
  }

  override clear(): void {
    this.assign(this.make({ kind: 'empty' }));
  }

  /** Loads a new selection first, then shows it: a refused query leaves what was there. */
  async replace(definition: Definition, turn: Turn | null = null): Promise<void> {
    const next = this.make(definition);
    await next.open();
    await this.manager.commit(turn, () => {
      this.assign(next, true);
    });
  }

  all(turn: Turn | null = null): Promise<void> {
    return this.replace({ kind: 'all' }, turn);
  }
  query(query: string, params: Json[], turn: Turn | null = null): Promise<void> {
    return this.replace({ kind: 'query', query, params }, turn);
  }

  /** Work on the selection in place, then tell everyone. */
  private async renew(turn: Turn | null, work: (selection: Selection) => Promise<void>): Promise<void> {
    const selection = this.read();
    if (!selection) return;
    await work(selection);
    await this.manager.commit(turn, () => {
      this.topic.changed();
      this.manager.changed(this);
    });
  }

  refresh(turn: Turn | null = null): Promise<void> {
    return this.renew(turn, (selection) => selection.reload());
  }
  orderBy(order: string, turn: Turn | null = null): Promise<void> {
    return this.renew(turn, (selection) => selection.orderBy(order));
  }
  clean(turn: Turn | null = null): Promise<void> {
    return this.renew(turn, (selection) => selection.clean());
  }

  override originChanged(attribute?: string): void {
    if (!this.derivation) return;
    if (attribute !== undefined && attribute !== this.derivation.steps[0]) return;
    if (attribute !== undefined && this.derivation.steps.length === 1) return;
    if (!this.started) {
      this.topic.changed();
      return;
    }
    const before = this.selection;
    const owner = this.derivation.owner();
    if (owner && this.owner && owner.entity === this.owner && before?.definition.kind === 'relation') return;
    this.status = 'stale';
    this.started = false;
    this.derive();
    this.topic.changed();
    if (this.selection !== before) this.manager.changed(this);
  }

  /** Members came or went at places that are not known here. */
  async realign(): Promise<void> {
    const selection = this.selection;
    if (!selection || !(await selection.realign()) || selection !== this.selection) return;
    await this.manager.commit(null, () => {
      this.added();
    });
  }

  /** Entities were added by a live update. */
  added(): void {
    this.topic.changed();
    this.manager.changed(this);
  }

  override dispose(): void {
    this.hold(null);
  }
}
