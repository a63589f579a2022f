import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { itemCatalog, qodly, serve, temporaryFolder } from './support.mjs';

async function newShop(t) {
  const project = join(temporaryFolder(t), 'shop');
  const made = await qodly('new', project, '--open');
  assert.equal(made.code, 0, made.err);
  writeFileSync(join(project, 'Project/Sources/catalog.4DCatalog'), itemCatalog);
  return project;
}

test('help can be learned from', async () => {
  const { code, out } = await qodly('--help');
  assert.equal(code, 0);
  for (const command of ['new', 'serve', 'import', 'export', 'query', 'info', 'verify']) assert.match(out, new RegExp(`\\b${command}\\b`));
  const query = await qodly('query', '--help');
  assert.match(query.out, /order by/);
});

test('wrong usage is told on stderr with exit code 2', async () => {
  const { code, err, out } = await qodly('querry');
  assert.equal(code, 2);
  assert.match(err + out, /querry|subcommand/);
});

test('a folder without project is refused with what was expected', async (t) => {
  const folder = temporaryFolder(t);
  const { code, err } = await qodly('info', folder);
  assert.notEqual(code, 0);
  assert.match(err, /No project found in/);
});

test('a project is made, filled, asked, exported and verified', async (t) => {
  const project = await newShop(t);
  const file = join(project, 'items.csv');
  writeFileSync(file, 'Name;Price;born;active\nÉclair;2.50;2024-03-01;true\n"Apple; red";0.80;;false\nBad;abc;2024-01-01;true\nBread;3.20;2023-12-31;true\n');
  const imported = await qodly('import', project, 'Item', file, '--quiet');
  assert.notEqual(imported.code, 0, 'a rejected row shows in the exit code');
  assert.match(imported.err + imported.out, /4/, 'the line of the bad row is named');
  const rejects = join(project, 'items.rejects.csv');
  assert.ok(existsSync(rejects));
  assert.match(readFileSync(rejects, 'utf8'), /Bad;abc/);

  const asked = await qodly('query', project, 'Item', "name = 'eclair'", '--json');
  assert.equal(asked.code, 0, asked.err);
  assert.match(asked.out, /Éclair/);

  const table = await qodly('query', project, 'Item', 'price > 1 order by price desc');
  assert.ok(table.out.indexOf('Bread') < table.out.indexOf('Éclair'));
  assert.doesNotMatch(table.out, /Apple/);

  const wrong = await qodly('query', project, 'Item', 'price >');
  assert.notEqual(wrong.code, 0);
  assert.match(wrong.err, /\^/, 'the place of the error is shown');

  const exported = await qodly('export', project, 'Item', '--format', 'csv');
  assert.equal(exported.out.trim().split('\n').length, 4);

  const verified = await qodly('verify', project, '--json');
  assert.equal(verified.code, 0, verified.out + verified.err);
  JSON.parse(verified.out);
});

test('an exported file imports again into the same entities', async (t) => {
  const project = await newShop(t);
  const rows = join(project, 'rows.ndjson');
  for (let i = 1; i <= 500; i++) appendFileSync(rows, `${JSON.stringify({ ID: i, name: `Item "${i}" é,;`, price: i / 7, born: '2020-02-29', active: i % 2 === 0 })}\n`);
  assert.equal((await qodly('import', project, 'Item', rows, '--quiet')).code, 0);
  const first = await qodly('export', project, 'Item', '--query', 'order by ID');
  const copy = join(project, 'copy.ndjson');
  writeFileSync(copy, first.out);
  const second = await newShop(t);
  assert.equal((await qodly('import', second, 'Item', copy, '--quiet')).code, 0);
  assert.equal((await qodly('export', second, 'Item', '--query', 'order by ID')).out, first.out);
});

test('the data of a running server is refused to a second process, which is told who holds it', async (t) => {
  const project = await newShop(t);
  const server = await serve(t, project);
  const { code, err } = await qodly('info', project);
  assert.notEqual(code, 0);
  assert.match(err, new RegExp(String(server.child.pid)));
});

test('a taken port is told', async (t) => {
  const server = await serve(t, await newShop(t));
  const { code, err } = await qodly('serve', await newShop(t), '--port', new URL(server.origin).port);
  assert.equal(code, 1);
  assert.match(err, /in use/i);
});

test('code is checked with file, line and column, and converted between its two surfaces', async (t) => {
  const project = await newShop(t);
  const methods = join(project, 'Project/Sources/Methods');
  mkdirSync(methods, { recursive: true });
  writeFileSync(join(methods, 'price.4dm'), '// total\n#DECLARE($n : Real)->$r : Real\nIf ($n>0) & ($n<9)\n\t$r:=2+3*$n\nEnd if \n');

  const sound = await qodly('check', project);
  assert.equal(sound.code, 0, sound.out + sound.err);

  const converted = await qodly('convert', join(methods, 'price.4dm'), '--to', '4qs');
  assert.equal(converted.code, 0, converted.err);
  assert.equal(converted.out, '// total\ndeclare (n : number) -> r : number\nif ((n > 0) & (n < 9))\n\tr = (2 + 3) * n\nend\n');

  const out = join(project, 'converted');
  assert.equal((await qodly('convert', project, '--to', '4qs', '--out', out)).code, 0);
  assert.equal(readFileSync(join(out, 'Project/Sources/Methods/price.4qs'), 'utf8'), converted.out);

  writeFileSync(join(methods, 'broken.4qs'), 'x = 1\ny = (\n');
  const broken = await qodly('check', project);
  assert.equal(broken.code, 1);
  assert.match(broken.out, /Project\/Sources\/Methods\/broken\.4qs:2:6: error: /);
  const asJson = JSON.parse((await qodly('check', project, '--json')).out);
  assert.equal(asJson.errors, 1);
  assert.equal(asJson.diagnostics[0].line, 2);
});
