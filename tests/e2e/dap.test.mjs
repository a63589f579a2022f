// The debug adapter as an editor speaks with it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import test from 'node:test';
import { itemCatalog, program, qodly, serve, temporaryFolder } from './support.mjs';

async function newProject(t) {
  const project = join(temporaryFolder(t), 'shop ü');
  const made = await qodly('new', project, '--open');
  assert.equal(made.code, 0, made.err);
  const sources = join(project, 'Project/Sources');
  for (const folder of ['Methods', 'Classes']) mkdirSync(join(sources, folder), { recursive: true });
  writeFileSync(join(sources, 'catalog.4DCatalog'), itemCatalog);
  writeFileSync(join(sources, 'Methods/total.4qs'),
    'declare (list : collection, factor : number) : number\nvar sum = 0\n// of each\n'
    + 'forEach (each, list)\n sum += each*factor\nend\nreturn sum\n');
  writeFileSync(join(sources, 'Methods/forever.4qs'), 'var n = 0\nwhile (n >= 0)\n n += 1\nend\n');
  writeFileSync(join(sources, 'Methods/wrong.4qs'), 'var n = 12\nthrow(4711, "went wrong")\n');
  writeFileSync(join(sources, 'Classes/DataStore.4qs'),
    'extends DataStoreImplementation\n\nexposed function twice(n : number) : number\n'
    + ' var item = ds.Item.new()\n item.name = "Tea"\n item.price = n\n item.save()\n return this.double(n)\n\n'
    + 'function double(n : number) : number\n return n*2\n\nexposed function one() : number\n return 1\n');
  writeFileSync(join(sources, 'Classes/SumTest.4qs'),
    'function testAdds()\n assert(1+1 == 2)\n\nfunction testFails()\n assert(1+1 == 3, "no")\n');
  return { project, file: (name) => join(sources, name) };
}

// A client over a pair of streams: requests with answers, and events in the order they come.
function clientOver(input, output) {
  const waiting = new Map();
  const events = [];
  const listeners = new Set();
  let buffer = Buffer.alloc(0);
  let last = 0;
  let lastSeq = 0;
  input.on('data', (chunk) => {
    buffer = Buffer.concat([buffer, chunk]);
    for (;;) {
      const end = buffer.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/Content-Length: (\d+)/.exec(buffer.subarray(0, end).toString())[1]);
      if (buffer.length < end + 4 + length) return;
      const message = JSON.parse(buffer.subarray(end + 4, end + 4 + length).toString());
      buffer = buffer.subarray(end + 4 + length);
      assert.ok(message.event === 'terminated' || message.seq > lastSeq, 'sequence numbers grow');
      lastSeq = message.seq;
      if (message.type === 'event') {
        events.push(message);
        for (const listener of [...listeners]) listener();
      } else {
        waiting.get(message.request_seq)?.(message);
        waiting.delete(message.request_seq);
      }
    }
  });
  output.on('error', () => {});
  const request = (command, args = {}) => new Promise((resolve) => {
    last += 1;
    waiting.set(last, resolve);
    const text = Buffer.from(JSON.stringify({ seq: last, type: 'request', command, arguments: args }));
    output.write(`Content-Length: ${text.length}\r\n\r\n`);
    output.write(text);
  });
  const ask = async (command, args) => {
    const answer = await request(command, args);
    assert.ok(answer.success, `${command}: ${answer.message}`);
    return answer.body;
  };
  // The next event of that name that was not taken yet.
  const event = (name) => new Promise((resolve) => {
    const look = () => {
      const at = events.findIndex((each) => each.event === name);
      if (at < 0) return;
      listeners.delete(look);
      resolve(events.splice(at, 1)[0].body);
    };
    listeners.add(look);
    look();
  });
  const client = {
    request,
    ask,
    event,
    begin: async (command, args, configure = async () => {}) => {
      const capabilities = await ask('initialize', { adapterID: 'qodly', linesStartAt1: true, pathFormat: 'path' });
      assert.equal(capabilities.supportsConfigurationDoneRequest, true);
      const begun = ask(command, args);
      await event('initialized');
      await configure();
      await ask('configurationDone');
      await begun;
      return capabilities;
    },
    breakAt: async (path, ...breakpoints) => (await ask('setBreakpoints', { source: { path }, breakpoints })).breakpoints,
    top: async (stop) => (await ask('stackTrace', { threadId: stop.threadId })).stackFrames[0],
    scope: async (frame, name) => {
      const { scopes } = await ask('scopes', { frameId: frame.id });
      const found = scopes.find((each) => each.name === name);
      return found ? { ...found, variables: (await ask('variables', { variablesReference: found.variablesReference })).variables } : undefined;
    },
  };
  return client;
}

