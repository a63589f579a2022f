// One rendered instance of a page: its sources, states, dialogs, loaders and events. The view only draws it.
import type { JsonObject } from '../base/json';
import { Cell, Topic, untracked } from '../base/reactive';
import type { Application } from '../app/application';
import { safeAddress } from '../app/browser';
import type { Turn } from '../data/manager';
import type { Frame, Scope } from '../data/scope';
import { Selection } from '../data/selection';
import type { Source } from '../data/source';
import type { Value } from '../data/value';
import { eventName, type Action, type NavigationAction } from '../model/action';
import type { NodeDef, PageDef } from '../model/page';
import { parsePath } from '../model/path';
import { drawnFirst, usesOf, usesOfActions, usesOfCondition } from '../model/uses';
import type { Effects } from '../rest/types';
import { runActions, type ActionRun } from './actions';
import { effectiveProps } from './effective_props';
import { EventQueue } from './queue';
import { States } from './states';

interface ServerEffect {
  visible?: boolean;
  added: Set<string>;
  removed: Set<string>;
}
export interface Loader {
  load(page: string): void;
}

let counter = 0;

/** A component, or that of one item of an iteration. */
function placeOf(node: NodeDef, frames: readonly Frame[]): string {
  return `${node.id}/${frames.map((frame) => frame.index).join('.')}`;
}

export class PageInstance {
  readonly id = `p${++counter}`;
  readonly scope: Scope;
  readonly states: States;
  /** Open dialogs, the last is on top. */
  readonly dialogs = new Cell<readonly string[]>([]);
  readonly loaders = new Map<string, Loader>();
  readonly children = new Set<PageInstance>();
  readonly depth: number;
  private readonly queue = new EventQueue();
  /** Edits of users whose *On Change* has not ended, by component. */
  private readonly edits = new Map<string, Promise<unknown>>();
  private readonly effects = new Map<string, ServerEffect>();
  private readonly effectTopic = new Topic();
  private loadedOnce = false;
  private leaving: Promise<void> | null = null;

  constructor(
    readonly app: Application,
    readonly def: PageDef,
    readonly parent: PageInstance | null,
    private readonly holder: Loader | null,
  ) {
    this.scope = app.manager.pageScope();
    this.states = new States(def.states, def.defaultStates, (text) => {
      app.log.warn(`${def.name}: ${text}`);
    });
    this.depth = parent ? parent.depth + 1 : 0;
    parent?.children.add(this);
    for (const problem of def.problems) app.log.warn(`${def.name}: ${problem}`);
  }

  /** Steps of the life cycle before the first rendering (pages 3). */
  async prepare(): Promise<void> {
    const sources = this.app.manager.create(this.scope, this.def.sources);
    this.app.register(this);
    this.use('ROOT');
    for (const state of this.def.states)
      if (state.condition) this.app.manager.addUses(this.scope, usesOfCondition(state.condition, this.app.saved));
    for (const source of sources)
      if (source.def.events.length > 0) this.app.manager.addUses(this.scope, usesOfActions(source.def.events));
    for (const source of sources) await this.app.manager.fire(source, 'oninit', null);
    const root = this.def.nodes.get('ROOT');
    if (root) await this.fire(root, 'oninit');
    this.readAhead();
  }

  /**
   * Whether the first drawing may wait for data: *On Loaded* runs after it, so what that calls or changes would come later.
   */
  get mayWait(): boolean {
    return !this.loadActions().some((action) => action.type === 'method' || action.type === 'standard');
  }

  private loadActions(): Action[] {
    return (this.def.nodes.get('ROOT')?.actions ?? []).filter((action) => !action.disabled && action.events.has('onload'));
  }

