// A scalar: text, number, boolean, date, duration, object, array, picture, BLOB.
import { cloneJson, type Json } from '../base/json';
import type { SourceDef } from '../model/page';
import type { Manager, Turn } from './manager';
import { Source } from './source';
import { Entity } from './entity';
import { Selection } from './selection';
import { itemsOf, Media, sameValue, toScalar, type Value } from './value';

export class ScalarSource extends Source {
  private value: Value;

  constructor(
    manager: Manager,
    def: SourceDef,
    private readonly origin: Source | null = null,
  ) {
    super(manager, def);
    this.value = this.initial();
  }

  /** Value at creation (pages 4.3, project-format 9.2). */
  private initial(): Value {
    const { dataType, initialValue } = this.def;
    if (this.origin) return initialValue === 'first' ? this.firstItem() : null;
    if (initialValue === '' && dataType === 'array') return [];
    if (initialValue === '' && dataType === 'object') return {};
    if (initialValue === '' && dataType === 'string') return '';
    const value = toScalar(dataType, cloneJson(initialValue));
    if (value === null && initialValue !== undefined && initialValue !== null && initialValue !== '') {
      this.manager.log.warn(`source "${this.name}": the initial value is no ${dataType}`);
    }
    return value;
  }

  private firstItem(): Value {
    return (itemsOf(this.origin?.peek())[0] ?? null) as Value;
  }

  override read(): Value {
    this.topic.read();
    return this.value;
  }
  override peek(): Value {
    return this.value;
  }

  override assign(value: Value): boolean {
    if (value instanceof Selection) {
      this.refuse('a selection');
      return false;
    }
    const next = value instanceof Entity ? value : this.fit(value);
    if (sameValue(next, this.value)) return true;
    this.value = next;
    this.topic.changed();
    this.manager.changed(this);
    return true;
  }

  /** Whether a value is of the source's type, or a text that reads as one (pages 7.1). */
  accepts(value: Value): boolean {
    const { dataType } = this.def;
    if (value === null || value === '' || value instanceof Entity || value instanceof Media) return true;
    if (value instanceof Selection) return false;
    switch (dataType) {
      case 'string':
        return typeof value !== 'object';
      case 'array':
      case 'object':
        return typeof value === 'object' ? Array.isArray(value) === (dataType === 'array') : toScalar(dataType, value) !== null;
      default:
        return toScalar(dataType, value) !== null;
    }
  }

  /** A value of another type is taken as it is: shown as text, never a crash. */
  private fit(value: Value): Value {
    if (value === null || typeof value === 'object') return value;
    return toScalar(this.def.dataType, value as Json) ?? value;
  }

  override async reset(turn: Turn | null = null): Promise<void> {
    await this.manager.commit(turn, () => {
      this.assign(this.initial());
    });
  }
  override clear(): void {
    this.assign(this.def.dataType === 'string' ? '' : null);
  }

  override originChanged(): void {
    const items = itemsOf(this.origin?.peek());
    if (this.value !== null && items.some((item) => sameValue(item, this.value))) return;
    this.assign(this.def.initialValue === 'first' ? this.firstItem() : null);
  }

  private refuse(what: string): void {
    this.manager.log.error(`source "${this.name}" is a scalar and cannot hold ${what}`);
  }
}
