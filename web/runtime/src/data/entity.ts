// One entity in the browser: loaded values, unsaved edits, problems. Shared by everything that shows it.
import { isObject, type Json, type JsonObject } from '../base/json';
import { Topic } from '../base/reactive';
import type { Attribute, Dataclass } from '../rest/catalog';
import { isRawSelection, readSelection } from '../rest/decode';
import type { RawEntity } from '../rest/types';
import type { DataContext, EntityCache } from './context';
import type { Needs } from './needs';
import { Selection } from './selection';
import { decodeValue, encodeArgument, encodeValue, sameValue, type Value } from './value';

export interface Conflict {
  theirs: Value | undefined;
}

/** Someone who wants to hear of an entity it holds. */
export interface Holder {
  readonly needs: Needs;
  entityTouched(entity: Entity, attribute: string): void;
  entityGone(entity: Entity): void;
}

export class Entity {
  readonly topic = new Topic();
  readonly holders = new Set<Holder>();
  /** Attributes with an unsaved edit, and the value each had on the server. */
  private readonly edits = new Map<string, Value | undefined>();
  private readonly values = new Map<string, Value>();
  readonly errors = new Map<string, string>();
  readonly conflicts = new Map<string, Conflict>();
  stamp = 0;
  /** Dropped by someone else while it has unsaved edits here. */
  deletedElsewhere = false;
  saving = false;

  constructor(
    readonly context: DataContext,
    readonly dataclass: Dataclass,
    readonly cache: EntityCache,
    public key: string | null,
  ) {}

  get isNew(): boolean {
    return this.key === null;
  }
  get dirty(): boolean {
    this.topic.read();
    return this.edits.size > 0;
  }
  get touched(): string[] {
    return [...this.edits.keys()];
  }
  isTouched(attribute: string): boolean {
    return this.edits.has(attribute);
  }

  is(other: Entity): boolean {
    return this === other || (this.key !== null && this.key === other.key && this.dataclass.name === other.dataclass.name);
  }

  /** Value of an attribute; undefined while it is not loaded (it is then asked for). */
  get(name: string): Value | undefined {
    this.topic.read();
    const value = this.values.get(name);
    if (value !== undefined || this.values.has(name)) return value;
    const attribute = this.dataclass.attributes.get(name);
    if (!attribute) return null;
    if (attribute.many) return this.relation(attribute);
    if (this.isNew) return null;
    return this.context.loader.want(this, name) ? undefined : null;
  }

  peek(name: string): Value | undefined {
    return this.values.get(name);
  }

  /** Selections of its relations that were asked for. */
  relations(): Selection[] {
    return [...this.values.values()].filter((value): value is Selection => value instanceof Selection);
  }

  private relation(attribute: Attribute): Value | undefined {
    const dataclass = this.context.catalog.find(attribute.related);
    if (!dataclass) return undefined;
    const selection = new Selection(
      this.context,
      dataclass,
      { kind: 'relation', owner: this, attribute: attribute.name },
      this.cache,
    );
    this.values.set(attribute.name, selection);
    return selection;
  }

  /** Sets an attribute in memory; false when nothing changed. */
  set(name: string, value: Value): boolean {
    const before = this.values.get(name);
    if (this.values.has(name) && sameValue(before, value)) return false;
    if (this.isNew && before === undefined && value === null) return false;
    if (!this.edits.has(name)) this.edits.set(name, before);
    else if (!this.isNew && sameValue(this.edits.get(name), value) && !this.conflicts.has(name)) this.edits.delete(name);
    this.values.set(name, value);
    this.errors.delete(name);
    this.topic.changed();
    for (const holder of [...this.holders]) holder.entityTouched(this, name);
    return true;
  }

  /** Takes values of the server over. Unsaved edits stay, and with them the stamp they are based on. */
  take(raw: RawEntity, force = false): boolean {
    let changed = false;
    if (force) {
      changed = this.edits.size > 0;
      this.clearProblems();
      this.edits.clear();
    }
    for (const [name, item] of Object.entries(raw)) {
      const attribute = this.dataclass.attributes.get(name);
      if (!attribute || item === undefined) continue;
      if (this.takeValue(attribute, item)) changed = true;
    }
    if (raw.__KEY !== undefined && raw.__KEY !== null) this.key = String(raw.__KEY);
    if (typeof raw.__STAMP === 'number' && (this.edits.size === 0 || this.stamp === 0)) this.stamp = raw.__STAMP;
    if (changed) this.topic.changed();
    return changed;
  }

  /** Values that may not be read any more; what was typed stays. */
  withdraw(names: Iterable<string>): boolean {
    let changed = false;
    for (const name of names) {
      if (this.edits.has(name) || (this.values.get(name) ?? null) === null) continue;
      this.values.set(name, null);
      changed = true;
    }
    if (changed) this.topic.changed();
    return changed;
  }

  private takeValue(attribute: Attribute, item: Json): boolean {
    const value = this.decode(attribute, item);
    if (value === undefined) return false;
    if (this.edits.has(attribute.name)) {
      const base = this.edits.get(attribute.name);
      if (base === undefined || sameValue(base, value)) return false;
      if (sameValue(this.values.get(attribute.name), value)) this.conflicts.delete(attribute.name);
      else this.conflicts.set(attribute.name, { theirs: value });
      return true;
    }
    const before = this.values.get(attribute.name);
    if (value === before && value !== null) return false;
    this.values.set(attribute.name, value);
    return !sameValue(before, value);
  }

