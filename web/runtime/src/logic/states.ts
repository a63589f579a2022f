// States of one page instance: which are on, in which order they apply (pages 12).
import { sameJson } from '../base/json';
import { Cell, effect } from '../base/reactive';
import type { Condition } from '../model/condition';
import type { StateDef } from '../model/page';
import { holds, type Surroundings } from './conditions';

const rounds = 10;

export class States {
  /** Non-conditional states that are on, in order of enabling. */
  private readonly enabled: Cell<readonly string[]>;
  /** Conditional states that are on, in the order in which their conditions became true. */
  private readonly met: Cell<readonly string[]>;
  private readonly byId: ReadonlyMap<string, StateDef>;
  private stop: () => void = () => {};

  constructor(
    private readonly defs: readonly StateDef[],
    defaults: readonly string[],
    private readonly warn: (text: string) => void,
  ) {
    this.byId = new Map(defs.map((def) => [def.id, def]));
    const known = defaults.filter((id) => this.byId.has(id));
    this.enabled = new Cell(known.filter((id) => !this.byId.get(id)?.condition) as readonly string[]);
    this.met = new Cell(known.filter((id) => this.byId.get(id)?.condition) as readonly string[]);
  }

  /** Ids of active states in order of application: the later wins. */
  get active(): readonly string[] {
    return [...this.enabled.value, ...this.met.value];
  }
  get labels(): readonly string[] {
    return this.labelsOf(this.active);
  }

  private labelsOf(ids: readonly string[]): string[] {
    return ids.length > 0 ? ids.map((id) => this.byId.get(id)?.label ?? id) : ['Base'];
  }

  /** Evaluates the conditions now and after each change of what they read. */
  watch(around: () => Omit<Surroundings, 'states'>): void {
    const conditional = this.defs.filter((def): def is StateDef & { condition: Condition } => def.condition !== null);
    if (conditional.length === 0) return;
    this.stop = effect(() => {
      const fixed = around();
      const enabled = this.enabled.value;
      let met = this.met.peek();
      for (let round = 0; ; round++) {
        const labels = this.labelsOf([...enabled, ...met]);
        const truth = conditional.filter((def) => holds(def.condition, { ...fixed, states: labels })).map((def) => def.id);
        const next = [...met.filter((id) => truth.includes(id)), ...truth.filter((id) => !met.includes(id))];
        if (sameJson(next, met)) break;
        met = next;
        if (round >= rounds) {
          this.warn('states: the conditions refer to each other in a circle');
          break;
        }
      }
      if (!sameJson(met, this.met.peek())) this.met.value = met;
    });
  }

  /** Ids; unknown and conditional ones are left out. */
  set(ids: readonly string[], on: boolean): void {
    let next = [...this.enabled.peek()];
    for (const id of ids) {
      const def = this.byId.get(id);
      if (!def || def.condition) continue;
      if (!on) next = next.filter((other) => other !== id);
      else if (!next.includes(id)) next.push(id);
    }
    if (!sameJson(next, this.enabled.peek())) this.enabled.value = next;
  }

  /** By label, else by id, as server code names them. */
  setNamed(name: string, on: boolean): void {
    const def = this.defs.find((item) => item.label === name) ?? this.byId.get(name);
    if (def?.condition) this.warn(`state "${name}" is conditional and cannot be switched by code`);
    else if (def) this.set([def.id], on);
  }

  dispose(): void {
    this.stop();
  }
}
