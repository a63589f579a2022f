// Saving and dropping entities: validation errors to their fields, conflicts to choices (pages 5.6, 7.2).
import { RestError } from '../rest/errors';
import type { SaveAnswer, ServerError } from '../rest/types';
import type { Entity } from './entity';
import type { Manager, Turn } from './manager';
import { attributeList } from './needs';
import { Media, sameValue } from './value';

export type SaveOutcome =
  | { ok: true }
  | { ok: false; reason: 'conflict' | 'deleted' | 'refused' | 'offline' | 'invalid'; message: string };

/** Saves the touched attributes. Nothing typed is ever lost: a refusal leaves the edits where they are. */
export async function saveEntity(manager: Manager, entity: Entity | null, turn: Turn | null): Promise<SaveOutcome> {
  if (!entity || (!entity.isNew && entity.touched.length === 0)) return { ok: true };
  if (entity.deletedElsewhere) return deleted(entity);
  const missing = checkMandatory(entity);
  if (missing) return missing;
  if (entity.conflicts.size > 0) return conflict(entity);
  entity.saving = true;
  try {
    return await attempt(manager, entity, turn, true);
  } catch (error) {
    if (!(error instanceof RestError)) throw error;
    return { ok: false, reason: error.offline ? 'offline' : 'refused', message: error.message };
  } finally {
    entity.saving = false;
    entity.topic.changed();
  }
}

async function attempt(manager: Manager, entity: Entity, turn: Turn | null, again: boolean): Promise<SaveOutcome> {
  const { client, catalog, log } = manager.context;
  const sent = entity.changes();
  const body = entity.key === null ? sent : { __KEY: entity.key, __STAMP: entity.stamp, ...sent };
  const answer = await client.save(entity.dataclass.name, body, attributeList(catalog, entity.dataclass, entity.needed(), log));
  if (answer.success) {
    await manager.commit(turn, () => {
      accept(manager, entity, answer);
    });
    return { ok: true };
  }
  if (answer.status === 2) return stampChanged(manager, entity, answer, turn, again);
  if (answer.status === 5 && entity.key !== null) {
    entity.deletedElsewhere = true;
    entity.topic.changed();
    return deleted(entity);
  }
  showErrors(entity, answer.errors);
  return { ok: false, reason: 'refused', message: answer.errors[0]?.message ?? 'The entity cannot be saved' };
}

function accept(manager: Manager, entity: Entity, answer: SaveAnswer): void {
  const before = new Map(entity.touched.map((name) => [name, entity.peek(name)]));
  const values = new Map([...entity.dataclass.attributes.keys()].map((name) => [name, entity.peek(name)]));
  entity.saved(answer.entity);
  const different = [...values].some(([name, value]) => {
    const now = entity.peek(name);
    return !(value instanceof Media) && !before.has(name) && value !== undefined && !sameValue(value, now);
  });
  if (different)
    for (const scope of manager.allScopes())
      for (const source of scope.own()) if (source.peek() === entity) manager.changed(source);
}

/** Somebody saved meanwhile: repeated silently when no attribute was changed on both sides. */
async function stampChanged(
  manager: Manager,
  entity: Entity,
  answer: SaveAnswer,
  turn: Turn | null,
  again: boolean,
): Promise<SaveOutcome> {
  await manager.commit(turn, () => {
    entity.take(answer.entity);
  });
  if (typeof answer.entity.__STAMP === 'number') entity.rebase(answer.entity.__STAMP);
  if (entity.conflicts.size > 0 || !again) return conflict(entity);
  return attempt(manager, entity, turn, false);
}

function conflict(entity: Entity): SaveOutcome {
  entity.topic.changed();
  return { ok: false, reason: 'conflict', message: 'Stamp has changed' };
}

function deleted(entity: Entity): SaveOutcome {
  return { ok: false, reason: 'deleted', message: `The ${entity.dataclass.name} was deleted elsewhere` };
}

function checkMandatory(entity: Entity): SaveOutcome | null {
  let message = '';
  for (const attribute of entity.dataclass.attributes.values()) {
    if (!attribute.mandatory || attribute.name === entity.dataclass.key || attribute.kind !== 'storage') continue;
    if (!entity.isTouched(attribute.name) || (entity.peek(attribute.name) ?? null) !== null) continue;
    message = `"${attribute.name}" must not be empty`;
    entity.fail(attribute.name, message);
  }
  return message === '' ? null : { ok: false, reason: 'invalid', message };
}

/** Errors that name an attribute are shown at its field. */
function showErrors(entity: Entity, errors: readonly ServerError[]): void {
  for (const error of errors) {
    for (const match of error.message.matchAll(/["'“]([\p{L}_][\p{L}\p{N}_ ]*)["'”]/gu)) {
      const name = match[1] ?? '';
      if (entity.dataclass.attributes.has(name)) entity.fail(name, error.message);
    }
  }
  const first = errors[0];
  const only = entity.touched[0];
  if (
    first &&
    entity.errors.size === 0 &&
    entity.touched.length === 1 &&
    only !== undefined &&
    (first.code === 1569 || first.code === 1570)
  )
    entity.fail(only, first.message);
}

/** Deletes on the server; everything that holds the entity lets it go (pages 5.4). */
export async function dropEntity(manager: Manager, entity: Entity, turn: Turn | null): Promise<void> {
  if (entity.key !== null && !entity.deletedElsewhere) await manager.context.client.remove(entity.dataclass.name, entity.key);
  await manager.commit(turn, () => {
    removeEverywhere(entity);
  });
}

export function removeEverywhere(entity: Entity): void {
  for (const selection of entity.cache.selections)
    if (entity.key !== null && selection.dataclass === entity.dataclass) selection.removeKey(entity.key, true);
  for (const holder of [...entity.holders]) holder.entityGone(entity);
  entity.cache.remove(entity);
}
