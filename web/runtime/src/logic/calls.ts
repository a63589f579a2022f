// Function actions: what is called, with which arguments, where the result goes (pages 7.1).
import type { Json } from '../base/json';
import { Entity } from '../data/entity';
import { EntitySource } from '../data/entity_source';
import { attributeList } from '../data/needs';
import { ScalarSource } from '../data/scalar_source';
import { Selection } from '../data/selection';
import { SelectionSource } from '../data/selection_source';
import { encodeArgument, literalArgument, Media, type Value } from '../data/value';
import type { MethodAction } from '../model/action';
import { parsePath, pathText } from '../model/path';
import { RestError } from '../rest/errors';
import type { CallAnswer, CallResult, CallTarget, ReadOptions } from '../rest/types';
import type { ActionRun } from './actions';
import { ActionError } from './errors';

/** Performs the call and everything its answer brings: result, entity, effects. */
export async function runMethod(run: ActionRun, action: MethodAction): Promise<void> {
  const { app, page } = run;
  const receiver = await targetOf(run, action);
  const args = await argumentsOf(run, action);
  if (opensAddress(run, action, receiver.target, args)) return;
  const context = { page: page.def.name, instance: page.id, event: run.event };
  let answer: CallAnswer;
  try {
    answer = await app.client.call(receiver.target, args, context, resultOptions(run, action));
  } catch (error) {
    if (error instanceof RestError && error.effects) page.applyEffects(error.effects, false);
    throw error;
  }
  await app.manager.commit(run.turn, () => {
    if (answer.self && receiver.entity) takeSelf(run, receiver.entity, answer);
  });
  await storeResult(run, action, answer.result);
  page.applyEffects(answer.effects, action.feedback);
}

function takeSelf(run: ActionRun, entity: Entity, answer: CallAnswer): void {
  if (!answer.self || entity.takeSelf(answer.self).length === 0) return;
  for (const holder of [...entity.holders]) if (holder instanceof EntitySource) run.app.manager.changed(holder);
}

interface Receiver {
  target: CallTarget;
  entity?: Entity;
}

async function targetOf(run: ActionRun, action: MethodAction): Promise<Receiver> {
  const parts = action.method
    .split('.')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const method = parts.pop() ?? '';
  const [first = '', second] = parts;
  if (method === '' || first === '') throw new ActionError(`"${action.method}" names no function`);
  const isSource = run.page.scope.find(action.namespace, first) !== undefined || run.frames.some((frame) => frame.name === first);
  if (!isSource || action.namespace === '') {
    if (first === 'ds' && !isSource)
      return { target: second === undefined ? { kind: 'datastore', method } : { kind: 'dataclass', dataclass: second, method } };
    if (first === 'cs' && second !== undefined && !isSource) return { target: { kind: 'singleton', dataclass: second, method } };
    if (!isSource && parts.length === 1) {
      if (run.app.catalog.singletons.has(first) || !run.app.catalog.find(first))
        return { target: { kind: 'singleton', dataclass: first, method } };
      return { target: { kind: 'dataclass', dataclass: first, method } };
    }
  }
  const path = pathText(action.namespace, parts.join('.'));
  const value = await run.value(path);
  const source = run.page.scope.source(path);
  // A selection that nothing has filled yet is an empty one (pages 4.3).
  const empty = !value && source instanceof SelectionSource && !run.frames.some((frame) => frame.name === first);
  return receiverOf(empty ? source.make({ kind: 'empty' }) : value, method);
}

async function receiverOf(value: Value | undefined, method: string): Promise<Receiver> {
  if (value instanceof Entity) {
    const pending = value.isNew || value.touched.length > 0;
    return {
      entity: value,
      target: {
        kind: 'entity',
        dataclass: value.dataclass.name,
        key: value.key,
        method,
        ...(pending ? { self: value.argument() } : {}),
      },
    };
  }
  if (value instanceof Selection) {
    await value.ensureSet();
    return { target: { kind: 'selection', dataclass: value.dataclass.name, set: value.set, method } };
  }
  throw new ActionError('No entity');
}

