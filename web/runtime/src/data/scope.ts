// Names of a page instance: its own sources, the shared ones behind them, iterated items in front.
import { isObject, type Json } from '../base/json';
import { batch, Topic } from '../base/reactive';
import { parsePath, type Path } from '../model/path';
import { Entity } from './entity';
import type { Manager, Turn } from './manager';
import { ScalarSource } from './scalar_source';
import { Selection } from './selection';
import type { Source } from './source';
import { withStep, type Value } from './value';

/** One level of iteration: the item that `$This` (or the iterator's name) stands for. */
export interface Frame {
  name: string;
  value: Value;
  index: number;
  /** Replaces the item inside the iterated array. */
  replace?: (value: Value) => void;
}

export class Scope {
  private readonly sources = new Map<string, Source>();
  readonly topic = new Topic();
  /** Its page is gone: what still runs for it finds nothing and says nothing. */
  gone = false;

  constructor(
    readonly manager: Manager,
    private readonly parent: Scope | null,
  ) {}

  add(source: Source): void {
    this.sources.set(key(source.def.namespace, source.def.id), source);
  }
  own(): Source[] {
    return [...this.sources.values()];
  }

  find(namespace: string, id: string): Source | undefined {
    return this.sources.get(key(namespace, id)) ?? (namespace === '' ? undefined : this.parent?.find(namespace, id));
  }

  source(text: string): Source | undefined {
    const path = parsePath(text);
    return path && path.steps.length === 0 ? this.find(path.namespace, path.root) : undefined;
  }

  /** Value of a path; undefined while it loads, null when something on the way is null or unknown. */
  read(text: string, frames: readonly Frame[] = []): Value | undefined {
    const path = parsePath(text);
    if (!path) return null;
    const root = this.root(path, frames);
    if (root === null && path.steps.length === 1 && path.steps[0] === 'length' && this.isSelection(path, frames)) return 0;
    return root === undefined ? undefined : walk(root, path.steps);
  }

  /** Whether a path begins with a selection: one that nothing has filled yet is empty. */
  private isSelection(path: Path, frames: readonly Frame[]): boolean {
    if (frames.some((frame) => frame.name === path.root)) return false;
    return this.find(path.namespace, path.root)?.def.type === 'entitysel';
  }

  private root(path: Path, frames: readonly Frame[]): Value | undefined {
    for (let i = frames.length - 1; i >= 0; i--) if (frames[i]?.name === path.root) return frames[i]?.value;
    const source = this.find(path.namespace, path.root);
    if (source) return source.read();
    if (this.gone) return null;
    this.manager.log.warn(
      path.root.startsWith('$') ? `"${path.text}" is used outside an iteration` : `source "${path.text}" does not exist`,
    );
    return null;
  }

  /** Writes the last step of a path. Resolves when the consequences are done; false when there was nothing to write to. */
  async write(
    text: string,
    value: Value,
    frames: readonly Frame[] = [],
    turn: Turn | null = null,
    always = false,
  ): Promise<boolean> {
    const path = parsePath(text);
    if (!path) return false;
    let done = false;
    await this.manager.commit(turn, () => {
      done = this.put(path, value, frames, always);
    });
    return done;
  }

  private put(path: Path, value: Value, frames: readonly Frame[], always: boolean): boolean {
    const frame = [...frames].reverse().find((item) => item.name === path.root);
    if (frame) return putInFrame(frame, path.steps, value);
    const source = this.find(path.namespace, path.root);
    if (!source) {
      if (!this.gone) this.manager.log.error(`source "${path.text}" does not exist`);
      return false;
    }
    if (path.steps.length === 0) return source.assign(value, always);
    if (source instanceof ScalarSource && !(source.peek() instanceof Entity))
      return source.assign(withStep(source.peek(), path.steps, value));
    return putInside(source.peek(), path.steps, value);
  }

  /** The entity that a path without its last step leads to, with that step. */
  entityOf(text: string, frames: readonly Frame[] = []): { entity: Entity; attribute: string } | null {
    const path = parsePath(text);
    const last = path?.steps[path.steps.length - 1];
    if (!path || last === undefined) return null;
    const root = this.root(path, frames);
    for (let end = path.steps.length; end > 0; end--) {
      const value = root === undefined ? undefined : walk(root, path.steps.slice(0, end - 1));
      if (value instanceof Entity) return { entity: value, attribute: path.steps[end - 1] ?? last };
    }
    return null;
  }

  dispose(): void {
    this.gone = true;
    for (const source of this.sources.values()) {
      source.dispose();
      for (const other of this.parent?.own() ?? []) other.dependents.delete(source);
    }
    this.sources.clear();
    this.manager.drop(this);
  }
}

function key(namespace: string, id: string): string {
  return `${namespace}:${id}`;
}

function walk(start: Value, steps: readonly string[]): Value | undefined {
  let at: Value | undefined = start;
  for (const step of steps) {
    if (at === undefined || at === null) return at;
    at = stepInto(at, step);
  }
  return at;
}

function stepInto(value: Value, step: string): Value | undefined {
  if (value instanceof Entity) return value.get(step);
  if (value instanceof Selection) return step === 'length' ? value.length : ofSelection(value, step);
  if (Array.isArray(value)) return step === 'length' ? value.length : ((value[Number(step)] ?? null) as Value);
  if (isObject(value)) return ((value as Record<string, Json | undefined>)[step] ?? null) as Value;
  if (typeof value === 'string' && step === 'length') return value.length;
  return null;
}

function ofSelection(selection: Selection, step: string): Value | undefined {
  const index = Number(step);
  if (!Number.isInteger(index)) return null;
  const entity = selection.at(index);
  if (entity === undefined && (!selection.known || index < selection.count)) {
    selection.want(index, 1);
    return undefined;
  }
  return entity ?? null;
}

function putInFrame(frame: Frame, steps: readonly string[], value: Value): boolean {
  if (frame.value instanceof Entity || frame.value instanceof Selection) return putInside(frame.value, steps, value);
  if (!frame.replace) return false;
  frame.replace(withStep(frame.value, steps, value) as Value);
  return true;
}

/** Sets the last step inside an entity; an object attribute is copied and set as a whole. */
function putInside(start: Value, steps: readonly string[], value: Value): boolean {
  let at: Value | undefined = start;
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i] ?? '';
    if (at instanceof Entity) {
      const rest = steps.slice(i + 1);
      if (rest.length === 0) {
        setAttribute(at, step, value);
        return true;
      }
      const inner: Value | undefined = at.get(step);
      if (inner instanceof Entity || inner instanceof Selection) {
        at = inner;
        continue;
      }
      if (inner === null && at.dataclass.attributes.get(step)?.related !== '') return false;
      const entity = at;
      batch(() => {
        setAttribute(entity, step, withStep(inner, rest, value));
      });
      return true;
    }
    if (at === undefined || at === null) return false;
    at = stepInto(at, step);
  }
  return false;
}

function setAttribute(entity: Entity, name: string, value: Value): void {
  const attribute = entity.dataclass.attributes.get(name);
  if (attribute?.related && value instanceof Entity && value.dataclass.name !== attribute.related) {
    entity.context.log.error(
      `${entity.dataclass.name}.${name} holds entities of ${attribute.related}, not of ${value.dataclass.name}`,
    );
    return;
  }
  entity.set(name, value);
}
