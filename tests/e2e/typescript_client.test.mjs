// `qodly client ts`: the client is made, compiled with the strictest settings, and drives a real server.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import { atlas, qodly, serve, temporaryFolder, until } from './support.mjs';
import { fillStaff, redPoint, staffProject } from './staff.mjs';

let compiler;
try {
  compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
} catch {
  console.error('*** NOT TESTED: the npm package typescript is not installed (no registry)');
}
const skip = compiler ? false : 'typescript is not installed';

const strict = {
  compilerOptions: {
    target: 'ES2022', module: 'ESNext', moduleResolution: 'Bundler', lib: ['ES2022', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'], strict: true,
    noUncheckedIndexedAccess: true, noImplicitOverride: true, noFallthroughCasesInSwitch: true, noUnusedLocals: true,
    noUnusedParameters: true, noImplicitReturns: true, verbatimModuleSyntax: true, isolatedModules: true, types: [], outDir: 'out',
  },
  files: ['use.ts'],
};

// Makes the client of a project, compiles it together with `use`, and loads the result.
async function compiled(t, project, use) {
  const folder = temporaryFolder(t);
  const made = await qodly('client', 'ts', project, '-o', join(folder, 'client.ts'));
  assert.equal(made.code, 0, made.err);
  writeFileSync(join(folder, 'use.ts'), use);
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(strict));
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
  const output = await new Promise((resolve) => {
    execFile(process.execPath, [compiler, '-p', folder], (error, out) => resolve(error ? out || String(error) : ''));
  });
  assert.equal(output, '');
  const text = readFileSync(join(folder, 'client.ts'), 'utf8');
  assert.doesNotMatch(text, /^import /m, 'no dependencies');
  // `./client` without its ending is for bundlers.
  const file = join(folder, 'out/use.js');
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll("'./client'", "'./client.js'"));
  return import(pathToFileURL(file));
}

test('Atlas: typed reading, functions, relations', { skip }, async (t) => {
  const { use } = await compiled(t, atlas, `
import { connect, type Country, type Page } from './client';

export async function use(url: string): Promise<Record<string, unknown>> {
  const api = connect(url);
  const page = await api.Country.query({
    filter: { continent: 'Europe', area: { gt: 100000 }, name: { like: '@land@' } },
    orderBy: ['area desc', 'name'],
    attributes: ['name', 'code', 'area'],
    top: 3,
  });
  const areas: (number | null)[] = page.entities.map((each) => each.area);
  // @ts-expect-error the attribute was not asked for
  page.entities[0]?.capital;
  // @ts-expect-error there is no such attribute
  void (() => api.Country.query({ filter: { nonsense: 1 } }));
  // @ts-expect-error an area is a number
  void (() => api.Country.query({ filter: { area: { gt: 'x' } } }));
  // @ts-expect-error there is no such attribute
  void (() => api.Country.query({ orderBy: 'nonsense desc' }));
  // @ts-expect-error the argument is a text
  void (() => api.Country.call.speaking(5));
  const french: Page<Country> = await api.Country.call.speaking('fra');
  const france = await api.Country.select({ filter: { code: 'FR' } }).first();
  if (france === null) throw new Error('no France');
  const regions = await api.Country.of(france).largestRegions(3);
  const density: number | null = france.cityDensity;
  const paris = await api.City.query({ filter: { name: 'Paris', country: { code: 'FR' } }, expand: ['country'] });
  const withCapital = await api.Country.query({ filter: { cities: { name: 'Oslo' }, not: { continent: 'Asia' } }, attributes: ['name'] });
  const either = await api.Country.query({ filter: { or: [{ code: 'FR' }, { code: { in: ['DE', 'IT'] } }] }, attributes: ['code'], orderBy: 'code' });
  const cities = await api.Country.related(france, 'cities', { top: 2, orderBy: 'name' });
  let counted = 0;
  for await (const each of api.Country.select({ filter: { continent: 'Europe' }, attributes: ['code'], top: 20 })) counted += each.code === null ? 0 : 1;
  const total = await api.Country.select({ filter: { continent: 'Oceania' } }).call.totalArea();
  const continents = await api.ds.continents();
  return {
    names: page.entities.map((each) => each.name), areas, count: page.count, french: french.count, regions: regions.entities.length,
    density, country: paris.entities[0]?.country?.name, withCapital: withCapital.entities.map((each) => each.name), cities: cities.entities.length,
    allCities: cities.count, counted, total, continents: (continents ?? []).length, either: either.entities.map((each) => each.code),
    missing: await api.Country.get(0),
  };
}
`);
  const server = await serve(t, atlas);
  const got = await use(server.origin);
  assert.deepEqual([...got.areas].sort((a, b) => b - a), got.areas);
  assert.equal(got.names.length, 3);
  assert.ok(got.names.every((name) => /land/i.test(name)));
  assert.ok(got.count >= 3 && got.french > 25 && got.density > 0 && got.allCities > 100);
  assert.deepEqual([got.regions, got.cities, got.country, got.missing], [3, 2, 'France', null]);
  assert.deepEqual(got.withCapital, ['Norway']);
  assert.deepEqual(got.either, ['DE', 'FR', 'IT']);
  assert.ok(got.counted > 40);
  assert.ok(got.total > 8e6 && got.continents >= 6);
});

