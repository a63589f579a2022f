// Serves peer_app.jsx and its pages of cities: Fastify over better-sqlite3, answers compressed.
// usage: node peer_server.mjs DATABASE BUNDLE PORT
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const require = createRequire(process.env.PEER_MODULES);
const [database, bundle, port] = process.argv.slice(2);
const Database = require('better-sqlite3');
const db = new Database(database);
db.pragma('mmap_size = 1000000000');
const page = db.prepare('SELECT * FROM city ORDER BY ID LIMIT 100 OFFSET ?');
const count = db.prepare('SELECT count(*) AS n FROM city').get().n;
const html = '<!doctype html><html><head><meta charset="utf-8"><title>Cities</title></head><body><div id="app"></div><script type="module" src="/app.js"></script></body></html>';
const code = readFileSync(bundle);

const app = require('fastify')();
await app.register(require('@fastify/compress'));
app.get('/', (_request, reply) => reply.type('text/html').send(html));
app.get('/app.js', (_request, reply) => reply.type('text/javascript').send(code));
app.get('/city', (request) => {
  const skip = Number(request.query.skip ?? 0);
  return { count, first: skip, entities: page.all(skip) };
});
await app.listen({ host: '127.0.0.1', port: Number(port) });