  private decode(attribute: Attribute, item: Json): Value | undefined {
    const related = attribute.related === '' ? undefined : this.context.catalog.find(attribute.related);
    if (!related) return decodeValue(attribute, item);
    if (item === null) return null;
    if (attribute.many) return this.decodeMany(attribute, related, item);
    if (!isObject(item)) return undefined;
    const link = isObject(item['__deferred']) ? item['__deferred'] : item;
    const key = link['__KEY'];
    if (key === undefined || key === null) return undefined;
    return this.cache.entity(this.context, related, link === item ? (item as RawEntity) : { __KEY: String(key) });
  }

  private decodeMany(attribute: Attribute, related: Dataclass, item: Json): Value | undefined {
    if (!isRawSelection(item)) return undefined;
    const before = this.values.get(attribute.name);
    const selection =
      before instanceof Selection
        ? before
        : new Selection(this.context, related, { kind: 'relation', owner: this, attribute: attribute.name }, this.cache);
    selection.takeNested(readSelection(item));
    return selection;
  }

  /** Edits as a save sends them. */
  changes(): JsonObject {
    return Object.fromEntries([...this.edits.keys()].map((name) => [name, encodeValue(this.values.get(name))]));
  }

  /** The entity as a function argument, with its unsaved values. */
  argument(): JsonObject {
    const result: JsonObject = { __DATACLASS: this.dataclass.name, __ENTITY: true };
    if (this.key !== null) {
      result['__KEY'] = this.key;
      if (this.edits.size > 0) result['__STAMP'] = this.stamp;
    }
    for (const name of this.edits.keys()) {
      const value = this.values.get(name);
      result[name] =
        value instanceof Entity ? (value.key === null ? value.argument() : { __KEY: value.key }) : encodeArgument(value);
    }
    return result;
  }

  /** Values that a function set on the unsaved copy (`__THIS`): taken over as unsaved edits where the stamp is unchanged. */
  takeSelf(raw: RawEntity): string[] {
    const saved = raw.__KEY !== undefined && (this.isNew || (raw.__STAMP ?? 0) !== this.stamp);
    const changed: string[] = [];
    for (const [name, item] of Object.entries(raw)) {
      const attribute = this.dataclass.attributes.get(name);
      if (!attribute || item === undefined) continue;
      const value = this.decode(attribute, item);
      if (value === undefined || sameValue(this.values.get(name), value)) continue;
      if (!saved && !this.edits.has(name)) this.edits.set(name, this.values.get(name));
      this.values.set(name, value);
      changed.push(name);
    }
    if (saved) {
      this.key = String(raw.__KEY);
      this.stamp = raw.__STAMP ?? this.stamp;
      this.edits.clear();
      this.clearProblems();
      this.cache.put(this);
    }
    if (changed.length > 0 || saved) this.topic.changed();
    return changed;
  }

  /** After a successful save. */
  saved(raw: RawEntity): void {
    this.edits.clear();
    this.clearProblems();
    this.deletedElsewhere = false;
    this.take(raw);
    this.cache.put(this);
    this.topic.changed();
  }

  /** Forgets the server's identity, so that the next save creates the entity anew. */
  detach(): void {
    this.cache.remove(this);
    this.key = null;
    this.stamp = 0;
    for (const [name, value] of this.values) {
      const attribute = this.dataclass.attributes.get(name);
      if (
        attribute &&
        !attribute.many &&
        !attribute.readOnly &&
        name !== this.dataclass.key &&
        !this.edits.has(name) &&
        value !== null
      )
        this.edits.set(name, undefined);
    }
    this.deletedElsewhere = false;
    this.topic.changed();
  }

  private clearProblems(): void {
    this.errors.clear();
    this.conflicts.clear();
  }

  /** Resolves a conflict: the edit stays and is saved over the other value, or gives way to it. */
  resolve(attribute: string, mine: boolean): void {
    const conflict = this.conflicts.get(attribute);
    if (!conflict) return;
    this.conflicts.delete(attribute);
    if (mine) this.edits.set(attribute, conflict.theirs);
    else {
      this.edits.delete(attribute);
      this.values.set(attribute, conflict.theirs ?? null);
    }
    this.topic.changed();
  }

  fail(attribute: string, message: string): void {
    this.errors.set(attribute, message);
    this.topic.changed();
  }

  /** Stamp on which the edits are based from now on: what the server has is known. */
  rebase(stamp: number): void {
    this.stamp = stamp;
  }

  needed(): Set<string> {
    const paths = new Set<string>();
    for (const holder of this.holders) for (const path of holder.needs.all()) paths.add(path);
    for (const selection of this.cache.selections)
      if (selection.holdsKey(this)) for (const path of selection.needs.all()) paths.add(path);
    for (const name of this.values.keys()) if (!this.dataclass.attributes.get(name)?.many) paths.add(name);
    return paths;
  }
}
