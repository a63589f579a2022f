// Chains of actions: in order, each waiting for the one before, stopped by the first failure (pages 6, 7).
import type { JsonObject } from '../base/json';
import type { Application } from '../app/application';
import type { Turn } from '../data/manager';
import type { Frame } from '../data/scope';
import type { Value } from '../data/value';
import type { Action } from '../model/action';
import { RestError } from '../rest/errors';
import { runMethod } from './calls';
import { ActionError } from './errors';
import type { PageInstance } from './page_instance';
import { feedbackTexts, runStandard } from './standard';

export interface EventInfo {
  caller: string;
  eventType: string;
  data: JsonObject;
}

/** Surroundings of one run of a chain. */
export interface ActionRun {
  app: Application;
  page: PageInstance;
  frames: readonly Frame[];
  turn: Turn | null;
  event: EventInfo;
  /** Value of a path, loaded when it is not yet there. */
  value(path: string): Promise<Value | undefined>;
}

export async function runActions(run: ActionRun, actions: readonly Action[], event: string): Promise<void> {
  for (const action of actions) {
    if (action.disabled || !action.events.has(event)) continue;
    if (!(await attempt(run, action))) return;
  }
}

async function attempt(run: ActionRun, action: Action): Promise<boolean> {
  try {
    await perform(run, action);
    if (action.type === 'standard' && action.feedback.enabled) run.app.toast('message', feedbackTexts(action).success);
    return true;
  } catch (error) {
    if (!(error instanceof RestError || error instanceof ActionError)) throw error;
    if (error instanceof ActionError && run.page.scope.gone) return false; // its sources went with the page
    const what =
      action.type === 'method'
        ? action.method
        : action.type === 'standard'
          ? `${action.action} of ${action.target.name}`
          : action.type;
    run.app.log.error(`${run.page.def.name}: ${run.event.eventType} of "${run.event.caller}": ${what}: ${error.message}`);
    if (action.type === 'standard' && action.feedback.enabled) run.app.toast('error', feedbackTexts(action).failure);
    if (action.type === 'method' && action.feedback) run.app.toast('error', error.message);
    return false;
  }
}

async function perform(run: ActionRun, action: Action): Promise<void> {
  switch (action.type) {
    case 'method':
      await runMethod(run, action);
      return;
    case 'standard':
      await runStandard(run, action);
      return;
    case 'state':
      run.page.states.set(action.states, action.enable);
      return;
    case 'logout':
      await run.app.logout();
      return;
    case 'dialog':
      await (action.open ? run.page.openDialog(action.dialog) : run.page.closeDialog(action.dialog));
      return;
    case 'navigation': {
      const target = action.literal ? action.target : await run.value(action.target);
      await run.page.navigate(typeof target === 'string' ? target : '', action);
    }
  }
}
