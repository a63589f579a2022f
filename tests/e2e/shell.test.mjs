// The shell on a terminal: a pseudo-terminal that `script` makes.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { itemCatalog, patience, program, qodly, temporaryFolder } from './support.mjs';

// Types on the terminal and waits for what it shows.
function terminal(t, state, ...args) {
  const command = [program, 'shell', ...args].map((each) => `'${each}'`).join(' ');
  const child = spawn('script', ['-qfec', `stty cols 100; exec ${command}`, '/dev/null'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, XDG_STATE_HOME: state, TERM: 'xterm' },
  });
  t.after(() => child.kill('SIGKILL'));
  const exited = new Promise((resolve) => child.once('exit', (code) => resolve(code)));
  let shown = '';
  let read = 0;
  let look = () => {};
  child.stdout.setEncoding('utf8');
  child.stdin.on('error', () => {}); // it has ended already
  child.stdout.on('data', (chunk) => { shown += chunk; look(); });
  const self = {
    exited,
    type: (keys) => child.stdin.write(keys),
    // What has been shown since the last call, up to and with the pattern.
    until: (pattern) => new Promise((resolve, reject) => {
      look = () => {
        const rest = shown.slice(read);
        const found = pattern.exec(rest);
        if (!found) return;
        look = () => {};
        read += found.index + found[0].length;
        resolve(rest.slice(0, found.index + found[0].length));
      };
      exited.then(() => reject(new Error(`the shell ended: ${shown.slice(read)}`)));
      look();
    }),
    // A line and what it gives.
    enter: async (line) => {
      self.type(`${line}\r`);
      return self.until(/\r\n[^]*?\r?\n?> $/);
    },
  };
  return self;
}

test('lines, values, tables and times', { timeout: patience }, async (t) => {
  const shell = terminal(t, temporaryFolder(t));
  await shell.until(/> $/);
  await shell.enter('a = 5');
  assert.match(await shell.enter('a+1'), /\b6\r\n/);
  assert.match(await shell.enter('?10:30:00?'), /\r\n10:30:00\r\n/);
  assert.match(await shell.enter('!2025-03-31!'), /\r\n2025-03-31\r\n/);
  const table = await shell.enter('[{name: "Ada", at: ?09:05:00?}, {name: "Bob"}]');
  assert.match(table, /name +at/);
  assert.match(table, /Ada +09:05:00/);
  assert.match(await shell.enter('throw(5)'), /error 5/);
  shell.type('while (true)\r');
  await shell.until(/… $/);
  shell.type('end\r');
  // The line may not run yet when the first one comes.
  const interrupts = setInterval(() => shell.type('\u0003'), 200);
  await shell.until(/(interrupted|1006)[^]*?> /);
  clearInterval(interrupts);
  // What is typed while the terminal changes its mode is lost; what a late interrupt has left on the line goes.
  const ends = setInterval(() => shell.type('\u0015\u0004'), 200);
  assert.equal(await shell.exited, 0);
  clearInterval(ends);
});

test('history and completion', { timeout: patience }, async (t) => {
  const state = temporaryFolder(t);
  const shell = terminal(t, state);
  await shell.until(/> $/);
  await shell.enter('answer = 42');
  shell.type('\u001b[A'); // up
  await shell.until(/answer = 42/);
  shell.type('\r');
  await shell.until(/> $/);
  shell.type('substr\t');
  await shell.until(/ing/);
  shell.type('("hello", 2)\r');
  assert.match(await shell.until(/> $/), /ello/);
  shell.type('\u0015exit\r'); // erases the line
  assert.equal(await shell.exited, 0);
  assert.match(readFileSync(join(state, 'qodly/shell_history'), 'utf8'), /answer/);
  const again = terminal(t, state);
  await again.until(/> $/);
  again.type('\u001b[A\u001b[A\u001b[A');
  await again.until(/answer = 42/);
  again.type('\u0015exit\r');
  await again.exited;
});

test('a project: attributes are completed, selections shown as tables', { timeout: patience }, async (t) => {
  const project = join(temporaryFolder(t), 'shop');
  assert.equal((await qodly('new', project, '--open')).code, 0);
  writeFileSync(join(project, 'Project/Sources/catalog.4DCatalog'), itemCatalog);
  const shell = terminal(t, temporaryFolder(t), project);
  await shell.until(/> $/);
  await shell.enter('e = ds.Item.new()');
  shell.type('e.nam\t');
  await shell.until(/nam[^]+e$/);
  shell.type(' = "Tea"\r');
  await shell.until(/> $/);
  await shell.enter('e.save().success');
  assert.match(await shell.enter('ds.Item.all()'), /name +price[^]*Tea/);
  shell.type('exit\r');
  assert.equal(await shell.exited, 0);
});