  /**
   * Begins what the first drawing is going to read: its requests are under way while the components are made. Not when
   * *On Loaded* changes sources: what it sorts or asks for must not come after a first answer.
   */
  private readAhead(): void {
    const changing = (action: Action): boolean =>
      action.type === 'standard' || (action.type === 'method' && action.result !== '');
    if (this.loadActions().some(changing)) return;
    const props = (node: NodeDef): JsonObject => effectiveProps(this, node);
    untracked(() => {
      for (const path of drawnFirst(this.def, props)) {
        const value = this.scope.read(path);
        if (value instanceof Selection) void value.length;
      }
    });
  }

  private use(id: string): void {
    this.app.manager.addUses(this.scope, usesOf(this.def, id));
  }

  /** After the first rendering: conditions, then *On Loaded*, once. */
  async loaded(): Promise<void> {
    if (this.loadedOnce) return;
    this.loadedOnce = true;
    this.states.watch(() => ({
      read: (path) => this.scope.read(path),
      privileges: this.app.privileges.value,
      parentStates: this.parent ? this.parent.states.labels : null,
      saved: this.app.saved,
    }));
    const root = this.def.nodes.get('ROOT');
    if (root) await this.fire(root, 'onload');
  }

  /** Fires an event of a component. */
  fire(node: NodeDef, name: string, data: JsonObject = {}, frames: readonly Frame[] = []): Promise<void> {
    const event = eventName(name);
    if (!node.actions.some((action) => !action.disabled && action.events.has(event))) return Promise.resolve();
    const caller = typeof node.props['serverSideRef'] === 'string' ? node.props['serverSideRef'] : '';
    const place = placeOf(node, frames);
    const begin = (): Promise<void> =>
      this.queue.run(place, event, () =>
        runActions(this.run(frames, null, { caller, eventType: event, data }), node.actions, event),
      );
    const edit = event === 'onblur' ? this.edits.get(place) : undefined;
    return edit ? edit.then(begin) : begin();
  }

  /** An edit of a component; `work` ends when its *On Change* has ended. *On Blur* of the component comes after it. */
  async edit(node: NodeDef, frames: readonly Frame[], work: () => Promise<void>): Promise<void> {
    const place = placeOf(node, frames);
    const edit = work();
    const all = Promise.allSettled([this.edits.get(place), edit]);
    this.edits.set(place, all);
    void all.then(() => this.edits.get(place) === all && this.edits.delete(place));
    await edit;
  }

  /** Runs the actions of a source's event. */
  fireSource(source: Source, event: string, turn: Turn): Promise<void> {
    return runActions(this.run([], turn, { caller: source.name, eventType: event, data: {} }), source.def.events, event);
  }

  private run(frames: readonly Frame[], turn: Turn | null, event: ActionRun['event']): ActionRun {
    return { app: this.app, page: this, frames, turn, event, value: (path) => this.value(path, frames) };
  }

  /** Value of a path; waits for what is on its way. */
  async value(text: string, frames: readonly Frame[] = []): Promise<Value | undefined> {
    const path = parsePath(text);
    const source = path ? this.scope.find(path.namespace, path.root) : undefined;
    if (source && !frames.some((frame) => frame.name === path?.root)) {
      source.read();
      await source.settled();
    }
    let value = this.scope.read(text, frames);
    // Each step over a relation may need a request of its own.
    for (let left = (path?.steps.length ?? 0) + 1; value === undefined && left > 0; left--) {
      await this.app.manager.quiet();
      value = this.scope.read(text, frames);
    }
    return value;
  }

  // Dialogs

  dialog(name: string): NodeDef | undefined {
    return [...this.def.nodes.values()].find(
      (node) => node.type === 'Dialog' && (node.props['serverSideRef'] === name || node.id === name),
    );
  }

  async openDialog(name: string): Promise<void> {
    const node = this.dialog(name);
    if (!node) {
      await this.parent?.openDialog(name);
      return;
    }
    if (this.dialogs.peek().includes(node.id)) return;
    this.use(node.id);
    await this.fire(node, 'oninit');
    if (!this.dialogs.peek().includes(node.id)) this.dialogs.value = [...this.dialogs.peek(), node.id];
  }

