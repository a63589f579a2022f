// What every source has: a name, a value that can be read and assigned, events, dependents.
import { Topic } from '../base/reactive';
import { pathText } from '../model/path';
import type { SourceDef } from '../model/page';
import type { Manager, Turn } from './manager';
import { Needs } from './needs';
import type { Value } from './value';

export abstract class Source {
  readonly topic = new Topic();
  readonly needs = new Needs();
  /** Sources derived from this one. */
  readonly dependents = new Set<Source>();

  constructor(
    readonly manager: Manager,
    readonly def: SourceDef,
  ) {}

  get name(): string {
    return pathText(this.def.namespace, this.def.id);
  }

  /** The value; noted as a dependency of the reader. Starts loading when that is needed. */
  abstract read(): Value;
  /** The value as it is, without starting anything. */
  abstract peek(): Value;
  /** Replaces the value inside a commit; refused (false) when the kind does not fit. */
  abstract assign(value: Value, always?: boolean): boolean;
  /** Back to the initial value. */
  abstract reset(turn?: Turn | null): Promise<void>;
  abstract clear(): void;
  /** What this source is derived from has another value. */
  abstract originChanged(attribute?: string): void;
  /** Whether the first value is still on its way. */
  get pending(): boolean {
    return false;
  }
  /** Waits until a value that is on its way has come. */
  async settled(): Promise<void> {}
  /** Lets go of everything held. */
  dispose(): void {}
}