function connect(t, ...args) {
  const child = spawn(program, ['dap', ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const exited = new Promise((resolve) => child.once('exit', (code) => resolve(code)));
  return { ...clientOver(child.stdout, child.stdin), child, exited };
}

const shown = (variables) => Object.fromEntries(variables.map((each) => [each.name, each.value]));

test('a method is launched, stopped, looked into and changed', async (t) => {
  const { project, file } = await newProject(t);
  const client = connect(t);
  const early = await client.request('threads');
  assert.equal(early.success, false);
  let breakpoints;
  await client.begin('launch', { program: project, method: 'total', args: [[1, 2, 3], 10] }, async () => {
    breakpoints = await client.breakAt(file('Methods/total.4qs'), { line: 5, condition: 'each == 2' }, { line: 3 });
    await client.ask('setExceptionBreakpoints', { filters: ['uncaught'] });
  });
  assert.deepEqual(breakpoints.map((each) => [each.verified, each.line]), [[true, 5], [true, 4]]);
  let stop = await client.event('stopped');
  assert.equal(stop.reason, 'breakpoint');
  assert.deepEqual(stop.hitBreakpointIds, [breakpoints[1].id]);
  assert.ok((await client.ask('threads')).threads.some((each) => each.id === stop.threadId));
  let frame = await client.top(stop);
  assert.equal(frame.name, 'total');
  assert.equal(frame.line, 4);
  assert.equal(frame.source.path, file('Methods/total.4qs'));

  const before = frame;
  await client.ask('continue', { threadId: stop.threadId });
  stop = await client.event('stopped');
  const late = await client.request('scopes', { frameId: before.id });
  assert.equal(late.message, 'notStopped', 'what was asked of a stop that is over is no news for the user');
  assert.equal(late.body.error.showUser, false);
  frame = await client.top(stop);
  assert.equal(frame.line, 5);
  const locals = await client.scope(frame, 'Locals');
  assert.deepEqual(shown(locals.variables), { sum: '10', each: '2' });
  const parameters = await client.scope(frame, 'Parameters');
  assert.equal(shown(parameters.variables).factor, '10');
  const list = parameters.variables.find((each) => each.name === 'list');
  assert.equal(list.indexedVariables, 3);
  const page = await client.ask('variables', { variablesReference: list.variablesReference, filter: 'indexed', start: 1, count: 1 });
  assert.deepEqual(page.variables.map((each) => [each.name, each.value, each.evaluateName]), [['[1]', '2', 'list[1]']]);

  const evaluate = (expression, context = 'watch') => client.ask('evaluate', { expression, frameId: frame.id, context });
  assert.equal((await evaluate('sum+each')).result, '12');
  assert.equal((await evaluate('sum', 'hover')).result, '10');
  assert.equal((await client.request('evaluate', { expression: 'forever', frameId: frame.id, context: 'hover' })).success, false);
  assert.match((await client.request('evaluate', { expression: 'nope.x.y()', frameId: frame.id, context: 'watch' })).message, /./);
  assert.equal((await evaluate('sum = 1000', 'repl')).result, '');
  const set = await client.ask('setVariable', { variablesReference: locals.variablesReference, name: 'sum', value: 'sum+1' });
  assert.equal(set.value, '1001');
  assert.equal((await client.ask('setExpression', { expression: 'list[2]', value: '7', frameId: frame.id })).value, '7');
  const { targets } = await client.ask('completions', { frameId: frame.id, text: 'list.le', column: 8 });
  assert.deepEqual(targets.map((each) => each.label), ['length']);

  await client.ask('next', { threadId: stop.threadId });
  stop = await client.event('stopped');
  assert.equal(stop.reason, 'step');
  await client.breakAt(file('Methods/total.4qs'));
  await client.ask('continue', { threadId: stop.threadId });
  assert.deepEqual(await client.event('exited'), { exitCode: 0 });
  await client.event('terminated');
  await client.ask('disconnect');
  assert.equal(await client.exited, 0);
});

test('the result, errors and log messages are told', async (t) => {
  const { project, file } = await newProject(t);
  const client = connect(t);
  await client.begin('launch', { program: project, method: 'wrong' }, async () => {
    await client.breakAt(file('Methods/wrong.4qs'), { line: 2, logMessage: 'n is {n}' });
    await client.ask('setExceptionBreakpoints', { filters: ['uncaught'] });
  });
  const logged = await client.event('output');
  assert.equal(logged.output, 'n is 12\n');
  assert.equal(logged.line, 2);
  const stop = await client.event('stopped');
  assert.equal(stop.reason, 'exception');
  assert.match(stop.text, /went wrong/);
  const info = await client.ask('exceptionInfo', { threadId: stop.threadId });
  assert.equal(info.breakMode, 'unhandled');
  assert.match(info.exceptionId, /4711/);
  assert.match(info.details.stackTrace, /wrong.*:2/);
  await client.ask('continue', { threadId: stop.threadId });
  assert.match((await client.event('output')).output, /went wrong/);
  assert.deepEqual(await client.event('exited'), { exitCode: 1 });
});

test('a file, stopped at its entry; stepping, sources, terminate', async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'count.4dm');
  writeFileSync(path, '#DECLARE($n : Integer) : Integer\nvar $f : Object\n$f:=Formula from string("1+1")\n'
    + '$n:=$n+$f.call()\nWhile (True)\n $n:=$n+1\nEnd while\n');
  const client = connect(t);
  await client.begin('launch', { program: path, args: ['40'], stopOnEntry: true });
  let stop = await client.event('stopped');
  assert.equal(stop.reason, 'entry');
  let frame = await client.top(stop);
  assert.equal(frame.source.path, path);
  while (frame.line < 4) {
    await client.ask('next', { threadId: stop.threadId });
    stop = await client.event('stopped');
    frame = await client.top(stop);
  }
  await client.ask('stepIn', { threadId: stop.threadId });
  stop = await client.event('stopped');
  frame = await client.top(stop);
  if (frame.source.sourceReference) {
    const { content } = await client.ask('source', { source: frame.source, sourceReference: frame.source.sourceReference });
    assert.match(content, /1\+1/);
  }
  assert.deepEqual((await client.ask('loadedSources')).sources.map((each) => each.path), [path]);
  await client.ask('continue', { threadId: stop.threadId });
  await client.ask('pause', { threadId: stop.threadId });
  stop = await client.event('stopped');
  assert.equal(stop.reason, 'pause');
  frame = await client.top(stop);
  assert.ok(frame.line >= 5);
  await client.ask('continue', { threadId: stop.threadId });
  await client.ask('terminate');
  await client.event('terminated');
  await client.ask('disconnect');
  assert.equal(await client.exited, 0);
});