const staffUse = `
import { connect, RestError, StampError, type Client, type Employee } from './client';

export { connect, RestError, StampError };

export async function write(api: Client, picture: Blob): Promise<Record<string, unknown>> {
  const acme = await api.Company.create({ name: 'Acme' });
  // @ts-expect-error the name is mandatory
  void (() => api.Company.create({}));
  void (() => {
    // @ts-expect-error the primary key cannot be changed
    acme.ID = 5;
  });
  const ada: Employee = await api.Employee.create({ firstName: 'Ada', lastName: 'Byron', salary: 1200, born: '1975-05-31', active: true, details: { floor: 2 }, company: acme });
  const first = { key: ada.__KEY, stamp: ada.__STAMP, born: ada.born, company: ada.company?.key, fullName: ada.fullName };
  const other = await api.Employee.get(ada.ID);
  if (other === null) throw new Error('not found');
  other.salary = 1300;
  await api.Employee.save(other);
  ada.salary = 1;
  let conflict: unknown = null;
  try {
    await api.Employee.save(ada);
  } catch (error) {
    if (!(error instanceof StampError)) throw error;
    conflict = error.current['salary'];
  }
  let dropped = true;
  try {
    await api.Employee.drop(ada);
  } catch (error) {
    if (!(error instanceof StampError)) throw error;
    dropped = false;
  }
  other.photo = null;
  const upload = await api.connection.upload(picture);
  await api.Employee.create({ firstName: 'Emmy', lastName: 'Noether', salary: 900, company: acme.ID, photo: upload });
  const emmy = await api.Employee.select({ filter: { firstName: 'Emmy' } }).first();
  const bytes = emmy?.photo ? await api.connection.download(emmy.photo) : null;
  if (emmy === null) throw new Error('no Emmy');
  emmy.company = null;
  emmy.born = '1982-03-23';
  await api.Employee.save(emmy);
  const again = await api.Employee.get(emmy.ID, { expand: ['company'] });
  const best = await api.Employee.call.best();
  const shaken = best === null ? null : await api.Employee.call.shake(best, emmy);
  const set = await api.Employee.select({ filter: { salary: { ge: 900 } } }).store();
  const total = await set.call.totalSalary();
  await set.release();
  const twice = await api.singletons.Calculator.twice(21);
  const sum = await api.ds.addition(1, 2);
  const raised = await api.Employee.of(other).raise(100);
  await api.Employee.dropKey(emmy.ID);
  const left = await api.Employee.select().count();
  await api.Employee.select({ filter: { salary: { gt: 0 } } }).drop();
  return {
    first, conflict, dropped, size: bytes?.size, type: bytes?.type, company: again?.company, born: again?.born, best: best?.firstName,
    shaken, stored: set.count, total, twice, sum, raised: raised?.['success'], left, none: await api.Employee.select().count(),
  };
}
`;

test('writing: create, save, drop with stamps, uploads, sets, functions', { skip }, async (t) => {
  const project = await staffProject(t);
  const { connect, write, RestError } = await compiled(t, project, staffUse);
  const server = await serve(t, project);
  const api = connect(server.origin);
  const got = await write(api, new Blob([redPoint], { type: 'image/png' }));
  assert.deepEqual(got.first, { key: '1', stamp: 1, born: '1975-05-31', company: '1', fullName: 'Ada Byron' });
  assert.deepEqual([got.conflict, got.dropped], [1300, false]);
  assert.deepEqual([got.size, got.type], [redPoint.length, 'image/png']);
  assert.deepEqual([got.company, got.born], [null, '1982-03-23']);
  assert.deepEqual([got.best, got.shaken, got.stored, got.total], ['Ada', 'Ada and Emmy', 2, 2200]);
  assert.deepEqual([got.twice, got.sum, got.raised, got.left, got.none], [42, 3, true, 1, 0]);
  await assert.rejects(api.Employee.query({ filter: 'nothing = 1' }), RestError);
});

test('the session is kept, login and logout', { skip }, async (t) => {
  const roles = {
    forceLogin: true,
    privileges: [{ privilege: 'clerk' }],
    roles: [{ role: 'Desk', privileges: ['clerk'] }],
    permissions: { allowed: [{ type: 'dataclass', applyTo: 'Employee', read: ['clerk'] }] },
  };
  const project = await staffProject(t, { 'roles.json': JSON.stringify(roles) });
  const { connect, RestError } = await compiled(t, project, staffUse);
  const server = await serve(t, project);
  const api = connect(server.origin);
  await assert.rejects(api.Employee.query(), (error) => error instanceof RestError && error.status === 401);
  assert.equal(await api.ds.authentify('Ada', 'open'), true);
  assert.equal((await api.Employee.query()).count, 0);
  assert.deepEqual(await api.connection.privileges(), ['clerk']);
  await api.connection.logout();
  await assert.rejects(api.Employee.query(), RestError);
});

test('changes are told', { skip }, async (t) => {
  const project = await staffProject(t);
  const { connect } = await compiled(t, project, staffUse);
  const server = await serve(t, project);
  if ((await server.get('/rest/$changes?$client=probe&$poll=true')).status === 404) return t.skip('this server has no $changes yet');
  await fillStaff(server, 3);
  const api = connect(server.origin);
  const heard = [];
  const stop = api.Employee.subscribe({ filter: { salary: { ge: 1000 } } }, (change) => heard.push(change));
  t.after(stop);
  // The subscription has begun when a change is heard; until then the same change is made again.
  let salary = 1000;
  assert.ok(await until(async () => {
    salary += 1;
    await server.post('/rest/Employee?$method=update', { __KEY: '1', salary });
    return heard.some((each) => each.type === 'update' && each.key === '1');
  }));
  return undefined;
});

test('without a file the client goes to standard output; what is wrong is told', async (t) => {
  const made = await qodly('client', 'ts', atlas);
  assert.equal(made.code, 0);
  assert.match(made.out, /export class Client/);
  assert.notEqual((await qodly('client', 'ts', join(temporaryFolder(t), 'nothing'))).code, 0);
  assert.notEqual((await qodly('client', 'ts', atlas, '-o', '/nowhere/client.ts')).code, 0);
  assert.equal((await qodly('client')).code, 2);
});
