// HTTP request handlers and methods published on the web, with a project on disk.
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { itemCatalog, qodly, serve, temporaryFolder, until } from './support.mjs';

async function project(t) {
  const root = join(temporaryFolder(t), 'desk');
  assert.equal((await qodly('new', root)).code, 0);
  const sources = join(root, 'Project/Sources');
  for (const folder of ['Classes', 'Methods']) mkdirSync(join(sources, folder), { recursive: true });
  mkdirSync(join(root, 'WebFolder'), { recursive: true });
  writeFileSync(join(sources, 'catalog.4DCatalog'), itemCatalog);
  rmSync(join(sources, 'roles.json'), { force: true });
  return {
    root,
    sources,
    handlers: (list) => writeFileSync(join(sources, 'HTTPHandlers.json'), typeof list === 'string' ? list : JSON.stringify(list)),
    roles: (roles) => writeFileSync(join(sources, 'roles.json'), JSON.stringify(roles)),
    source: (path, text) => writeFileSync(join(sources, path), text),
    web: (path, text) => writeFileSync(join(root, 'WebFolder', path), text),
  };
}

const desk = `shared singleton constructor()
  this.visits = 0

shared function visit(request : 4D.IncomingMessage) : object
  this.visits += 1
  return {visits: this.visits, path: request.urlPath}

function page() : 4D.OutgoingMessage
  var answer : 4D.OutgoingMessage
  answer = 4D.OutgoingMessage.new()
  answer.setBody("<h1>Made</h1>")
  answer.setHeader("Content-Type", "text/html")
  return answer

function fail()
  throw(12, "the password is swordfish")
`;

test('a handler file is live at the next request, and comes before files', async (t) => {
  const app = await project(t);
  app.source('Classes/Desk.4qs', desk);
  app.web('about.html', '<h1>File</h1>');
  const server = await serve(t, app.root);
  const text = async (path, init) => (await server.get(path, init)).text();
  assert.equal(await text('/about.html'), '<h1>File</h1>');
  assert.equal((await server.get('/desk')).status, 404);
  app.handlers([{ class: 'Desk', method: 'visit', pattern: 'desk' }, { class: 'Desk', method: 'page', regexPattern: '/.+' }]);
  assert.deepEqual(await server.json('/desk/a'), { visits: 1, path: ['desk', 'a'] });
  assert.deepEqual(await server.json('/desk'), { visits: 2, path: ['desk'] }, 'the instance is shared');
  assert.equal(await text('/about.html'), '<h1>Made</h1>');
  assert.equal((await server.get('/rest/$catalog')).headers.get('content-type'), 'application/json; charset=UTF-8');
  app.handlers('[{"class": "Desk"');
  assert.equal(await text('/about.html'), '<h1>File</h1>');
  await server.says(/HTTPHandlers\.json cannot be read/);
  rmSync(join(app.sources, 'HTTPHandlers.json'));
  assert.equal((await server.get('/desk')).status, 404);
});

test('below /auth an application has what the server has not', async (t) => {
  const app = await project(t);
  app.source('Classes/Desk.4qs', desk);
  const handler = (pattern) => ({ class: 'Desk', method: 'visit', pattern, verbs: 'GET' });
  app.handlers([handler('auth/teams/callback'), handler('auth/login/mine'), handler('auth'), { class: 'Desk', method: 'visit', regexPattern: '/auth/.*' }]);
  const server = await serve(t, app.root);
  assert.deepEqual((await (await server.get('/auth/teams/callback?code=1')).json()).path, ['auth', 'teams', 'callback']);
  assert.equal((await server.get('/auth/teamsters')).status, 200, 'an expression takes what is free');
  assert.match(await (await server.get('/auth/login')).text(), /<form/);
  for (const path of ['/auth/login/mine', '/auth/start/nobody', '/auth']) {
    assert.doesNotMatch(await (await server.get(path)).text(), /visits/, path);
  }
  assert.match(server.errors(), /handler 2 is ignored: the addresses under \/auth\/login\/mine belong to the server/);
  assert.match(server.errors(), /handler 3 is ignored: the addresses under \/auth belong to the server/);
});

