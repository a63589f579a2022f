// Pages in a browser over the real server: what people see when data changes, when something fails, and when nothing answers.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { launch } from './chromium.mjs';
import { itemCatalog, patience, qodly, serve, temporaryFolder, until } from './support.mjs';

let ids = 0;
const nodes = {};
function node(type, props = {}, children = [], linked = {}, custom = {}) {
  const id = type === 'Container' ? 'ROOT' : `n${++ids}`;
  nodes[id] = { type: { resolvedName: type }, props: { classNames: [], events: [], ...props }, nodes: children, linkedNodes: linked, custom };
  return id;
}
const action = (name, source) => ({
  type: 'simple-action', actionType: 'datasource', action: name, events: ['onclick'], datasource: { name: source, namespace: '' }, feedback: { enabled: true },
});
const call = (method) => ({ type: 'method', events: ['onclick'], method, params: [], returns: { name: 'result', datasource: 'answer' }, feedback: true });
const button = (text, ...events) => node('Button', { text, iconPosition: 'hidden', events });
const field = (label, datasource) =>
  node('TextInput', { labelPosition: 'top' }, [], {
    label: node('Label', { text: label }),
    input: node('Input', { type: 'text', datasource }),
  });
const text = (shown) => node('Text', { doc: [{ type: 'paragraph', children: [{ text: shown }] }] });
const bound = (datasource) => node('Text', { doc: [{ type: 'paragraph', children: [{ type: 'datasource', datasource, children: [{ text: '' }] }] }] });

function itemsPage() {
  const table = node('DataTable', {
    datasource: 'items', currentElement: 'item', headerHeight: 36, rowHeight: 36, style: { height: '240px' },
    columns: [{ id: 'a', title: 'Name', source: 'name', width: '200px', sorting: true }, { id: 'b', title: 'Price', source: 'price', width: '120px' }],
  });
  const children = [
    table, field('Name', 'item.name'), field('Price', 'item.price'), bound('items.length'), bound('answer'),
    button('Save', action('save', 'item')), button('Drop', action('remove', 'item')),
    node('StyleBox', { serverSideRef: 'box' }, [text('Inside the box')]),
    node('StyleBox', { serverSideRef: 'note' }, [text('A note')], {}, { 'states:packed': { classNames: ['packed-note'] } }),
    node('Button', { text: 'Decorate', iconPosition: 'hidden', serverSideRef: 'decorator', events: [call('ds.decorate')] }),
    button('Undo', call('ds.undecorate')), button('Refuse', call('ds.refuse')),
    button('Fail', call('ds.fail'), { ...call('ds.quick') }), button('Slow', call('ds.slow')), button('Quick', call('ds.quick')),
  ];
  node('Container', { className: 'bg-white h-full w-full' }, children);
  return {
    metadata: {
      v: '1.0', styles: [],
      states: [{ id: 'packed', label: 'packed' }],
      datasources: [
        { id: 'items', type: 'entitysel', dataclass: 'Item', initialValue: 'all', namespace: '', events: [] },
        { id: 'item', type: 'entity', dataclass: 'Item', from: 'items', initialValue: 'first', namespace: '', events: [] },
        { id: 'answer', type: 'scalar', dataType: 'string', initialValue: '', namespace: '', events: [] },
      ],
    },
    components: nodes,
  };
}

