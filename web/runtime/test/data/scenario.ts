// Scenarios: sources as pages store them, then steps with what must be true after each. Everything headless.
import { expect } from 'vitest';
import { Application, type StyleHost } from '../../src/app/application';
import type { Browser } from '../../src/app/browser';
import { readSettings } from '../../src/app/settings';
import type { Json, JsonObject } from '../../src/base/json';
import { Entity } from '../../src/data/entity';
import { saveEntity } from '../../src/data/save';
import type { Frame } from '../../src/data/scope';
import { Selection } from '../../src/data/selection';
import { Media, type Value } from '../../src/data/value';
import type { PageInstance } from '../../src/logic/page_instance';
import { readActions } from '../../src/model/action';
import { parsePath, type Path } from '../../src/model/path';
import { MockServer, type MockFunction } from '../mock/server';

export type Step =
  | { get: string; is: unknown; frame?: Json }
  | { write: string; to: Json; refused?: boolean }
  | { copy: string; into: string }
  | { action: JsonObject | JsonObject[]; on?: string }
  | { save: string; gives?: string }
  | { events: string[] }
  | { requests: string[] }
  | { count: string; is: number }
  | { sent: Json }
  | { dirty: string; is: boolean }
  | { problem: RegExp }
  | { toasts: string[] }
  | { opened: string[] }
  | { states: string[] }
  | { server: (server: MockServer, world: ScenarioWorld) => void }
  | { check: (world: ScenarioWorld) => void | Promise<void> };

export interface Scenario {
  name: string;
  sources: Json[];
  shared?: Record<string, Json[]>;
  uses?: string[];
  functions?: Record<string, MockFunction>;
  books?: number;
  page?: JsonObject;
  /** The page file as it is, instead of one made of `sources` and `page`. */
  file?: Json;
  settings?: JsonObject;
  saved?: Json[];
  privileges?: string[];
  steps: Step[];
}

export interface ScenarioWorld {
  app: Application;
  page: PageInstance;
  server: MockServer;
  events: string[];
  problems: string[];
  opened: string[];
}

const noStyles: StyleHost = { setShared() {}, addPage() {}, removePage() {}, classes: (_, names) => names.join(' ') };

export function fakeBrowser(opened: string[], address = 'http://host/$lib/renderer/?w=Test&x=1#top'): Browser {
  const memory = new Map<string, string>();
  return {
    open: (target, newTab) => {
      opened.push(`${newTab ? 'new ' : ''}${target}`);
    },
    reload: () => {
      opened.push('reload');
    },
    location: () => new URL(address),
    languages: () => ['en-US'],
    setTitle: () => {},
    setLanguage: () => {},
    remember: (key, value) => {
      memory.set(key, value);
    },
    recall: (key) => memory.get(key) ?? '',
    onHidden: () => {},
    onTyping: () => {},
  };
}

/** A page with the sources of the scenario, prepared as the life cycle says. */
export async function build(scenario: Omit<Scenario, 'steps' | 'name'>): Promise<ScenarioWorld> {
  const { libraryData, libraryModel } = await import('../mock/model');
  const server = new MockServer(libraryModel, libraryData(scenario.books ?? 12));
  for (const [name, run] of Object.entries(scenario.functions ?? {})) server.functions.set(name, run);
  if (scenario.privileges) server.privileges = scenario.privileges;
  const root = { type: { resolvedName: 'Container' }, props: {}, nodes: [], linkedNodes: {} };
  server.pages.set('Test', {
    metadata: { datasources: scenario.sources, ...(scenario.page?.['metadata'] as JsonObject | undefined) },
    components: { ROOT: root, ...(scenario.page?.['components'] as JsonObject | undefined) },
  });
  if (scenario.file !== undefined) server.pages.set('Test', scenario.file);
  const problems: string[] = [];
  const opened: string[] = [];
  const log = {
    warn: (text: string) => {
      problems.push(text);
    },
    error: (text: string) => {
      problems.push(text);
    },
  };
  const files = {
    'shared_css.json': {},
    'shared_datasources.json': scenario.shared ?? {},
    'saved_conditions.json': { conditions: scenario.saved ?? [] },
    'i18n.json': {},
    'CustomComponents/manifest.json': [],
  };
  const app = new Application(
    { ...readSettings({ page: 'Test', files, live: false, ...scenario.settings }) },
    fakeBrowser(opened),
    noStyles,
    server.fetch,
    log,
  );
  const events: string[] = [];
  await app.start();
  const page = app.page.peek();
  if (!page) throw new Error(`the page was not opened: ${problems.join('; ')}`);
  const inner = app.manager.listener;
  app.manager.listener = async (source, event, turn) => {
    events.push(`${source.name}:${event}`);
    await inner(source, event, turn);
  };
  if (scenario.uses)
    app.manager.addUses(
      page.scope,
      scenario.uses.map((text) => ({ path: parsePath(text) as Path })),
    );
  server.log.length = 0;
  return { app, page, server, events, problems, opened };
}

export async function play(scenario: Scenario): Promise<void> {
  const world = await build(scenario);
  for (const [i, step] of scenario.steps.entries()) await perform(world, step, `step ${i + 1} ${JSON.stringify(step)}`);
  world.page.dispose();
}

