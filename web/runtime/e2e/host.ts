// Page server for tests: the built runtime, the mock REST server, a project's shared files.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { readFileSync, existsSync, statSync } from 'node:fs';
import { extname, join, normalize } from 'node:path';
import type { Json, JsonObject } from '../src/base/json';
import type { MockServer } from '../test/mock/server';

export interface HostOptions {
  built: string;
  mock: MockServer;
  settings: JsonObject;
  shared: Record<string, Json>;
  sharedFolder?: string;
  /** Entry of the package `demo`. */ package?: string;
  /** Folder of packages. */ packages?: string;
  /** Server whose REST API is used instead of the mock; pages stay those of the mock. */ rest?: string;
}

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.pdf': 'application/pdf',
};

export async function startHost(options: HostOptions): Promise<{ url: string; close: () => Promise<void> }> {
  const server: Server = createServer((request, response) => {
    answer(options, request, response).catch((error: unknown) => {
      response.writeHead(500);
      response.end(String(error));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}

async function answer(options: HostOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://host');
  const path = decodeURIComponent(url.pathname);
  if (path.startsWith('/rest')) {
    await rest(options, request, response);
    return;
  }
  if (path === '/$lib/renderer/') {
    shell(options, url, response);
    return;
  }
  if (path.startsWith('/$lib/renderer/')) {
    file(join(options.built, normalize(path.slice('/$lib/renderer/'.length))), response);
    return;
  }
  if (path === '/$shared/CustomComponents/demo/index.js' && options.package) {
    response.writeHead(200, { 'Content-Type': 'text/javascript' });
    response.end(options.package);
    return;
  }
  if (options.packages && path.startsWith('/$shared/CustomComponents/')) {
    const found = join(options.packages, normalize(path.slice('/$shared/CustomComponents/'.length)));
    if (existsSync(found)) {
      file(found, response);
      return;
    }
  }
  if (path.startsWith('/$shared/')) {
    const name = path.slice('/$shared/'.length);
    if (name in options.shared) {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify(options.shared[name]));
      return;
    }
    if (options.sharedFolder) {
      file(join(options.sharedFolder, normalize(name)), response);
      return;
    }
  }
  if (path === '/favicon.ico') {
    response.writeHead(204);
    response.end();
    return;
  }
  response.writeHead(404);
  response.end();
}

function shell(options: HostOptions, url: URL, response: ServerResponse): void {
  const optional = {
    'shared_css.json': {},
    'shared_datasources.json': {},
    'saved_conditions.json': {},
    'i18n.json': {},
    'CustomComponents/manifest.json': [],
  };
  const settings = { files: { ...optional, ...options.shared }, ...options.settings, page: url.searchParams.get('w') ?? '' };
  const place = 'id="qodly-app">{}<';
  const stored = readFileSync(join(options.built, 'index.html'), 'utf8');
  if (!stored.includes(place)) throw new Error('the shell has no place for the settings');
  const html = stored
    .replace(place, () => `id="qodly-app">${JSON.stringify(settings).replace(/</g, '\\u003c')}<`)
    .replace(
      '<html lang="en">',
      options.settings['theme'] ? `<html lang="en" data-theme="${String(options.settings['theme'])}">` : '<html lang="en">',
    );
  response.writeHead(200, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': readFileSync(join(options.built, 'csp.txt'), 'utf8'),
  });
  response.end(html);
}

function file(path: string, response: ServerResponse): void {
  if (!existsSync(path) || !statSync(path).isFile()) {
    response.writeHead(404);
    response.end();
    return;
  }
  response.writeHead(200, { 'Content-Type': types[extname(path).toLowerCase()] ?? 'application/octet-stream' });
  response.end(readFileSync(path));
}

async function rest(options: HostOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (options.mock.offline) {
    response.destroy();
    return;
  }
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const body = Buffer.concat(parts);
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) if (typeof value === 'string') headers.set(name, value);
  if (options.mock.delay > 0)
    await new Promise((resolve) => {
      setTimeout(resolve, options.mock.delay);
    });
  if (options.rest && !(request.url ?? '').includes('getWebForm')) {
    await forward(options.rest, request, body, response);
    return;
  }
  const upload = (request.url ?? '').includes('$upload') || (request.url ?? '').includes('%24upload');
  const result = options.mock.answer(
    request.method ?? 'GET',
    request.url ?? '',
    upload ? new Uint8Array(body) : body.toString('utf8'),
    headers,
  );
  response.writeHead(result.status, { 'Content-Type': result.type, 'X-Privileges-Stamp': String(options.mock.privilegesStamp) });
  response.end(typeof result.body === 'string' && !result.type.includes('json') ? result.body : JSON.stringify(result.body));
}

async function forward(rest: string, request: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
  const headers = new Headers();
  for (const name of ['content-type', 'cookie', 'x-page-context']) {
    const value = request.headers[name];
    if (typeof value === 'string') headers.set(name, value);
  }
  const answer = await fetch(rest + (request.url ?? ''), {
    method: request.method ?? 'GET',
    headers,
    ...(body.length > 0 ? { body: new Uint8Array(body) } : {}),
  });
  const sent: Record<string, string | string[]> = {
    'Content-Type': answer.headers.get('content-type') ?? '',
    'Set-Cookie': answer.headers.getSetCookie(),
  };
  for (const name of ['x-privileges-stamp', 'x-page-effects', 'content-disposition']) {
    const value = answer.headers.get(name);
    if (value !== null) sent[name] = value;
  }
  response.writeHead(answer.status, sent);
  response.end(Buffer.from(await answer.arrayBuffer()));
}
