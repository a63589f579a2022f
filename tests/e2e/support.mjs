// What the end-to-end tests share: running the executable, and a server for the time of a test.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const program = process.env.QODLY;
export const atlas = fileURLToPath(new URL('../../examples/atlas', import.meta.url));

// Runs a command to its end: { code, out, err }.
export function qodly(...args) {
  return new Promise((resolve) => {
    execFile(program, args, { maxBuffer: 1 << 28 }, (error, out, err) => resolve({ code: error ? error.code : 0, out, err }));
  });
}

// The servers of a test: what they write to is removed behind them.
const servers = new WeakMap();

export function temporaryFolder(t) {
  const folder = mkdtempSync(join(tmpdir(), 'qodly-e2e-'));
  t.after(async () => {
    await Promise.all((servers.get(t) ?? []).map((server) => server.stop()));
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  });
  return folder;
}

// Starts a server on a free port, or that of the options, and stops it when the test ends.
export async function serve(t, project, ...options) {
  const port = options.includes('--port') ? [] : ['--port', '0'];
  const child = spawn(program, ['serve', project, ...port, ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  let errors = '';
  child.stderr.on('data', (chunk) => { errors += chunk; });
  const exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  const origin = await new Promise((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      printed += chunk;
      const found = /http:\/\/[^\s/]+/.exec(printed);
      if (found && printed.includes('Ctrl+C')) resolve(found[0]);
    });
    exited.then(() => reject(new Error(`the server did not start: ${printed}${errors}`)));
  });
  const server = {
    origin,
    child,
    exited,
    errors: () => errors,
    printed: () => printed,
    get: async (path, init) => fetch(origin + path, init),
    json: async (path, init) => (await fetch(origin + path, init)).json(),
    post: async (path, body) => (await fetch(origin + path, { method: 'POST', body: JSON.stringify(body) })).json(),
    // Waits until the server has written this to its standard error: that comes another way than its answers.
    says: async (pattern) => assert.ok(await until(() => pattern.test(errors)), `${pattern} is not in: ${errors}`),
    stop: () => { child.kill('SIGTERM'); return exited; },
  };
  servers.set(t, [...(servers.get(t) ?? []), server]);
  t.after(() => server.stop());
  return server;
}

// How long a test waits for what must come: long, for a machine that is slow and busy.
export const patience = 180_000;

export const until = async (condition, milliseconds = patience) => {
  const end = Date.now() + milliseconds;
  while (Date.now() < end) {
    if (await condition()) return true;
    await new Promise((resume) => setTimeout(resume, 20));
  }
  return false;
};

// A catalog with one table Item(ID, name, price, born, active, note) and an index on name.
export const itemCatalog = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE base SYSTEM "http://www.4d.com/dtd/2007/base.dtd" >
<base name="Shop" uuid="AA000000000000000000000000000001" collation_locale="en">
	<schema name="DEFAULT_SCHEMA"/>
	<table name="Item" uuid="AA000000000000000000000000000002" id="1">
		<field name="ID" uuid="AA000000000000000000000000000003" type="4" unique="true" autosequence="true" not_null="true" id="1"/>
		<field name="name" uuid="AA000000000000000000000000000004" type="10" limiting_length="80" not_null="true" id="2"/>
		<field name="price" uuid="AA000000000000000000000000000005" type="6" id="3"/>
		<field name="born" uuid="AA000000000000000000000000000006" type="8" id="4"/>
		<field name="active" uuid="AA000000000000000000000000000007" type="1" id="5"/>
		<primary_key field_name="ID" field_uuid="AA000000000000000000000000000003"/>
	</table>
	<index kind="regular" uuid="AA000000000000000000000000000008" type="7"><field_ref uuid="AA000000000000000000000000000004" name="name"><table_ref uuid="AA000000000000000000000000000002" name="Item"/></field_ref></index>
</base>`;
