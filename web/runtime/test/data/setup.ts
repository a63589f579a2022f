// A manager over the mock server, and a page scope out of source records written as pages store them.
import type { Json } from '../../src/base/json';
import { Manager } from '../../src/data/manager';
import type { Scope } from '../../src/data/scope';
import { parsePath, type Path } from '../../src/model/path';
import { readSources } from '../../src/model/page';
import { RestClient } from '../../src/rest/client';
import { MockServer } from '../mock/server';

export interface World {
  server: MockServer;
  manager: Manager;
  scope: Scope;
  problems: string[];
  /** `onChange` and `onInit` in the order in which they fired, as `name:event`. */
  events: string[];
  use(...paths: string[]): void;
  read(path: string): unknown;
  /** Reads, waits until all is loaded, reads again. */
  get(path: string): Promise<unknown>;
  requests(): string[];
}

export async function world(sources: Json[], shared: Json[] = [], server = new MockServer()): Promise<World> {
  const problems: string[] = [];
  const log = {
    warn: (text: string) => {
      problems.push(text);
    },
    error: (text: string) => {
      problems.push(text);
    },
  };
  const client = new RestClient({ base: '/rest', fetch: server.fetch });
  const manager = new Manager(client, await client.catalog(), log);
  server.log.length = 0;
  const events: string[] = [];
  manager.listener = async (source, event) => {
    events.push(`${source.name}:${event}`);
  };
  for (const raw of shared) manager.create(manager.shared, readSources([raw], ''));
  const scope = manager.pageScope();
  manager.create(scope, readSources(sources, ''));
  return {
    server,
    manager,
    scope,
    problems,
    events,
    use: (...paths) => {
      manager.addUses(
        scope,
        paths.map((text) => ({ path: parsePath(text) as Path })),
      );
    },
    read: (path) => scope.read(path),
    get: async (path) => {
      scope.read(path);
      await manager.quiet();
      scope.read(path);
      await manager.quiet();
      return scope.read(path);
    },
    requests: () =>
      server.log.map(
        (request) =>
          `${request.verb} ${request.path}${[...request.query]
            .map(([name, value]) => `${name}=${value}`)
            .join('&')
            .replace(/^(.)/, '?$1')}`,
      ),
  };
}
