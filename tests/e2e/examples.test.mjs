// The journeys of people who use the example applications, in a real browser against the real server.
import assert from 'node:assert/strict';
import { cpSync, readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'node:test';
import { browse } from './chromium.mjs';
import { atlas, qodly, serve, temporaryFolder } from './support.mjs';

const axe = readFileSync(createRequire(new URL('../../web/package.json', import.meta.url)).resolve('axe-core/axe.min.js'), 'utf8');
const example = (name) => fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));

// A copy of an example with its own generated data.
async function generated(t, name) {
  const project = join(temporaryFolder(t), name);
  cpSync(join(example(name), 'Project'), join(project, 'Project'), { recursive: true });
  const { code, err } = await qodly('run', project, 'generateData');
  assert.equal(code, 0, err);
  return project;
}

const heading = (tab, text) => tab.locator('.title', { hasText: text }).first().waitFor();

test('Atlas: every page shows its data', async (t) => {
  const server = await serve(t, atlas);
  const { tab, problems, picture } = await browse(t, server);
  const home = await tab('Home');
  await heading(home, 'The world at a glance');
  await home.getByText('171,075').first().waitFor();
  await home.locator('.stattile', { hasText: 'Nights away' }).locator('svg polyline').waitFor();
  await picture(home, 'atlas-dashboard');

  await home.getByRole('button', { name: 'Countries' }).click();
  await home.getByText('250 shown').waitFor();
  await home.getByLabel('Search').fill('portug');
  await home.getByText('1 shown').waitFor();
  await home.getByText('Portugal').first().click();
  await home.getByText('Portuguese Republic').waitFor();
  await home.getByRole('tab', { name: 'Neighbours' }).click();
  await home.getByText('Spain').first().waitFor();
  await picture(home, 'atlas-country');

  await home.getByRole('button', { name: 'Cities' }).click();
  await home.getByText('171,075 shown').waitFor();
  await home.getByLabel('Search').fill('Reykjav');
  await home.locator('.fd-datatable .row', { hasText: 'Iceland' }).first().click();
  await home.getByText('Sign in as an editor to change cities.').waitFor();
  assert.ok(await home.getByLabel('Latitude').isDisabled());
  await picture(home, 'atlas-cities');

  await home.getByRole('button', { name: 'Languages' }).click();
  await home.getByText('official languages').waitFor();
  await home.getByLabel('Search').fill('portu');
  await home.locator('.fd-datatable .row', { hasText: 'Portuguese' }).click();
  await home.getByText('Brazil').first().waitFor();

  await home.getByRole('button', { name: 'Visits' }).click();
  await home.getByText('entries in the travel journal').waitFor();
  await home.getByRole('button', { name: 'Admin' }).click();
  await home.getByText('Administrators find users and figures here.').waitFor();
  assert.deepEqual(problems, []);
});

test('Atlas: an editor signs in, and what is not valid is refused beside its field', async (t) => {
  const server = await serve(t, atlas);
  const { tab, picture } = await browse(t, server);
  const home = await tab('Login');
  await home.getByLabel('E-mail').fill('editor@example.org');
  await home.getByLabel('Password').first().fill('wrong');
  await home.getByRole('button', { name: 'Sign in' }).click();
  await home.getByText('Incorrect username or password.').waitFor();
  await home.getByLabel('Password').first().fill('Atlas-2026!');
  await home.getByRole('button', { name: 'Sign in' }).click();
  await home.getByText('Sign out').waitFor();
  await home.getByText('editor@example.org').waitFor();
  await home.getByRole('button', { name: 'Cities' }).click();
  await home.getByLabel('Search').fill('Reykjav');
  await home.locator('.fd-datatable .row', { hasText: 'Iceland' }).first().click();
  await home.getByLabel('Latitude').fill('99');
  await home.getByRole('button', { name: 'Save' }).click();
  await home.getByText('must be between -90 and 90').waitFor();
  await picture(home, 'atlas-invalid');
  const { __ENTITIES: [city] } = await server.json("/rest/City?$filter=\"name = 'Reykjav@' and country.code = IS\"&$attributes=latitude");
  assert.ok(city.latitude < 65);
  await home.getByRole('button', { name: 'Sign out' }).click();
  await home.getByRole('button', { name: 'Sign in' }).waitFor();
});

