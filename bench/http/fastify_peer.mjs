// The peer of the HTTP rows: the same entities and pages answered by Fastify over better-sqlite3, as a person writes it
// by hand; one process a core. With a certificate it speaks TLS. Writes are durable, like ours.
// usage: node fastify_peer.mjs DATABASE PORT [CERTIFICATE KEY]
import cluster from 'node:cluster';
import { cpus } from 'node:os';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const require = createRequire(process.env.PEER_MODULES);
const [database, port, certificate, key] = process.argv.slice(2);

if (cluster.isPrimary) {
  for (const _ of cpus()) cluster.fork();
} else {
  const Fastify = require('fastify');
  const Database = require('better-sqlite3');
  const db = new Database(database);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('busy_timeout = 5000');
  db.pragma('mmap_size = 1000000000');
  const byKey = db.prepare('SELECT * FROM city WHERE ID = ?');
  const page = db.prepare('SELECT * FROM city ORDER BY ID LIMIT 100 OFFSET ?');
  const count = db.prepare('SELECT count(*) AS n FROM city').get().n;
  const ofCountry = db.prepare('SELECT * FROM city WHERE countryID = ? ORDER BY ID LIMIT 100');
  const countOf = db.prepare('SELECT count(*) AS n FROM city WHERE countryID = ?');
  const insert = db.prepare('INSERT INTO city(uid, name, latitude, longitude, countryID) VALUES(?,?,?,?,?)');
  const update = db.prepare('UPDATE city SET latitude = ? WHERE ID = ?');
  const app = Fastify(certificate ? { https: { cert: readFileSync(certificate), key: readFileSync(key) } } : {});
  app.get('/city/:key', (request, reply) => byKey.get(request.params.key) ?? reply.code(404).send({ message: 'not found' }));
  app.get('/city', (request) => {
    const skip = Number(request.query.skip ?? 0);
    return { count, first: skip, entities: page.all(skip) };
  });
  app.get('/country/:key/cities', (request) => ({
    count: countOf.get(request.params.key).n,
    entities: ofCountry.all(request.params.key),
  }));
  app.post('/city', (request) => {
    const { name, latitude, longitude, countryID } = request.body;
    const { lastInsertRowid } = insert.run(crypto.randomUUID(), name, latitude, longitude, countryID);
    return byKey.get(lastInsertRowid);
  });
  app.post('/city/:key', (request) => {
    update.run(request.body.latitude, request.params.key);
    return byKey.get(request.params.key);
  });
  app.post('/call/distance', (request) => {
    const [from, to] = request.body.map((key) => byKey.get(key));
    return { result: Math.hypot(from.latitude - to.latitude, from.longitude - to.longitude) };
  });
  await app.listen({ host: '127.0.0.1', port: Number(port) });
}
