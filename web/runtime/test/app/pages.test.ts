// Pages that cannot be opened: users are told shortly, developers why (project-format 8, pages 10).
import { expect, test } from 'vitest';
import { Application } from '../../src/app/application';
import { readSettings } from '../../src/app/settings';
import { fakeBrowser } from '../data/scenario';
import { fail, MockServer } from '../mock/server';

const files = {
  'shared_css.json': {},
  'shared_datasources.json': {},
  'saved_conditions.json': {},
  'i18n.json': {},
  'CustomComponents/manifest.json': [],
};

async function start(page: string): Promise<{ toasts: string[]; problems: string[] }> {
  const server = new MockServer();
  server.intercept = (request) =>
    request.query.get('$name') === 'Broken' ? fail(500, 500, 'The page "Broken" cannot be shown: line 3:19') : null;
  const problems: string[] = [];
  const note = (text: string): void => {
    problems.push(text);
  };
  const app = new Application(
    readSettings({ page, files }),
    fakeBrowser([]),
    { setShared() {}, addPage() {}, removePage() {}, classes: () => '' },
    server.fetch,
    { warn: note, error: note },
  );
  await app.start();
  return { toasts: app.toasts.peek().map((toast) => `${toast.type}: ${toast.text}`), problems };
}

test.each([
  ['Gone', 'error: The page "Gone" does not exist', /"Gone" does not exist/],
  ['Broken', 'error: The page "Broken" cannot be shown', /line 3:19/],
  ['', 'error: No page was asked for', /does not exist/],
])('the page "%s"', async (name, toast, problem) => {
  const { toasts, problems } = await start(name);
  expect(toasts).toEqual([toast]);
  expect(problems.join('\n')).toMatch(problem);
});
