// Standard actions on sources (pages 7.2).
import { table } from '../base/json';
import type { Json } from '../base/json';
import { Entity } from '../data/entity';
import { EntitySource } from '../data/entity_source';
import { dropEntity, saveEntity } from '../data/save';
import { ScalarSource } from '../data/scalar_source';
import { Selection } from '../data/selection';
import { SelectionSource } from '../data/selection_source';
import type { Source } from '../data/source';
import { literalArgument, toScalar, type Value } from '../data/value';
import type { StandardAction } from '../model/action';
import { parsePath, pathText } from '../model/path';
import type { ActionRun } from './actions';
import { ActionError } from './errors';

type Handler = (run: ActionRun, action: StandardAction, path: string) => Promise<void>;

const handlers: Readonly<Record<string, Handler>> = table({
  copy,
  set,
  clear,
  empty: clear,
  reset,
  create,
  save,
  remove,
  refresh,
  orderby: (run, action, path) => selection(run, path).orderBy(orderText(action), run.turn),
  query: async (run, action, path) => selection(run, path).query(action.query, await queryParams(run, action), run.turn),
  all: (run, _, path) => selection(run, path).all(run.turn),
  clean: (run, _, path) => selection(run, path).clean(run.turn),
  first: (run, _, path) => entitySource(run, path).move('first', run.turn),
  previous: (run, _, path) => entitySource(run, path).move('previous', run.turn),
  next: (run, _, path) => entitySource(run, path).move('next', run.turn),
  last: (run, _, path) => entitySource(run, path).move('last', run.turn),
});

export async function runStandard(run: ActionRun, action: StandardAction): Promise<void> {
  const handler = handlers[action.action.toLowerCase()];
  if (!handler) throw new ActionError(`the action "${action.action}" is not known`);
  await handler(run, action, pathText(action.target.namespace, action.target.name));
}

/** Messages that stand for empty ones. */
export function feedbackTexts(action: StandardAction): { success: string; failure: string } {
  const names: Record<string, string> = { refresh: 'Reload', orderby: 'Order By', remove: 'Drop' };
  const name = names[action.action.toLowerCase()] ?? action.action.charAt(0).toUpperCase() + action.action.slice(1);
  return { success: action.feedback.onSuccess || `${name} successful!`, failure: action.feedback.onFail || `${name} failed!` };
}

function source(run: ActionRun, path: string): Source {
  const found = run.page.scope.source(path);
  if (!found) throw new ActionError(`source "${path}" does not exist`);
  return found;
}

function selection(run: ActionRun, path: string): SelectionSource {
  const found = source(run, path);
  if (!(found instanceof SelectionSource)) throw new ActionError(`source "${path}" is no selection`);
  return found;
}

function entitySource(run: ActionRun, path: string): EntitySource {
  const found = source(run, path);
  if (!(found instanceof EntitySource)) throw new ActionError(`source "${path}" is no entity`);
  return found;
}

async function entity(run: ActionRun, path: string): Promise<Entity | null> {
  const value = await run.value(path);
  if (value instanceof Entity) return value;
  if (value === null || value === undefined) return null;
  throw new ActionError(`"${path}" holds no entity`);
}

async function copy(run: ActionRun, action: StandardAction, path: string): Promise<void> {
  const value = await run.value(path);
  const target = pathText(action.target.targetNamespace, action.target.target);
  const done = await run.page.scope.write(target, value ?? null, run.frames, run.turn);
  if (!done) throw new ActionError(`"${target}" cannot take the value of "${path}"`);
}

async function set(run: ActionRun, action: StandardAction, path: string): Promise<void> {
  const found = run.page.scope.source(path);
  const type = found instanceof ScalarSource ? found.def.dataType : (action.target.set?.type ?? '');
  const value: Value = toScalar(type === '' || type === 'unknown' ? 'string' : type, action.target.set?.value);
  if (!(await run.page.scope.write(path, value, run.frames, run.turn))) throw new ActionError(`"${path}" cannot be set`);
}

async function clear(run: ActionRun, _: StandardAction, path: string): Promise<void> {
  const found = run.page.scope.source(path);
  if (found)
    await run.app.manager.commit(run.turn, () => {
      found.clear();
    });
  else await run.page.scope.write(path, null, run.frames, run.turn);
}

async function reset(run: ActionRun, _: StandardAction, path: string): Promise<void> {
  await source(run, path).reset(run.turn);
}

async function create(run: ActionRun, _: StandardAction, path: string): Promise<void> {
  const found = run.page.scope.source(path);
  if (found instanceof EntitySource) {
    await run.app.manager.commit(run.turn, () => {
      found.create();
    });
    return;
  }
  const steps = parsePath(path)?.steps ?? [];
  const owner = run.page.scope.entityOf(path, run.frames);
  const related =
    owner && run.app.catalog.find(owner.entity.dataclass.attributes.get(steps[steps.length - 1] ?? '')?.related ?? '');
  if (!related) throw new ActionError(`source "${path}" is no entity`);
  await run.page.scope.write(path, run.app.manager.detached(related, {}), run.frames, run.turn);
}

async function save(run: ActionRun, _: StandardAction, path: string): Promise<void> {
  const outcome = await saveEntity(run.app.manager, await entity(run, path), run.turn);
  if (!outcome.ok) throw new ActionError(outcome.message);
}

async function remove(run: ActionRun, _: StandardAction, path: string): Promise<void> {
  const target = await entity(run, path);
  if (target) await dropEntity(run.app.manager, target, run.turn);
}

async function refresh(run: ActionRun, _: StandardAction, path: string): Promise<void> {
  const found = run.page.scope.source(path);
  if (found instanceof SelectionSource || found instanceof EntitySource) {
    await found.refresh(run.turn);
    return;
  }
  const value = await run.value(path);
  if (value instanceof Selection) await value.reload();
  else if (value instanceof Entity) await run.app.manager.reread(value, run.turn);
}

function orderText(action: StandardAction): string {
  return action.orderBy
    .flatMap((item) => item.name.split(',').map((name) => `${name.trim()} ${item.descending ? 'desc' : 'asc'}`))
    .join(', ');
}

async function queryParams(run: ActionRun, action: StandardAction): Promise<Json[]> {
  const result: Json[] = [];
  for (const param of action.queryParams) {
    const value = param.literal ? literalArgument(param.literalType, param.literalValue) : await run.value(param.path);
    result.push(value instanceof Entity ? value.key : value === undefined || value instanceof Selection ? null : (value as Json));
  }
  return result;
}