test('tests of the project are debugged', async (t) => {
  const { project, file } = await newProject(t);
  const client = connect(t);
  await client.begin('launch', { program: project, test: 'SumTest' }, async () => {
    await client.breakAt(file('Classes/SumTest.4qs'), { line: 2 });
  });
  const stop = await client.event('stopped');
  assert.equal((await client.top(stop)).name, 'SumTest.testAdds');
  await client.ask('continue', { threadId: stop.threadId });
  assert.match((await client.event('output')).output, /^ok {3}.*testAdds/);
  assert.match((await client.event('output')).output, /^FAIL.*testFails/);
  assert.deepEqual(await client.event('exited'), { exitCode: 1 });
});

test('launching what cannot be launched is refused with the reason', async (t) => {
  const { project } = await newProject(t);
  for (const [args, message] of [
    [{}, /program/],
    [{ program: project }, /method/],
    [{ program: project, method: 'nothing' }, /nothing/],
    [{ program: join(project, 'missing.4qs') }, /missing/],
    [{ program: project, test: 'nothing' }, /nothing/],
  ]) {
    const client = connect(t);
    await client.ask('initialize', {});
    const answer = await client.request('launch', args);
    assert.equal(answer.success, false);
    assert.match(answer.message, message);
    client.child.stdin.end();
    assert.equal(await client.exited, 0);
  }
});

const debugged = async (t, project, ...options) => {
  const server = await serve(t, project, '--debug-port', '0', ...options);
  return { server, port: Number(/Debugger\s+port (\d+)/.exec(server.printed())[1]) };
};

