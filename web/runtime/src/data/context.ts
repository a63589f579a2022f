// What entities and selections share: the way to the server, the model, the books of what is under way.
import type { Log } from '../base/log';
import type { Catalog, Dataclass } from '../rest/catalog';
import type { RestClient } from '../rest/client';
import type { RawEntity } from '../rest/types';
import { Entity } from './entity';
import type { EntityLoader } from './loader';
import type { Selection } from './selection';

export interface DataContext {
  client: RestClient;
  catalog: Catalog;
  log: Log;
  loader: EntityLoader;
  /** Keeps count of work under way, so that others can wait for quiet. */
  track<T>(work: Promise<T>): Promise<T>;
}

/** Entities of one chain of sources: one object for each key. */
export class EntityCache {
  private readonly entities = new Map<string, Entity>();
  readonly selections = new Set<Selection>();

  entity(context: DataContext, dataclass: Dataclass, raw: RawEntity): Entity {
    const key = raw.__KEY === undefined || raw.__KEY === null ? null : String(raw.__KEY);
    const id = `${dataclass.name}|${key ?? ''}`;
    let entity = key === null ? undefined : this.entities.get(id);
    if (!entity) {
      entity = new Entity(context, dataclass, this, key);
      if (key !== null) this.entities.set(id, entity);
    }
    entity.take(raw);
    return entity;
  }

  find(dataclass: Dataclass, key: string): Entity | undefined {
    return this.entities.get(`${dataclass.name}|${key}`);
  }
  put(entity: Entity): void {
    if (entity.key !== null) this.entities.set(`${entity.dataclass.name}|${entity.key}`, entity);
  }
  remove(entity: Entity): void {
    if (entity.key !== null) this.entities.delete(`${entity.dataclass.name}|${entity.key}`);
    for (const selection of entity.relations()) this.selections.delete(selection);
  }
  get size(): number {
    return this.entities.size;
  }
}
