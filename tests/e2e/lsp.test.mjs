// The language server as an editor speaks with it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import { itemCatalog, patience, program, qodly, temporaryFolder } from './support.mjs';

const classText = `// Takes some off.
exposed function discount(rate : real) : real
 return 1-rate
`;

async function newProject(t) {
  const project = join(temporaryFolder(t), 'shop ü');
  const made = await qodly('new', project, '--open');
  assert.equal(made.code, 0, made.err);
  const sources = join(project, 'Project/Sources');
  for (const folder of ['Methods', 'Classes']) mkdirSync(join(sources, folder), { recursive: true });
  writeFileSync(join(sources, 'catalog.4DCatalog'), itemCatalog);
  writeFileSync(join(sources, 'Classes/Item.4qs'), `extends DataClass\n\n${classText}`);
  writeFileSync(join(sources, 'Classes/ItemEntity.4qs'), `extends Entity\n\n${classText}`);
  writeFileSync(join(sources, 'Methods/total.4qs'), 'declare (list : collection) : number\nreturn list.sum()\n');
  writeFileSync(join(sources, 'Methods/user.4qs'), 'var n : number\nn = total([1, 2])\n');
  return { project, uri: (name) => pathToFileURL(join(sources, name)).href };
}

// An editor: requests with answers, notifications, and the diagnostics that came last for each file.
function connect(t, ...args) {
  const child = spawn(program, ['lsp', ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => child.kill());
  const exited = new Promise((resolve) => child.once('exit', (code) => resolve(code)));
  const waiting = new Map();
  const diagnostics = new Map();
  const listeners = new Set();
  let buffer = Buffer.alloc(0);
  let last = 0;
  child.stdout.on('data', (chunk) => {
    buffer = Buffer.concat([buffer, chunk]);
    for (;;) {
      const end = buffer.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/Content-Length: (\d+)/.exec(buffer.subarray(0, end).toString())[1]);
      if (buffer.length < end + 4 + length) return;
      const message = JSON.parse(buffer.subarray(end + 4, end + 4 + length).toString());
      buffer = buffer.subarray(end + 4 + length);
      if (message.method === 'textDocument/publishDiagnostics') {
        diagnostics.set(decodeURIComponent(message.params.uri), message.params.diagnostics);
      } else if (waiting.has(message.id)) {
        waiting.get(message.id)(message);
        waiting.delete(message.id);
      }
      for (const listener of listeners) listener();
    }
  });
  const send = (message) => {
    const text = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    child.stdin.write(`Content-Length: ${text.length}\r\n\r\n`);
    child.stdin.write(text);
  };
  const request = (method, params) => new Promise((resolve) => {
    last += 1;
    waiting.set(last, resolve);
    send({ id: last, method, params });
  });
  return {
    send,
    exited,
    child,
    request,
    ask: async (method, params) => {
      const answer = await request(method, params);
      assert.equal(answer.error, undefined, JSON.stringify(answer.error));
      return answer.result;
    },
    notify: (method, params) => send({ method, params }),
    // Waits until the diagnostics of the file are as wanted.
    diagnostics: (uri, wanted) => new Promise((resolve) => {
      const look = () => {
        const found = diagnostics.get(decodeURIComponent(uri));
        if (found && wanted(found)) {
          listeners.delete(look);
          resolve(found);
        }
      };
      listeners.add(look);
      look();
    }),
  };
}

async function start(t, project, ...args) {
  const editor = connect(t, ...args);
  const { capabilities } = await editor.ask('initialize', {
    rootUri: pathToFileURL(project).href,
    capabilities: { workspace: { workspaceEdit: { documentChanges: true, resourceOperations: ['rename'] } } },
  });
  editor.notify('initialized', {});
  return { editor, capabilities };
}

const open = (editor, uri, text) => editor.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'qodly', version: 1, text } });
const place = (uri, line, character) => ({ textDocument: { uri }, position: { line, character } });

test('diagnostics follow what is typed, in UTF-16 units', { timeout: patience }, async (t) => {
  const { project, uri } = await newProject(t);
  const { editor, capabilities } = await start(t, project, project);
  assert.equal(capabilities.positionEncoding, 'utf-16');
  const user = uri('Methods/user.4qs');
  open(editor, user, 'var n : number\nn = total("😀")+totl\n');
  const found = await editor.diagnostics(user, (list) => list.some((each) => each.code === 'unknown-variable'));
  assert.deepEqual(found.find((each) => each.code === 'unknown-variable').range, { start: { line: 1, character: 16 }, end: { line: 1, character: 20 } });
  editor.notify('textDocument/didChange', {
    textDocument: { uri: user, version: 2 },
    contentChanges: [
      { range: { start: { line: 1, character: 15 }, end: { line: 1, character: 20 } }, text: '' },
      { range: { start: { line: 1, character: 10 }, end: { line: 1, character: 14 } }, text: '[1]' },
    ],
  });
  await editor.diagnostics(user, (list) => list.length === 0);
  editor.notify('textDocument/didChange', { textDocument: { uri: user, version: 3 }, contentChanges: [{ text: 'if (true)\n' }] });
  await editor.diagnostics(user, (list) => list.some((each) => each.severity === 1));
  editor.notify('textDocument/didClose', { textDocument: { uri: user } });
  await editor.diagnostics(user, (list) => list.length === 0);
});