async function shop(t, roles, ...options) {
  const project = join(temporaryFolder(t), 'shop');
  assert.equal((await qodly('new', project, '--open')).code, 0);
  const sources = join(project, 'Project/Sources');
  writeFileSync(join(sources, 'catalog.4DCatalog'), itemCatalog);
  mkdirSync(join(sources, 'Classes'), { recursive: true });
  mkdirSync(join(sources, 'WebForms'), { recursive: true });
  writeFileSync(join(sources, 'Classes/DataStore.4qs'), `extends DataStoreImplementation

exposed function fail()
  throw(9, "Wrong tray")

exposed function slow() : string
  while (storage.signal == null)
    delayProcess(currentProcess, 1)
  end
  return "slowly"

exposed function letGo()
  use (storage)
    storage.signal = newSharedObject
  end

exposed function quick() : string
  return "quickly"

exposed function decorate() : string
  webForm.box.hide()
  webForm["note"].addCSSClass("late")
  webForm.enableState("packed")
  webForm.nowhere.hide()
  webForm.setWarning("Two to go")
  return webEvent.caller + " " + webEvent.eventType

exposed function undecorate()
  webForm.box.show()
  webForm.note.removeCSSClass("late")
  webForm.disableState("packed")
  webForm.setMessage("As before")

exposed function refuse()
  webForm.note.addCSSClass("refused")
  throw(9, "Not today")

exposed function authentify(name : string) : boolean
  return session.setPrivileges({privileges: "clerk", userName: name})
`);
  writeFileSync(join(sources, 'WebForms/Items.WebForm'), JSON.stringify(itemsPage()));
  const everybody = { privileges: [], roles: [], permissions: { allowed: [] } };
  writeFileSync(join(sources, 'roles.json'), JSON.stringify(roles ?? everybody));
  const server = await serve(t, project, ...options);
  const browser = await launch(t);
  const open = async (prepare = () => {}, origin = server.origin) => {
    const context = await browser.newContext({ viewport: { width: 1000, height: 700 }, ignoreHTTPSErrors: true });
    const page = await context.newPage();
    await prepare(page);
    page.setDefaultTimeout(patience);
    await page.goto(`${origin}/$lib/renderer/?w=Items`);
    await page.waitForSelector('html[data-ready]', { state: 'attached' });
    return page;
  };
  const item = async (key) => server.json(`/rest/Item(${key})`);
  const change = async (key, values) => {
    const { __STAMP } = await item(key);
    return server.post('/rest/Item?$method=update', { __KEY: String(key), __STAMP, ...values });
  };
  return { server, open, item, change };
}

async function filled(t, ...options) {
  const world = await shop(t, undefined, ...options);
  for (const [name, price] of [['Bread', 3], ['Butter', 2], ['Cheese', 7]]) await world.server.post('/rest/Item?$method=update', { name, price });
  return world;
}

const rows = (page) => page.locator('.fd-datatable .row .col-name').allInnerTexts();
const name = (page) => page.getByLabel('Name', { exact: true });
const press = (page, text) => page.getByRole('button', { name: text, exact: true }).click();
const shows = async (page, text) => page.getByText(text).first().waitFor();
const eventually = async (what, condition) => assert.ok(await until(condition), what);

test('a page shows the data, saves what is typed, drops what is chosen', async (t) => {
  const { open, item, server } = await filled(t);
  const page = await open();
  await eventually('rows', async () => (await rows(page)).join() === 'Bread,Butter,Cheese');
  await page.locator('.fd-datatable .row').nth(1).click();
  await eventually('the form follows', async () => (await name(page).inputValue()) === 'Butter');
  await name(page).fill('Salted butter');
  await press(page, 'Save');
  await shows(page, 'Save successful!');
  assert.equal((await item(2)).name, 'Salted butter');
  await page.getByLabel('Price', { exact: true }).fill('2.5');
  await press(page, 'Save');
  await eventually('a number is saved as a number', async () => (await item(2)).price === 2.5);
  await press(page, 'Drop');
  await eventually('the row is gone', async () => (await rows(page)).join() === 'Bread,Cheese');
  assert.equal((await server.get('/rest/Item(2)')).status, 404);
});

test('two who change the same: each field offers both values, nothing typed is lost', async (t) => {
  const { open, item, change } = await filled(t);
  const page = await open();
  await eventually('the form', async () => (await name(page).inputValue()) === 'Bread');
  await name(page).fill('My bread');
  await name(page).press('Enter');
  assert.equal((await change(1, { name: 'Their bread' })).__STATUS?.success, true);
  await press(page, 'Save');
  await shows(page, 'Changed elsewhere to “Their bread”');
  assert.equal(await name(page).inputValue(), 'My bread');
  assert.equal((await item(1)).name, 'Their bread');
  await press(page, 'Keep mine');
  await press(page, 'Save');
  await eventually('mine is saved', async () => (await item(1)).name === 'My bread');
});

test('two who change different attributes: both are kept without a question', async (t) => {
  const { open, item, change } = await filled(t);
  const page = await open();
  await eventually('the form', async () => (await name(page).inputValue()) === 'Bread');
  await name(page).fill('Dark bread');
  await name(page).press('Enter');
  await change(1, { price: 9 });
  await press(page, 'Save');
  await eventually('both', async () => {
    const { name: saved, price } = await item(1);
    return saved === 'Dark bread' && price === 9;
  });
});

