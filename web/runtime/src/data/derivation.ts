// `from` paths: the value that a derived source follows (pages 4.4).
import { Entity } from './entity';
import { Selection } from './selection';
import type { Source } from './source';
import type { Value } from './value';

export class Derivation {
  constructor(
    readonly source: Source,
    readonly steps: readonly string[],
  ) {}

  /** Value at the end of the path; undefined while something on the way is not loaded. */
  value(): Value | undefined {
    let at: Value | undefined = this.source.read();
    if (at === null && this.source.pending) return undefined;
    for (const step of this.steps) {
      if (at === undefined || at === null) return at;
      if (at instanceof Entity) at = at.get(step);
      else if (at instanceof Selection) at = at.at(Number(step)) ?? null;
      else return null;
    }
    return at;
  }

  /** The entity before the last step, and that step. */
  owner(): { entity: Entity; attribute: string } | null | undefined {
    const last = this.steps[this.steps.length - 1];
    const found = new Derivation(this.source, this.steps.slice(0, -1)).value();
    if (found === undefined) return undefined;
    return found instanceof Entity && last !== undefined ? { entity: found, attribute: last } : null;
  }
}