test('a REST request is stopped while the server goes on', async (t) => {
  const { project, file } = await newProject(t);
  const { server, port } = await debugged(t, project);
  const client = connect(t);
  await client.begin('attach', { port }, async () => {
    const [breakpoint] = await client.breakAt(file('Classes/DataStore.4qs'), { line: 8 });
    assert.equal(breakpoint.verified, true);
  });
  const call = (name, ...values) => server.post(`/rest/$catalog/${name}`, values);
  const answer = call('twice', 21);
  const stop = await client.event('stopped');
  const frame = await client.top(stop);
  assert.equal(frame.name, 'DataStore.twice');
  const locals = await client.scope(frame, 'Locals');
  const item = locals.variables.find((each) => each.name === 'item');
  assert.match(item.type, /^cs\.ItemEntity|^4D\.Entity/);
  const attributes = shown((await client.ask('variables', { variablesReference: item.variablesReference })).variables);
  assert.equal(attributes.name, '"Tea"');
  assert.equal(attributes.price, '21');
  const all = await client.ask('evaluate', { expression: 'ds.Item.all()', frameId: frame.id, context: 'watch' });
  assert.equal(all.indexedVariables, 1);
  const [entity] = (await client.ask('variables', { variablesReference: all.variablesReference, filter: 'indexed', start: 0, count: 10 })).variables;
  assert.match(entity.value, /key/);

  // Other requests are answered, and stop on their own.
  assert.deepEqual(await call('one'), { result: 1 });
  const second = call('twice', 1);
  const other = await client.event('stopped');
  assert.notEqual(other.threadId, stop.threadId);
  await client.ask('stepIn', { threadId: stop.threadId });
  const inside = await client.event('stopped');
  assert.equal(inside.threadId, stop.threadId);
  assert.equal((await client.top(inside)).name, 'DataStore.double');
  await client.ask('setExpression', { expression: 'n', value: '100', frameId: (await client.top(inside)).id });
  await client.ask('continue', { threadId: inside.threadId });
  assert.deepEqual(await answer, { result: 200 });

  // A second client is refused; a client that vanishes leaves nothing standing.
  const late = connect(t);
  await late.ask('initialize', {});
  assert.match((await late.request('attach', { port })).message, /one at a time/);
  client.child.kill('SIGKILL');
  assert.deepEqual(await second, { result: 2 });
  assert.deepEqual(await call('twice', 4), { result: 8 });
});

test('an editor may speak to the port of the server itself; the token is asked for; HTTP is refused', async (t) => {
  const { project } = await newProject(t);
  process.env.QODLY_DEBUG_TOKEN = 'se-cret';
  t.after(() => { delete process.env.QODLY_DEBUG_TOKEN; });
  const { server, port } = await debugged(t, project);
  const socket = net.connect(port, '127.0.0.1');
  const client = clientOver(socket, socket);
  await client.ask('initialize', {});
  assert.match((await client.request('attach', {})).message, /token/);
  assert.match((await client.request('attach', { token: 'se-crey' })).message, /token/);
  assert.match((await client.request('launch', { program: project })).message, /attach/);
  await client.ask('attach', { token: 'se-cret' });
  await client.ask('evaluate', { expression: '1+1' });
  await client.ask('disconnect');
  await new Promise((resolve) => { socket.once('close', resolve); socket.resume(); });
  // What a web page could send.
  const body = JSON.stringify({ seq: 1, type: 'request', command: 'initialize', arguments: {} });
  await assert.rejects(fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body }));
  assert.equal((await server.stop()).code, 0);
});

test('a server ends while a request stands still', async (t) => {
  const { project, file } = await newProject(t);
  const { server, port } = await debugged(t, project);
  const socket = net.connect(port, '127.0.0.1');
  const client = clientOver(socket, socket);
  await client.begin('attach', {}, () => client.breakAt(file('Classes/DataStore.4qs'), { line: 8 }));
  const answer = server.post('/rest/$catalog/twice', [1]).catch(() => undefined);
  await client.event('stopped');
  assert.equal((await server.stop()).code, 0);
  await answer;
});

test('the adapter waits on a port', async (t) => {
  const { project } = await newProject(t);
  const child = spawn(program, ['dap', '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const port = await new Promise((resolve) => child.stdout.once('data', (chunk) => resolve(Number(/:(\d+)/.exec(chunk)[1]))));
  for (let i = 0; i < 2; i += 1) {
    const socket = net.connect(port, '127.0.0.1');
    const client = clientOver(socket, socket);
    await client.begin('launch', { program: project, method: 'total', args: [[1], 2] });
    assert.equal((await client.event('output')).output, '2\n');
    await client.event('terminated');
    await client.ask('disconnect');
    await new Promise((resolve) => { socket.once('close', resolve); socket.resume(); });
  }
});