test('a failing handler tells the visitor a reference and the log the rest', async (t) => {
  const app = await project(t);
  app.source('Classes/Desk.4qs', desk);
  app.handlers([{ class: 'Desk', method: 'fail', pattern: 'fail', verbs: 'GET' }]);
  const server = await serve(t, app.root);
  const answer = await server.get('/fail?q=1');
  assert.equal(answer.status, 500);
  const body = await answer.text();
  assert.doesNotMatch(body, /swordfish|Desk|4qs/);
  const reference = /reference ([0-9a-fA-F]+)/.exec(body)[1];
  await server.says(new RegExp(reference));
  await server.says(/GET \/fail: Desk\.fail failed[^]*swordfish[^]*Desk\.fail \(.*Desk\.4qs:\d+\)/);
});

test('methods published on the web', async (t) => {
  const app = await project(t);
  app.source('Methods/hello.4dm', `//%attributes = {"invisible":true,"publishedWeb":true}
C_TEXT($1)
ARRAY TEXT($names; 0)
ARRAY TEXT($values; 0)
WEB GET VARIABLES($names; $values)
WEB SET HTTP HEADER("X-Mark: yes")
WEB SEND TEXT("["+$1+"] "+$names{1}+"="+$values{1}; "text/plain")
`);
  app.source('Methods/inner.4dm', '//%attributes = {"publishedWeb":false}\nWEB SEND TEXT("no")\n');
  app.source('Methods/bare.4dm', 'WEB SEND TEXT("no")\n');
  app.source('Methods/heads.4dm', `//%attributes = {"publishedWeb":true}
ARRAY TEXT($names; 0)
ARRAY TEXT($values; 0)
WEB GET HTTP HEADER($names; $values)
$at:=Find in array($names; "identifier")
C_TEXT($body)
WEB GET HTTP BODY($body)
WEB SEND TEXT($names{1}+"="+$values{1}+" "+$values{$at}+" "+$body)
`);
  app.source('Methods/file.4dm', '//%attributes = {"publishedWeb":true}\nWEB SEND FILE("page.html")\n');
  app.source('Methods/outside.4dm', '//%attributes = {"publishedWeb":true}\nWEB SEND FILE("../Project/Sources/catalog.4DCatalog")\n');
  app.source('Methods/away.4dm', '//%attributes = {"publishedWeb":true}\nWEB SEND HTTP REDIRECT("/elsewhere")\n');
  app.source('Methods/silent.4dm', '//%attributes = {"publishedWeb":true}\n$x:=1\n');
  app.source('Methods/modern.4qs', '//%attributes = {"publishedWeb":true}\ndeclare(text : string)\nthrow(5, "hush")\n');
  app.web('page.html', '<p>page');
  const server = await serve(t, app.root);
  const answer = await server.get('/4DACTION/hello/some%20text/more?name=Ann%20B');
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('content-type'), 'text/plain; charset=UTF-8');
  assert.equal(answer.headers.get('x-mark'), 'yes');
  assert.equal(await answer.text(), '[/some text/more] name=Ann B');
  const form = await server.get('/4DACTION/HELLO', { method: 'POST', body: new URLSearchParams({ city: 'Brest' }) });
  assert.equal(await form.text(), '[] city=Brest', 'names of methods ignore case');
  const parts = new FormData();
  parts.set('city', 'Nîmes');
  assert.equal(await (await server.get('/4DACTION/hello', { method: 'POST', body: parts })).text(), '[] city=Nîmes');
  const heads = await server.get('/4DACTION/heads', { method: 'POST', headers: { identifier: 'me' }, body: 'the body' });
  assert.equal(heads.headers.get('content-type'), 'text/html; charset=UTF-8');
  assert.equal(await heads.text(), 'X-METHOD=POST me the body');
  assert.equal(await (await server.get('/4DACTION/file')).text(), '<p>page');
  for (const name of ['inner', 'bare', 'unknown', '']) {
    assert.equal((await server.get(`/4DACTION/${name}`)).status, 404, name);
  }
  const outside = await server.get('/4DACTION/outside');
  assert.equal(outside.status, 500);
  assert.doesNotMatch(await outside.text(), /catalog/);
  const away = await server.get('/4DACTION/away', { redirect: 'manual' });
  assert.equal(away.status, 302);
  assert.equal(away.headers.get('location'), '/elsewhere');
  assert.equal(await (await server.get('/4DACTION/silent')).text(), '');
  const failed = await server.get('/4DACTION/modern');
  assert.equal(failed.status, 500);
  assert.doesNotMatch(await failed.text(), /hush/);
  await server.says(/modern failed[^]*hush/);
  assert.equal((await server.get('/4DACTION/hello', { method: 'PUT' })).status, 405);
});