test('Tracker: a task is made, moved and finished', async (t) => {
  const server = await serve(t, await generated(t, 'tracker'));
  const { tab, problems, picture } = await browse(t, server);
  const home = await tab('Home');
  await heading(home, 'Board');
  await home.getByRole('button', { name: 'New task' }).click();
  await home.getByLabel('Title').fill('Water the plants');
  await home.getByRole('button', { name: 'Save' }).click();
  await home.getByText('Task saved').waitFor();
  await home.getByRole('button', { name: 'Close' }).last().click();
  const lane = (name) => home.locator('.lane', { hasText: name });
  await picture(home, 'tracker-board');
  const { __ENTITIES: [task] } = await server.json("/rest/Task?$filter=\"title = 'Water the plants'\"");
  assert.equal(task.state, 'todo');
  assert.equal(task.priority, 2);

  await home.getByRole('button', { name: 'Tasks' }).click();
  await home.getByLabel('Search').fill('Water@');
  await home.getByText('1 tasks').waitFor();
  await home.getByRole('button', { name: 'Board' }).click();
  await lane('Doing').waitFor();
  await home.getByRole('button', { name: 'Figures' }).click();
  await home.getByText('121').first().waitFor();
  assert.deepEqual(problems, []);
});

test('Shop: an order is shipped and the goods leave the stock', async (t) => {
  const server = await serve(t, await generated(t, 'shop'));
  const { tab, problems, picture } = await browse(t, server);
  const home = await tab('Home');
  await heading(home, 'Overview');
  await picture(home, 'shop-overview');
  await home.getByRole('button', { name: 'Orders' }).click();
  const row = home.locator('.fd-datatable .row').first();
  await row.click();
  const number = (await row.locator('.cell').first().textContent()).trim();
  const line = () => server.json(`/rest/Line?$filter="order.number = '${number}'"&$attributes=quantity,product.name,product.stock,product.ID`);
  for (const entry of (await line()).__ENTITIES) await server.post(`/rest/Product(${entry.product.ID})?$method=update`, { __KEY: entry.product.ID, stock: 500 });
  const before = (await line()).__ENTITIES;
  await home.getByRole('button', { name: 'Ship' }).click();
  await home.getByText('is on its way').waitFor();
  assert.ok((await line()).__ENTITIES.every((entry, i) => entry.product.stock < before[i].product.stock));
  const { __ENTITIES: [order] } = await server.json(`/rest/Order?$filter="number = '${number}'"`);
  assert.equal(order.state, 'shipped');

  await home.getByRole('button', { name: 'Products' }).click();
  await home.getByText('Low in stock').click();
  await home.getByText(/^\d+ shown/).first().waitFor();
  await home.getByRole('button', { name: 'Customers' }).click();
  await home.getByText('100 customers').waitFor();
  assert.deepEqual(problems, []);
});

// Every page as a visitor sees it, light and dark, against the rules of WCAG 2.2 (A and AA).
async function accessible(t, project) {
  const server = await serve(t, project);
  const { tab } = await browse(t, server, { bypassCSP: true, reducedMotion: 'reduce' });
  const pages = readdirSync(join(project, 'Project/Sources/WebForms')).filter((file) => file.endsWith('.WebForm'));
  const found = [];
  for (const page of pages.map((file) => basename(file, '.WebForm'))) {
    const shown = await tab(page);
    await shown.waitForLoadState('networkidle');
    await shown.addScriptTag({ content: axe });
    for (const theme of ['light', 'dark']) {
      const broken = await shown.evaluate(async (wanted) => {
        document.documentElement.dataset.theme = wanted;
        const { violations } = await window.axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] });
        return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 120)).join(' | ')}`);
      }, theme);
      found.push(...broken.map((text) => `${page}, ${theme}: ${text}`));
    }
    await shown.close();
  }
  assert.ok(pages.length > 3);
  assert.deepEqual(found, []);
}

test('Atlas is accessible', (t) => accessible(t, atlas));
test('The project tracker is accessible', async (t) => accessible(t, await generated(t, 'tracker')));
test('The shop is accessible', async (t) => accessible(t, await generated(t, 'shop')));