async function argumentsOf(run: ActionRun, action: MethodAction): Promise<Json[]> {
  const result: Json[] = [];
  for (const param of action.params) {
    if (param.literal) {
      result.push(literalArgument(param.literalType, param.literalValue));
      continue;
    }
    const value = param.path === '' ? null : await run.value(param.path);
    if (value instanceof Selection) await value.ensureSet();
    result.push(encodeArgument(value ?? null));
  }
  return result;
}

/** `onHttpGet` functions that answer with a document are opened by the browser. */
function opensAddress(run: ActionRun, action: MethodAction, target: CallTarget, args: Json[]): boolean {
  // What the entity holds unsaved can only be sent with a POST.
  const unsaved = target.kind === 'entity' && (target.key === null || target.self !== undefined);
  if (action.result !== '' || action.openIn === 'nowhere' || unsaved) return false;
  const { catalog, client } = run.app;
  if (!catalog.opensAddress(target)) return false;
  run.app.browser.open(client.getAddress(target, args), action.openIn !== 'same-tab');
  return true;
}

function resultOptions(run: ActionRun, action: MethodAction): ReadOptions {
  const path = parsePath(action.result);
  const source = path && path.steps.length === 0 ? run.page.scope.find(path.namespace, path.root) : undefined;
  const { catalog, log } = run.app.manager.context;
  if (source instanceof SelectionSource)
    return {
      attributes: attributeList(catalog, source.dataclass, source.needs.all(), log),
      top: source.def.pageSize,
      store: true,
    };
  if (source instanceof EntitySource) return { attributes: attributeList(catalog, source.dataclass, source.needs.all(), log) };
  return {};
}

async function storeResult(run: ActionRun, action: MethodAction, result: CallResult): Promise<void> {
  if (action.result === '' || result.kind === 'nothing') return;
  const value = resultValue(run, action.result, result);
  if (value !== undefined && fits(run, action, value))
    await run.page.scope.write(action.result, value, run.frames, run.turn, value instanceof Entity || value instanceof Selection);
}

/** Whether the target takes values of that type; tells when it does not. */
function fits(run: ActionRun, action: MethodAction, value: Value): boolean {
  const target = run.page.scope.source(action.result);
  if (!(target instanceof ScalarSource) || target.accepts(value)) return true;
  run.app.log.error(
    `${run.page.def.name}: the result of "${action.method}" is no ${target.def.dataType}: "${action.result}" keeps its value`,
  );
  return false;
}

function resultValue(run: ActionRun, target: string, result: CallResult): Value | undefined {
  const { manager, catalog } = run.app;
  const path = parsePath(target);
  const source = path ? run.page.scope.find(path.namespace, path.root) : undefined;
  switch (result.kind) {
    case 'value':
      return result.value;
    case 'entity': {
      const dataclass = catalog.find(result.dataclass);
      if (!dataclass) return undefined;
      const cache = source instanceof EntitySource ? source.cache : undefined;
      const entity =
        cache && result.entity.__KEY !== undefined && source instanceof EntitySource && source.dataclass === dataclass
          ? cache.entity(manager.context, dataclass, result.entity)
          : manager.detached(dataclass, result.entity, cache);
      return entity;
    }
    case 'selection': {
      if (source instanceof SelectionSource && source.dataclass.name === result.selection.dataclass)
        return source.fromResult(result.selection);
      const dataclass = catalog.find(result.selection.dataclass);
      return dataclass ? manager.selectionOf(dataclass, result.selection) : undefined;
    }
    case 'raw':
      return new Media(URL.createObjectURL(result.data), result.data.type.startsWith('image/'), '', result.name);
    case 'nothing':
      return undefined;
  }
}
