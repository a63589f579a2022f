// What the page believes of its session, whenever it is told of changes (pages 10.1).
import { expect, test, vi } from 'vitest';
import { Application } from '../../src/app/application';
import { readSettings } from '../../src/app/settings';
import { fakeBrowser } from '../data/scenario';
import { make } from '../mock/pages';
import { MockServer } from '../mock/server';

const path = '/$info/privileges';

test('a change that is told while the privileges are read is not lost', async () => {
  const server = new MockServer();
  server.pages.set('Test', { metadata: {}, components: make('Container', { nodeId: 'ROOT' }, []).nodes });
  let held: Promise<void> = Promise.resolve();
  const slow: typeof fetch = async (input, init) => {
    const answer = await server.fetch(input, init);
    if (String(input).includes(path)) await held;
    return answer;
  };
  const styles = { setShared() {}, addPage() {}, removePage() {}, classes: () => '' };
  const quiet = { warn() {}, error() {} };
  const app = new Application(readSettings({ page: 'Test', live: false }), fakeBrowser([]), styles, slow, quiet);
  await app.start();
  const asked = (): number => server.log.filter((request) => request.path === path).length;
  const before = asked();
  let release = (): void => {};
  held = new Promise((resolve) => {
    release = resolve;
  });
  app.client.hooks.onPrivileges?.();
  await vi.waitFor(() => {
    expect(asked()).toBe(before + 1);
  });
  server.privileges = ['player'];
  app.client.hooks.onPrivileges?.();
  app.client.hooks.onPrivileges?.();
  release();
  await vi.waitFor(() => {
    expect(app.privileges.peek()).toEqual(['player']);
  });
  expect(asked()).toBe(before + 2);
});

test('the answer that tells the privileges is no reason to read them again', async () => {
  const server = new MockServer();
  server.pages.set('Test', { metadata: {}, components: make('Container', { nodeId: 'ROOT' }, []).nodes });
  const styles = { setShared() {}, addPage() {}, removePage() {}, classes: () => '' };
  const quiet = { warn() {}, error() {} };
  const app = new Application(readSettings({ page: 'Test', live: false }), fakeBrowser([]), styles, server.fetch, quiet);
  await app.start();
  const asked = (): number => server.log.filter((request) => request.path === path).length;
  const before = asked();
  server.privileges = ['player'];
  server.privilegesStamp++;
  await app.client.selection('Book', { attributes: 'title', top: 1 });
  await vi.waitFor(() => {
    expect(app.privileges.peek()).toEqual(['player']);
  });
  expect(asked()).toBe(before + 1);
});