test('the database method that gets what nothing else answers', async (t) => {
  const app = await project(t);
  mkdirSync(join(app.sources, 'DatabaseMethods'));
  app.source('DatabaseMethods/onWebConnection.4dm', `
$url:=$1
Case of 
	: (Position("authenticate"; $url)#0)
		ARRAY TEXT($names; 0)
		ARRAY TEXT($values; 0)
		WEB GET HTTP HEADER($names; $values)
		$at:=Find in array($names; "identifier")
		Use (Session.storage)
			Session.storage.info:=New shared object("name"; $values{$at})
		End use 
		WEB SEND TEXT("OK")
	: ($url="/who")
		WEB SEND TEXT(String(Session.storage.info.name); "text/plain")
	: ($url="/echo@")
		$lines:=Split string($2; "\\r\\n")
		WEB SEND TEXT($lines[0]+"|"+$lines[$lines.length-1]+"|"+$3)
	: ($url="/fails")
		throw(5; "hush")
End case 
`);
  app.web('page.html', '<p>page');
  const server = await serve(t, app.root);
  const login = await server.get('/authenticate', { headers: { identifier: 'Ann' } });
  assert.equal(await login.text(), 'OK');
  const cookie = login.headers.getSetCookie().map((each) => each.split(';')[0]).join('; ');
  assert.equal(await (await server.get('/who', { headers: { cookie } })).text(), 'Ann', 'in the session of the request');
  const echo = await server.get('/echo?a=1', { method: 'POST', body: 'the body' });
  assert.equal(await echo.text(), 'POST /echo?a=1 HTTP/1.1|the body|127.0.0.1');
  assert.equal(await (await server.get('/page.html')).text(), '<p>page', 'files come first');
  for (const method of ['GET', 'POST']) {
    const failed = await server.get('/fails', { method });
    assert.equal(failed.status, 500, method);
    assert.doesNotMatch(await failed.text(), /hush/);
  }
  await server.says(/onWebConnection failed[^]*hush/);
  assert.equal((await server.get('/nothing')).status, 404, 'it sent nothing');
  assert.equal((await server.get('/nothing', { method: 'POST' })).status, 405);
  assert.notEqual((await server.get('/', { redirect: 'manual' })).status, 500, 'the start page is not its business');
  assert.equal((await server.get('/rest/authenticate')).status, 404, 'nor what the server answers itself');
});

test('a handler reads the parts of a form', async (t) => {
  const app = await project(t);
  app.source('Classes/Uploads.4dm', `shared singleton Class constructor()

Function take($request : 4D.IncomingMessage) : Object
	var $content : Blob
	var $name; $type; $file : Text
	var $out : Collection
	$out:=[]
	For ($i; 1; WEB Get body part count)
		WEB GET BODY PART($i; $content; $name; $type; $file)
		$out.push($name+":"+$file+":"+String(BLOB size($content)))
	End for 
	return {parts: $out}
`);
  app.handlers([{ class: 'Uploads', method: 'take', pattern: 'files', verbs: 'post' }]);
  const server = await serve(t, app.root);
  const form = new FormData();
  form.set('note', 'hello');
  form.set('doc', new Blob(['1234567']), 'a.bin');
  const answer = await server.get('/files', { method: 'POST', body: form });
  assert.deepEqual(await answer.json(), { parts: ['note::5', 'doc:a.bin:7'] });
});

test('what a session keeps stays in its own groups', async (t) => {
  const app = await project(t);
  rmSync(join(app.sources, 'Classes/DataStore.4qs'), { force: true });
  app.source('Classes/DataStore.4dm', `Class extends DataStoreImplementation

exposed Function keep($url : Text) : Text
	Use (Session.storage)
		Session.storage.count:=Num(Session.storage.count)+1
		Session.storage.last:=New shared object("url"; $url; "parts"; Split string($url; "/").copy(ck shared; Session.storage.last))
	End use 
	Use (Session.storage.last)
		Session.storage.last.seen:=True
	End use 
	return String(Session.storage.count)+" "+Session.storage.last.parts.join("|")
`);
  const server = await serve(t, app.root);
  let cookie = '';
  const keep = async (text) => {
    const headers = cookie === '' ? {} : { cookie };
    const answer = await server.get('/rest/$catalog/keep', { method: 'POST', headers, body: JSON.stringify([text]) });
    if (cookie === '') cookie = answer.headers.getSetCookie().map((each) => each.split(';')[0]).join('; ');
    return (await answer.json()).result;
  };
  assert.equal(await keep('a/b'), '1 a|b');
  assert.equal(await keep('c/d'), '2 c|d', 'another object with parts takes the place of the first');
});