test('what somebody dropped stays on the screen while it has unsaved input, and can be kept as new', async (t) => {
  const { open, server } = await filled(t);
  const page = await open();
  await eventually('the form', async () => (await name(page).inputValue()) === 'Bread');
  await name(page).fill('Better bread');
  await name(page).press('Enter');
  assert.equal((await server.get('/rest/Item(1)?$method=delete', { method: 'POST' })).status, 200);
  await press(page, 'Save');
  await shows(page, 'Deleted elsewhere');
  assert.equal(await name(page).inputValue(), 'Better bread');
  await page.getByRole('button', { name: 'Keep as new' }).first().click();
  await press(page, 'Save');
  await eventually('it is there again', async () =>
    (await server.json('/rest/Item')).__ENTITIES.some((each) => each.name === 'Better bread'));
});

test('a failing function tells its message and ends its chain; a slow one shows that it works', async (t) => {
  const { open, server } = await filled(t);
  const page = await open();
  await press(page, 'Fail');
  await shows(page, 'Wrong tray');
  await press(page, 'Slow');
  await page.waitForSelector('.qodly-progress[data-busy="true"]', { state: 'attached' });
  await server.post('/rest/$catalog/letGo', []);
  await shows(page, 'slowly');
  await page.waitForSelector('.qodly-progress[data-busy="false"]', { state: 'attached' });
  assert.equal(await page.getByText('quickly').count(), 0, 'what follows a failure did not run');
});

test('a function hides and shows components, sets classes and states, and tells the user', async (t) => {
  const { open } = await filled(t);
  const page = await open();
  const box = page.getByText('Inside the box');
  const note = page.locator('.fd-stylebox', { hasText: 'A note' });
  const has = (name) => note.evaluate((element, wanted) => element.classList.contains(wanted), name);
  await box.waitFor();
  await press(page, 'Decorate');
  await shows(page, 'Two to go');
  await shows(page, 'decorator onclick');
  await box.waitFor({ state: 'hidden' });
  await eventually('the class', () => has('late'));
  await eventually('the state', () => has('packed-note'));
  await press(page, 'Undo');
  await shows(page, 'As before');
  await box.waitFor();
  await eventually('without the class', async () => !(await has('late')));
  await eventually('without the state', async () => !(await has('packed-note')));
  await press(page, 'Refuse');
  await shows(page, 'Not today');
  await eventually('what came before the error took effect', () => has('refused'));
});

test('a lost connection: a banner, nothing typed is lost, everything goes on afterwards', async (t) => {
  const { open, item } = await filled(t);
  const page = await open();
  await eventually('the form', async () => (await name(page).inputValue()) === 'Bread');
  await page.context().setOffline(true);
  await name(page).fill('Offline bread');
  await name(page).press('Enter');
  // Each failure counts; a click while the one before is still under way is none.
  await eventually('the banner', async () => {
    await press(page, 'Save');
    return page.getByText('Connection lost').first().isVisible();
  });
  assert.equal(await name(page).inputValue(), 'Offline bread');
  await page.context().setOffline(false);
  await shows(page, 'Connection restored');
  assert.equal(await name(page).inputValue(), 'Offline bread');
  await press(page, 'Save');
  await eventually('saved', async () => (await item(1)).name === 'Offline bread');
});

test('a session that ended: a banner offers the login, what is typed stays', async (t) => {
  const { open, server } = await shop(t, {
    forceLogin: true,
    privileges: [{ privilege: 'clerk' }], roles: [],
    permissions: { allowed: [{ type: 'dataclass', applyTo: 'Item', read: ['clerk'], create: ['clerk'], update: ['clerk'] }] },
  });
  const page = await open();
  const post = async (path, body) => (await page.context().request.post(server.origin + path, { data: body })).status();
  assert.equal(await post('/rest/$catalog/authentify', ['Ada']), 200);
  assert.equal(await post('/rest/Item?$method=update', { name: 'Bread', price: 3 }), 200);
  await page.goto(`${server.origin}/$lib/renderer/?w=Items`);
  await eventually('the form', async () => (await name(page).inputValue()) === 'Bread');
  await name(page).fill('Typed before the end');
  await name(page).press('Enter');
  await page.context().clearCookies();
  await press(page, 'Save');
  await shows(page, 'Your session has ended');
  assert.equal(await name(page).inputValue(), 'Typed before the end');
  await page.getByRole('button', { name: 'Log in' }).waitFor();
});