  async closeDialog(name: string): Promise<void> {
    const node = this.dialog(name);
    if (!node) {
      await this.parent?.closeDialog(name);
      return;
    }
    if (!this.dialogs.peek().includes(node.id)) return;
    await this.fire(node, 'onclose');
    this.dialogs.value = this.dialogs.peek().filter((id) => id !== node.id);
  }

  // Navigation (pages 10)

  async navigate(target: string, action: Pick<NavigationAction, 'external' | 'place' | 'loader'>): Promise<void> {
    if (target === '') return;
    if (action.external) {
      if (safeAddress(target) === 'about:blank') {
        this.app.log.error(`${this.def.name}: the address "${target}" may not be opened`);
        return;
      }
      this.app.browser.open(target, action.place !== 'same-tab');
      return;
    }
    if (action.place === 'webform-loader') {
      this.loadInto(action.loader, target);
      return;
    }
    if (action.place === 'webform-loader-self') {
      if (this.holder) {
        this.holder.load(target);
        return;
      }
      if (this.app.settings.preview) {
        this.app.toast('message', `In a page loader, "${target}" would replace this page`);
        return;
      }
    }
    await this.app.openPage(target, action.place === 'new-tab');
  }

  private loadInto(loader: string, page: string): void {
    for (let at: PageInstance | null = this; at; at = at.parent) {
      const found = at.loaders.get(loader);
      if (found) {
        found.load(page);
        return;
      }
    }
    this.app.log.error(`${this.def.name}: the page loader "${loader}" does not exist`);
  }

  // Effects of server code (pages 9)

  applyEffects(effects: Effects, feedback: boolean): void {
    for (const [ref, effect] of Object.entries(effects.components)) {
      for (const page of this.owners(ref)) page.applyTo(ref, effect.visible, effect.addClass, effect.removeClass);
    }
    for (const state of effects.states) this.states.setNamed(state.name, state.action === 'enable');
    if (feedback && effects.notification && effects.notification.message !== '')
      this.app.toast(effects.notification.type, effects.notification.message);
  }

  private hasRef(ref: string): boolean {
    return [...this.def.nodes.values()].some((node) => node.props['serverSideRef'] === ref);
  }

  /** The first level that has the reference: this instance, enclosing pages, loaded ones. */
  private owners(ref: string): PageInstance[] {
    for (let at: PageInstance | null = this; at; at = at.parent) if (at.hasRef(ref)) return [at];
    for (let level = [...this.children]; level.length > 0; level = level.flatMap((page) => [...page.children])) {
      const found = level.filter((page) => page.hasRef(ref));
      if (found.length > 0) return found;
    }
    return [];
  }

  private applyTo(ref: string, visible: boolean | undefined, add: readonly string[], remove: readonly string[]): void {
    if (visible !== undefined && this.dialog(ref)) {
      void (visible ? this.openDialog(ref) : this.closeDialog(ref));
    }
    const effect = this.effects.get(ref) ?? { added: new Set<string>(), removed: new Set<string>() };
    if (visible !== undefined) effect.visible = visible;
    for (const name of add) {
      effect.added.add(name);
      effect.removed.delete(name);
    }
    for (const name of remove) {
      effect.removed.add(name);
      effect.added.delete(name);
    }
    this.effects.set(ref, effect);
    this.effectTopic.changed();
  }

  effect(ref: string): ServerEffect | undefined {
    if (ref === '') return undefined;
    this.effectTopic.read();
    return this.effects.get(ref);
  }

  /** The page is about to go: tells its root, and those of the pages inside it first. */
  leave(): Promise<void> {
    this.leaving ??= this.tellLeaving();
    return this.leaving;
  }

  private async tellLeaving(): Promise<void> {
    await Promise.all([...this.children].map((child) => child.leave()));
    const root = this.def.nodes.get('ROOT');
    if (root) await this.fire(root, 'unload');
  }

  dispose(): void {
    for (const child of this.children) child.dispose();
    this.parent?.children.delete(this);
    this.states.dispose();
    this.app.unregister(this);
    this.scope.dispose();
  }
}