test('two surfaces of one file: that of the files without a twin is read', async (t) => {
  const app = await project(t);
  app.source('Classes/Twin.4qs', 'shared singleton constructor()\n\nfunction say() : string\n  return "4qs"\n');
  app.source('Classes/Twin.4dm', 'shared singleton Class constructor()\n\nFunction say() : Text\n\treturn "4dm"\n');
  app.handlers([{ class: 'Twin', method: 'say', pattern: 'twin' }]);
  const server = await serve(t, app.root);
  const said = async () => (await server.get('/twin')).text();
  assert.equal(await said(), '4qs', 'as many of either');
  app.source('Methods/a.4dm', 'If True\nEnd if \n');
  app.source('Methods/b.4dm', '$x:=1\n');
  assert.ok(await until(async () => (await said()) === '4dm'));
  const checked = await qodly('check', app.root);
  assert.match(checked.out + checked.err, /Twin\.4qs:1:1: warning: 'Twin\.4qs' is not read: 'Twin\.4dm' has the same name/);
});

test('who may call a published method', async (t) => {
  const app = await project(t);
  app.source('Methods/open.4dm', '//%attributes = {"publishedWeb":true}\nWEB SEND TEXT("open")\n');
  app.source('Methods/closed.4dm', '//%attributes = {"publishedWeb":true}\nWEB SEND TEXT("closed")\n');
  app.source('Methods/clerks.4dm', '//%attributes = {"publishedWeb":true}\nWEB SEND TEXT("clerks")\n');
  app.source('Classes/DataStore.4qs', `extends DataStoreImplementation

exposed function authentify(name : string) : boolean
  return session.setPrivileges(name)
`);
  app.roles({
    forceLogin: true,
    privileges: [{ privilege: 'clerk' }, { privilege: 'reader' }],
    roles: [],
    permissions: {
      allowed: [
        { type: 'method', applyTo: 'ds.open', execute: ['guest'] },
        { type: 'method', applyTo: 'ds.clerks', execute: ['clerk'] },
      ],
    },
  });
  const server = await serve(t, app.root);
  assert.doesNotMatch(server.errors(), /roles\.json/, 'the names of methods are known');
  const status = async (name, cookie) => (await server.get(`/4DACTION/${name}`, { headers: cookie ? { cookie } : {} })).status;
  assert.deepEqual([await status('open'), await status('closed'), await status('clerks')], [200, 401, 401]);
  const login = async (privilege) => {
    const answer = await server.get('/rest/$catalog/authentify', { method: 'POST', body: JSON.stringify([privilege]) });
    return answer.headers.getSetCookie().map((each) => each.split(';')[0]).join('; ');
  };
  const reader = await login('reader');
  assert.deepEqual([await status('open', reader), await status('closed', reader), await status('clerks', reader)], [200, 200, 401]);
  const clerk = await login('clerk');
  assert.deepEqual([await status('closed', clerk), await status('clerks', clerk)], [200, 200]);
});

test('the page that called, in code of the 4D surface and in methods that functions call', async (t) => {
  const app = await project(t);
  rmSync(join(app.sources, 'Classes/DataStore.4qs'), { force: true });
  app.source('Classes/DataStore.4dm', `Class extends DataStoreImplementation

exposed Function greet($name : Text)->$event : Text
	If (Web Form#Null)
		Web Form.setMessage("Hello "+$name)
		Web Form.Dlg.hide()
		mark
		$event:=Web Event.eventType
	End if 
`);
  app.source('Methods/mark.4dm', 'var $item : 4D.WebFormItem\n$item:=Web Form["box"]\n$item.addCSSClass("late")\nWeb Form.enableState("done")\n');
  const server = await serve(t, app.root);
  const call = async (headers) => (await server.get('/rest/$catalog/greet', { method: 'POST', headers, body: '["Ann"]' })).json();
  assert.deepEqual(await call({}), { result: '' });
  const context = Buffer.from(JSON.stringify({ page: 'Home', event: { caller: 'go', eventType: 'onClick' } })).toString('base64');
  assert.deepEqual(await call({ 'X-Page-Context': context }), {
    result: 'onclick',
    __WEBFORM: {
      __NOTIFICATION: { message: 'Hello Ann', type: 'message' },
      __COMPONENTS: { Dlg: { visible: false }, box: { addClass: ['late'] } },
      __STATES: [{ action: 'enable', name: 'done' }],
    },
  });
});
