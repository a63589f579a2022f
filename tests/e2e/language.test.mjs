// Code from the command line and in the server, as a person uses it.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { itemCatalog, qodly, temporaryFolder } from './support.mjs';

async function newProject(t, files) {
  const project = join(temporaryFolder(t), 'shop');
  const made = await qodly('new', project, '--open');
  assert.equal(made.code, 0, made.err);
  writeFileSync(join(project, 'Project/Sources/catalog.4DCatalog'), itemCatalog);
  for (const folder of ['Methods', 'Classes']) mkdirSync(join(project, 'Project/Sources', folder), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(project, 'Project/Sources', name), text);
  return project;
}

const printed = async (...args) => {
  const { code, out, err } = await qodly(...args);
  assert.equal(code, 0, err);
  return out;
};

test('eval prints texts as they are, everything else as JSON, nothing for no value', async () => {
  assert.equal(await printed('eval', '(3+4)*2'), '14\n');
  assert.equal(await printed('eval', '"a"+"b"'), 'ab\n');
  assert.equal(await printed('eval', '"a"+"b"', '--json'), '"ab"\n');
  assert.equal(await printed('eval', '[1,{a: "x"}]'), '[1,{"a":"x"}]\n');
  assert.equal(await printed('eval', 'null'), 'null\n');
  assert.equal(await printed('eval', 'undefined'), '');
  assert.equal(await printed('eval', 'undefined', '--json'), 'null\n');
  assert.equal(await printed('eval', '--4d', '2+3*4'), '20\n');
});

test('errors go to stderr with exit status 1', async () => {
  for (const expression of ['1+"a"', '1+', 'throw(5; "my words")']) {
    const { code, out, err } = await qodly('eval', expression);
    assert.equal(code, 1);
    assert.equal(out, '');
    assert.match(err, /error -?\d+/);
  }
});

test('a file is run with its arguments', async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'hello.4qs');
  writeFileSync(file, 'declare (name : string, times : integer) : string\nreturn ("Hello "+name+" ")*times\n');
  assert.equal(await printed('run', file, '5', '2'), 'Hello 5 Hello 5 \n');
  const old = join(folder, 'old.4dm');
  writeFileSync(old, '$0:=2+3*4\n');
  assert.equal(await printed('run', old), '20\n');
  const fibonacci = join(folder, 'fib.4qs');
  writeFileSync(fibonacci, 'declare (n : integer) : integer\nreturn n < 2 ? n : fib(n-1)+fib(n-2)\n');
  assert.equal(await printed('run', fibonacci, '20'), '6765\n', 'a file may call itself');
  const endless = join(folder, 'endless.4qs');
  writeFileSync(endless, 'declare (n : integer) : integer\nreturn endless(n+1)\n');
  const deep = await qodly('run', endless, '1');
  assert.match(deep.err, /-20019/);
  assert.match(deep.err, /more calls/);
  assert.ok(deep.err.split('\n').length < 25, 'a long chain is shortened');
  const faulty = join(folder, 'faulty.4qs');
  writeFileSync(faulty, 'return 1 +\n');
  const { code, err } = await qodly('run', faulty);
  assert.equal(code, 1);
  assert.match(err, /faulty\.4qs:1/);
});

test('a method of a project is run; its error names file, line and callers', async (t) => {
  const project = await newProject(t, {
    'Methods/outer.4qs': 'declare (n : integer) : variant\n\nreturn inner(n)\n',
    'Methods/inner.4qs': 'declare (n : integer) : variant\nif (n == 0)\n  throw(77, "none left")\nend\nreturn {n: n, made: cs.Thing.new(n).twice()}\n',
    'Classes/Thing.4qs': 'constructor (n : integer)\n  this.n = n\n\nfunction twice() : integer\n  return this.n*2\n',
  });
  assert.equal(await printed('run', project, 'outer', '4'), '{"n":4,"made":8}\n');
  const { code, err } = await qodly('run', project, 'outer', '0');
  assert.equal(code, 1);
  assert.match(err, /77/);
  assert.match(err, /none left/);
  assert.match(err, /inner\.4qs:3/);
  assert.match(err, /outer\.4qs:3/);
  assert.notEqual((await qodly('run', project, 'noSuchMethod')).code, 0);
});

test('endless code meets its limit', async (t) => {
  const file = join(temporaryFolder(t), 'endless.4qs');
  writeFileSync(file, 'var n : integer\nwhile (true)\n  n = 1\nend\n');
  const { code, err } = await qodly('run', file, '--time-limit', '0.3');
  assert.equal(code, 1);
  assert.match(err, /-20019/);
  assert.match(err, /endless\.4qs:[234]/);
});

test('test functions run and are reported', async (t) => {
  const project = await newProject(t, {
    'Classes/SumTest.4qs':
      'function beforeEach()\n  this.base = 2\n\nfunction testGood()\n  assert(this.base+2 == 4)\n\n' +
      'function testBad()\n  assert(this.base == 3, "not three")\n\nfunction helper()\n  throw(1)\n',
  });
  const report = join(project, 'report.xml');
  const { code, out } = await qodly('test', project, '--junit', report);
  assert.equal(code, 1);
  assert.match(out, /ok +testGood/);
  assert.match(out, /FAIL +testBad/);
  assert.match(out, /not three/);
  assert.match(out, /2 tests, 1 failed/);
  assert.match(readFileSync(report, 'utf8'), /<testsuite name="SumTest" tests="2" failures="1"/);
  assert.equal((await qodly('test', project, '--only', 'testGood')).code, 0);
});

test('help tells about commands, classes and members', async () => {
  assert.match(await printed('help', 'substring'), /substring\(/);
  assert.match(await printed('help', 'Current', 'date'), /currentDate/);
  assert.match(await printed('help', 'Collection'), /push/);
  assert.match(await printed('help', 'Collection.push'), /push\(/);
  assert.match(await printed('help', 'run'), /TARGET/);
  const unknown = await qodly('help', 'substrin');
  assert.notEqual(unknown.code, 0);
  assert.match(unknown.err, /substring/);
});