test('what one changes shows in the browser of the other: values, new ones, dropped ones, in order', async (t) => {
  const { open, server } = await filled(t);
  const [mine, other] = [await open(), await open()];
  await eventually('both show the rows', async () => (await rows(mine)).length === 3 && (await rows(other)).length === 3);
  await name(other).fill('Rye bread');
  await press(other, 'Save');
  await eventually('the value', async () => (await rows(mine))[0] === 'Rye bread');
  await eventually('the form too', async () => (await name(mine).inputValue()) === 'Rye bread');
  await server.post('/rest/Item?$method=update', { name: 'Honey', price: 5 });
  await eventually('a new one', async () => (await rows(mine)).join() === 'Rye bread,Butter,Cheese,Honey');
  await server.get('/rest/Item(2)?$method=delete', { method: 'POST' });
  await eventually('a dropped one', async () => (await rows(mine)).join() === 'Rye bread,Cheese,Honey');
  await mine.locator('.fd-datatable .header-name').click();
  await eventually('sorted', async () => (await rows(mine)).join() === 'Cheese,Honey,Rye bread');
  await server.post('/rest/Item?$method=update', { name: 'Dates', price: 4 });
  await eventually('at its place', async () => (await rows(mine)).join() === 'Cheese,Dates,Honey,Rye bread');
});

test('what is being typed is not overwritten; the other value is offered at the field', async (t) => {
  const { open, change, item } = await filled(t);
  const page = await open();
  await eventually('the form', async () => (await name(page).inputValue()) === 'Bread');
  await name(page).fill('Mine');
  await name(page).press('Enter');
  await change(1, { name: 'Theirs', price: 8 });
  await shows(page, 'Changed elsewhere to “Theirs”');
  assert.equal(await name(page).inputValue(), 'Mine');
  await eventually('the other attribute', async () => (await page.getByLabel('Price', { exact: true }).inputValue()) === '8');
  await press(page, 'Take theirs');
  await eventually('theirs', async () => (await name(page).inputValue()) === 'Theirs');
  await change(1, { name: 'Theirs again' });
  await eventually('live again', async () => (await name(page).inputValue()) === 'Theirs again');
  assert.equal((await item(1)).name, 'Theirs again');
});

test('what happened while the connection was lost is caught up with', async (t) => {
  const { open, change } = await filled(t);
  let cut = false;
  const sockets = [];
  const page = await open(async (opened) => {
    await opened.routeWebSocket(/\$changes/, (socket) => {
      if (cut) return void socket.close();
      socket.connectToServer();
      sockets.push(socket);
    });
    await opened.route(/\$changes/, (route) => (cut ? route.abort() : route.continue()));
  });
  await eventually('rows', async () => (await rows(page)).length === 3);
  await change(1, { name: 'Before' });
  await eventually('live', async () => (await rows(page))[0] === 'Before');
  cut = true;
  for (const socket of sockets.splice(0)) await socket.close();
  await change(1, { name: 'Meanwhile' });
  assert.equal((await rows(page))[0], 'Before');
  cut = false;
  await eventually('caught up', async () => (await rows(page))[0] === 'Meanwhile');
  await change(1, { name: 'After' });
  await eventually('live again', async () => (await rows(page))[0] === 'After');
});

// Browsers open a WebSocket of an https: page on a connection of its own with HTTP/1.1; everything else runs over HTTP/2.
test('a page follows changes over TLS with HTTP/2', async (t) => {
  const { server, open, change } = await filled(t, '--https-port', '0');
  const secure = /https:\/\/[^\s/]+/.exec(server.printed())[0];
  const answers = new Set();
  const sockets = [];
  const page = await open(async (made) => {
    made.on('websocket', (socket) => sockets.push(socket.url()));
    const session = await made.context().newCDPSession(made);
    await session.send('Network.enable');
    session.on('Network.responseReceived', ({ response }) => response.url.startsWith(secure) && answers.add(response.protocol));
  }, secure);
  await eventually('rows', async () => (await rows(page)).join() === 'Bread,Butter,Cheese');
  await eventually('a socket', () => sockets.some((url) => url.startsWith(secure.replace('https', 'wss'))));
  await change(2, { name: 'Margarine' });
  await eventually('the change', async () => (await rows(page)).join() === 'Bread,Margarine,Cheese');
  assert.deepEqual([...answers], ['h2']);
});