test('completion, hover, definition and references', { timeout: patience }, async (t) => {
  const { project, uri } = await newProject(t);
  const { editor } = await start(t, project);
  const user = uri('Methods/user.4qs');
  open(editor, user, 'var e = ds.Item.all().first()\nvar n : real\nn = e.discount(0.1)+total([1])\nn = e.\n');
  const { items } = await editor.ask('textDocument/completion', place(user, 3, 6));
  const detail = (label) => items.find((each) => each.label === label)?.detail;
  assert.equal(detail('discount'), 'discount(rate : number) : number');
  assert.equal(detail('price'), 'price : number');
  assert.equal(items.find((each) => each.label === 'discount').documentation.value, 'Takes some off.');
  const hover = await editor.ask('textDocument/hover', place(user, 2, 7));
  assert.match(hover.contents.value, /exposed function ItemEntity\.discount\(rate : number\) : number/);
  assert.match(hover.contents.value, /Takes some off\./);
  assert.equal(await editor.ask('textDocument/hover', place(user, 0, 6)), null);
  const [definition] = await editor.ask('textDocument/definition', place(user, 2, 7));
  assert.equal(decodeURIComponent(definition.uri), decodeURIComponent(uri('Classes/ItemEntity.4qs')));
  assert.deepEqual(definition.range.start, { line: 3, character: 17 });
  const references = await editor.ask('textDocument/references', { ...place(user, 2, 22), context: { includeDeclaration: false } });
  assert.deepEqual(references.map((each) => each.range.start), [{ line: 2, character: 20 }]);
});

test('rename and formatting', { timeout: patience }, async (t) => {
  const { project, uri } = await newProject(t);
  const { editor } = await start(t, project);
  const user = uri('Methods/user.4qs');
  open(editor, user, 'var n : number\nn=total([1,2])\n');
  const local = await editor.ask('textDocument/rename', { ...place(user, 1, 0), newName: 'sum' });
  const refused = await editor.request('textDocument/rename', { ...place(user, 1, 0), newName: 'total' });
  assert.equal(local.changes && Object.values(local.changes)[0].length, 2);
  assert.match(refused.error.message, /'total'/);
  const method = await editor.ask('textDocument/rename', { ...place(user, 1, 3), newName: 'sumOf' });
  assert.deepEqual(method.documentChanges.map((each) => each.kind ?? each.edits.length), [1, 'rename']);
  assert.match(method.documentChanges[1].newUri, /sumOf\.4qs$/);
  const [edit] = await editor.ask('textDocument/formatting', { textDocument: { uri: user }, options: {} });
  assert.match(edit.newText, /^n = total\(/m);
});

test('outline, signatures, mending; a class is renamed with its file', { timeout: patience }, async (t) => {
  const { project, uri } = await newProject(t);
  writeFileSync(join(project, 'Project/Sources/Classes/Cart.4qs'), 'property rows : collection\nfunction size() : number\n return 1\n');
  const { editor } = await start(t, project);
  const [outline] = await editor.ask('textDocument/documentSymbol', { textDocument: { uri: uri('Classes/Cart.4qs') } });
  assert.deepEqual(outline.children.map((each) => each.name), ['rows', 'size']);
  const symbols = await editor.ask('workspace/symbol', { query: 'size' });
  assert.deepEqual(symbols.map((each) => [each.name, each.containerName]), [['size', 'Cart']]);
  const user = uri('Methods/user.4qs');
  open(editor, user, 'var c : cs.Cart\nn = total([1], \n');
  const help = await editor.ask('textDocument/signatureHelp', place(user, 1, 15));
  assert.match(help.signatures[0].label, /total\(list : collection\)/);
  assert.equal(help.activeParameter, 1);
  open(editor, user, 'var c : cs.Cart\nn = total([1])\n');
  const actions = await editor.ask('textDocument/codeAction', {
    textDocument: { uri: user }, range: { start: { line: 1, character: 0 }, end: { line: 1, character: 1 } }, context: { diagnostics: [] },
  });
  assert.deepEqual(actions.map((each) => each.title), ["Declare 'n'"]);
  const renamed = await editor.ask('textDocument/rename', { ...place(user, 0, 12), newName: 'Basket' });
  assert.match(renamed.documentChanges.at(-1).newUri, /Basket\.4qs$/);
  assert.deepEqual(await editor.ask('textDocument/prepareRename', place(user, 0, 12)),
    { start: { line: 0, character: 11 }, end: { line: 0, character: 15 } });
});

test('a changed catalog takes effect', { timeout: patience }, async (t) => {
  const { project, uri } = await newProject(t);
  const { editor } = await start(t, project);
  const user = uri('Methods/user.4qs');
  open(editor, user, 'var e = ds.Item.all().first()\nreturn e.colour\n');
  await editor.diagnostics(user, (list) => list.some((each) => /colour/.test(each.message)));
  const catalog = join(project, 'Project/Sources/catalog.4DCatalog');
  writeFileSync(catalog, itemCatalog.replace('<primary_key', '<field name="colour" uuid="AA00000000000000000000000000000A" type="10" id="6"/><primary_key'));
  editor.notify('workspace/didChangeWatchedFiles', { changes: [{ uri: pathToFileURL(catalog).href, type: 2 }] });
  await editor.diagnostics(user, (list) => !list.some((each) => /colour/.test(each.message)));
});

test('the protocol: unknown requests, bad JSON, shutdown and exit', { timeout: patience }, async (t) => {
  const editor = connect(t, '--stdio');
  assert.equal((await editor.request('textDocument/hover', {})).error.code, -32002);
  await editor.ask('initialize', { rootUri: null, capabilities: {} });
  assert.equal((await editor.request('qodly/unknown', {})).error.code, -32601);
  editor.notify('$/unknown', {});
  editor.child.stdin.write('Content-Length: 3\r\n\r\n{x}');
  assert.equal(await editor.ask('textDocument/hover', place('file:///nowhere.4qs', 0, 0)), null);
  assert.equal(await editor.ask('shutdown'), null);
  editor.notify('exit');
  assert.equal(await editor.exited, 0);
});
