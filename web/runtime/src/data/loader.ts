// Fetches attributes that turn out to be missing: everything asked for in one turn goes out together.
import { batch } from '../base/reactive';
import { RestError } from '../rest/errors';
import type { RawEntity } from '../rest/types';
import type { DataContext } from './context';
import type { Entity } from './entity';

const chunk = 100;

export class EntityLoader {
  private wanted = new Map<Entity, Set<string>>();
  private readonly refused = new WeakMap<Entity, Set<string>>();
  /** Entities whose attributes could not be fetched because the server was away. */
  private lost = new Set<Entity>();
  private context!: DataContext;

  attach(context: DataContext): void {
    this.context = context;
  }

  /** False when the server has already left the attribute out: it will not come. */
  want(entity: Entity, attribute: string): boolean {
    if (entity.key === null || this.refused.get(entity)?.has(attribute)) return false;
    if (this.wanted.size === 0) {
      const turn = new Promise<void>((resolve) => {
        setTimeout(resolve, 0);
      }).then(() => this.flush());
      void this.context.track(turn);
    }
    const list = this.wanted.get(entity) ?? new Set<string>();
    list.add(attribute);
    this.wanted.set(entity, list);
    return true;
  }

  /** After a lost connection: whoever shows these entities asks again. */
  retry(): void {
    const { lost } = this;
    this.lost = new Set();
    for (const entity of lost) entity.topic.changed();
  }

  private async flush(): Promise<void> {
    const wanted = this.wanted;
    this.wanted = new Map();
    const groups = new Map<string, { entities: Entity[]; attributes: string }>();
    for (const [entity, attributes] of wanted) {
      const names = [...attributes]
        .map((name) => this.deepen(entity, name))
        .sort()
        .join(',');
      const id = `${entity.dataclass.name}?${names}`;
      const group = groups.get(id) ?? { entities: [], attributes: names };
      group.entities.push(entity);
      groups.set(id, group);
    }
    await Promise.all([...groups.values()].map((group) => this.load(group.entities, group.attributes)));
  }

  /** A wanted relation comes with what is known to be needed of it. */
  private deepen(entity: Entity, name: string): string {
    const deeper = [...entity.needed()].filter((path) => path.startsWith(`${name}.`));
    return deeper.length > 0 ? deeper.join(',') : name;
  }

  private async load(entities: Entity[], attributes: string): Promise<void> {
    for (let i = 0; i < entities.length; i += chunk) {
      const part = entities.slice(i, i + chunk);
      try {
        await this.loadPart(part, attributes);
      } catch (error) {
        this.failed(part, attributes, error);
      }
    }
  }

  private async loadPart(entities: Entity[], attributes: string): Promise<void> {
    const byKey = await this.fetch(entities, attributes);
    batch(() => {
      for (const entity of entities) {
        const raw = byKey.get(entity.key ?? '');
        if (raw) entity.take(raw);
      }
    });
    this.settle(entities, attributes);
  }

  /** Reads entities of one dataclass again. Gives what the server has of them; unsaved edits are left to who takes it. */
  async renewed(entities: Entity[], attributes: string): Promise<Map<Entity, RawEntity>> {
    const result = new Map<Entity, RawEntity>();
    for (let i = 0; i < entities.length; i += chunk) {
      const part = entities.slice(i, i + chunk);
      const byKey = await this.fetch(part, attributes);
      for (const entity of part) {
        const raw = byKey.get(entity.key ?? '');
        if (raw) result.set(entity, raw);
      }
    }
    return result;
  }

  private async fetch(entities: Entity[], attributes: string): Promise<Map<string, RawEntity>> {
    const { client } = this.context;
    const first = entities[0];
    if (!first || first.key === null) return new Map();
    const dataclass = first.dataclass;
    if (entities.length === 1) return new Map([[first.key, await client.entity(dataclass.name, first.key, attributes)]]);
    const keys = entities.map((entity) =>
      dataclass.attributes.get(dataclass.key)?.type === 'string' || Number.isNaN(Number(entity.key))
        ? entity.key
        : Number(entity.key),
    );
    const answer = await client.selection(dataclass.name, {
      filter: `${dataclass.key} in :1`,
      params: [keys],
      attributes,
      top: entities.length,
    });
    return new Map(answer.entities.map((raw) => [String(raw.__KEY), raw]));
  }

  /** What the answer left out will not come: it is not asked for again. */
  private settle(entities: Entity[], attributes: string): void {
    for (const entity of entities) {
      const names = attributes
        .split(',')
        .map((path) => path.split('.')[0] ?? path)
        .filter((name) => entity.peek(name) === undefined);
      if (names.length > 0) this.refuse(entity, names);
    }
  }

  private failed(entities: Entity[], attributes: string, error: unknown): void {
    if (!(error instanceof RestError)) throw error;
    if (error.offline) {
      for (const entity of entities) this.lost.add(entity);
      return;
    }
    this.context.log.error(`reading ${attributes} of ${entities[0]?.dataclass.name ?? ''}: ${error.message}`);
    for (const entity of entities)
      this.refuse(
        entity,
        attributes.split(',').map((path) => path.split('.')[0] ?? path),
      );
  }

  private refuse(entity: Entity, names: string[]): void {
    const list = this.refused.get(entity) ?? new Set<string>();
    for (const name of names) list.add(name);
    this.refused.set(entity, list);
    entity.topic.changed();
  }
}