async function perform(world: ScenarioWorld, step: Step, hint: string): Promise<void> {
  const { page, server, app } = world;
  if ('get' in step)
    expect(
      await get(world, step.get, step.frame === undefined ? [] : [{ name: '$This', index: 0, value: step.frame as Value }]),
      hint,
    ).toEqual(step.is);
  else if ('write' in step) expect(await page.scope.write(step.write, step.to), hint).toBe(!(step.refused ?? false));
  else if ('copy' in step) await page.scope.write(step.into, (await page.value(step.copy)) ?? null);
  else if ('action' in step) await run(world, Array.isArray(step.action) ? step.action : [step.action], step.on ?? 'onclick');
  else if ('save' in step) {
    const value = await page.value(step.save);
    const outcome = await saveEntity(app.manager, value instanceof Entity ? value : null, null);
    expect(outcome.ok ? 'ok' : outcome.reason, hint).toBe(step.gives ?? 'ok');
  } else if ('events' in step) {
    expect(world.events, hint).toEqual(step.events);
    world.events.length = 0;
  } else if ('requests' in step) {
    await app.manager.quiet();
    expect(requests(server), hint).toEqual(step.requests);
    server.log.length = 0;
  } else if ('count' in step) {
    await app.manager.quiet();
    expect(requests(server).filter((text) => text.includes(step.count)).length, hint).toBe(step.is);
    server.log.length = 0;
  } else if ('sent' in step)
    expect(server.log.filter((request) => request.verb === 'POST').at(-1)?.body, hint).toEqual(step.sent);
  else if ('dirty' in step) {
    const value = await page.value(step.dirty);
    expect(value instanceof Entity && value.dirty, hint).toBe(step.is);
  } else if ('problem' in step) {
    expect(
      world.problems.some((text) => step.problem.test(text)),
      `${hint} among ${world.problems.join('; ')}`,
    ).toBe(true);
  } else if ('toasts' in step)
    expect(
      app.toasts.peek().map((toast) => `${toast.type}: ${toast.text}`),
      hint,
    ).toEqual(step.toasts);
  else if ('opened' in step) expect(world.opened, hint).toEqual(step.opened);
  else if ('states' in step) expect(page.states.labels, hint).toEqual(step.states);
  else if ('server' in step) step.server(server, world);
  else await step.check(world);
}

export async function run(world: ScenarioWorld, actions: JsonObject[], event: string, frames: Frame[] = []): Promise<void> {
  const node = {
    id: `test${Math.random()}`,
    type: 'Button',
    props: { serverSideRef: 'ref' },
    nodes: [],
    linked: {},
    actions: readActions(actions.map((action) => ({ events: [event], ...action }))),
    overrides: new Map(),
    texts: new Map(),
    keys: {},
  };
  await world.page.fire(node, event, {}, frames);
}

async function get(world: ScenarioWorld, path: string, frames: Frame[]): Promise<unknown> {
  let value: Value | undefined;
  for (let i = 0; i < 3; i++) {
    value = await world.page.value(path, frames);
    await world.app.manager.quiet();
  }
  return plain(value);
}

/** Entities as `Book(1)`, selections as `Book[12]`. */
export function plain(value: Value | undefined): unknown {
  if (value instanceof Entity) return `${value.dataclass.name}(${value.key ?? 'new'})`;
  if (value instanceof Selection) return `${value.dataclass.name}[${value.length}]`;
  if (value instanceof Media) return `media ${value.uri}`;
  return value;
}

function requests(server: MockServer): string[] {
  return server.log.map((request) => {
    const query = [...request.query]
      .map(([name, value]) => `${name}=${value}`)
      .join('&')
      .replace(/[0-9A-F]{32}/g, 'SET');
    return `${request.verb} ${request.path.replace(/[0-9A-F]{32}/g, 'SET')}${query === '' ? '' : `?${query}`}`;
  });
}

export const sel = (id: string, more: JsonObject = {}): JsonObject => ({
  id,
  type: 'entitysel',
  dataclass: 'Book',
  initialValue: 'all',
  namespace: '',
  ...more,
});
export const ent = (id: string, more: JsonObject = {}): JsonObject => ({
  id,
  type: 'entity',
  dataclass: 'Book',
  initialValue: 'first',
  namespace: '',
  ...more,
});
export const sca = (id: string, dataType: string, initialValue?: Json, more: JsonObject = {}): JsonObject => ({
  id,
  type: 'scalar',
  dataType,
  namespace: '',
  ...(initialValue === undefined ? {} : { initialValue }),
  ...more,
});
export const std = (action: string, name: string, more: JsonObject = {}): JsonObject => {
  const { target, set, type, ...rest } = more;
  const [namespace = '', id = name] = name.includes(':') ? name.split(':') : ['', name];
  return {
    type: 'simple-action',
    action,
    datasource: {
      name: id,
      namespace,
      ...(target === undefined ? {} : { target }),
      ...(set === undefined ? {} : { set }),
      ...(type === undefined ? {} : { type }),
    },
    ...rest,
  };
};
export const call = (method: string, more: JsonObject = {}): JsonObject => ({
  type: 'method',
  method,
  params: [],
  returns: {},
  ...more,
});

// What most scenarios begin with: the books, the current one, and what a page shows of them.
export const chain = [sel('books'), ent('book', { from: 'books' })];
export const empty = [sel('books', { initialValue: '' }), ent('book', { from: 'books', initialValue: '' })];
export const uses = ['books.title', 'book.title'];
export const first = { get: 'book.title', is: 'Tidal Maps 1' };
export const author = { id: 'author', type: 'entity', dataclass: 'Author', from: 'book.author', initialValue: '' };
