// Loads the rows of Atlas' City into the peer's SQLite database.
// usage: node load_peer.mjs ROWS.ndjson DATABASE
import { createRequire } from 'node:module';
import { createReadStream, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';

const require = createRequire(process.env.PEER_MODULES);
const Database = require('better-sqlite3');
const [rows, database] = process.argv.slice(2);
rmSync(database, { force: true });
const db = new Database(database);
db.exec(`CREATE TABLE city(ID INTEGER PRIMARY KEY, uid TEXT, name TEXT, latitude REAL, longitude REAL, countryID INTEGER,
  regionID INTEGER, districtID INTEGER, capital INTEGER); CREATE INDEX city_name ON city(name COLLATE NOCASE);
  CREATE INDEX city_country ON city(countryID);`);
const insert = db.prepare('INSERT INTO city VALUES(?,?,?,?,?,?,?,?,?)');
db.exec('BEGIN');
for await (const line of createInterface({ input: createReadStream(rows) })) {
  const city = JSON.parse(line);
  const uid = crypto.randomUUID().replaceAll('-', '').toUpperCase();
  insert.run(city.ID, uid, city.name, city.latitude, city.longitude, city.countryID, city.regionID, city.districtID, city.capital ? 1 : 0);
}
db.exec('COMMIT');
