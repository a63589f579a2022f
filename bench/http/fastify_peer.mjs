// The peer of the HTTP rows: the same entities and pages answered by Fastify over better-sqlite3, as a person writes it
// by hand; one process a core.
// usage: node fastify_peer.mjs DATABASE PORT
import cluster from 'node:cluster';
import { cpus } from 'node:os';
import { createRequire } from 'node:module';

const require = createRequire(process.env.PEER_MODULES);
const [database, port] = process.argv.slice(2);

if (cluster.isPrimary) {
  for (const _ of cpus()) cluster.fork();
} else {
  const Fastify = require('fastify');
  const Database = require('better-sqlite3');
  const db = new Database(database, { readonly: true });
  db.pragma('mmap_size = 1000000000');
  const byKey = db.prepare('SELECT * FROM city WHERE ID = ?');
  const page = db.prepare('SELECT * FROM city ORDER BY ID LIMIT 100 OFFSET ?');
  const count = db.prepare('SELECT count(*) AS n FROM city').get().n;
  const app = Fastify();
  app.get('/city/:key', (request, reply) => byKey.get(request.params.key) ?? reply.code(404).send({ message: 'not found' }));
  app.get('/city', (request) => {
    const skip = Number(request.query.skip ?? 0);
    return { count, first: skip, entities: page.all(skip) };
  });
  await app.listen({ host: '127.0.0.1', port: Number(port) });
}
