// Prints the rows of a benchmark run as a Markdown table.
import { readFileSync } from 'node:fs';

const rows = readFileSync(process.argv[2], 'utf8').trim().split('\n').filter(Boolean).map((line) => JSON.parse(line));
const figure = (value) => (value >= 1000 ? Math.round(value).toLocaleString('en') : String(+value.toPrecision(3)));
console.log('| id | what | unit | ours | peer | peer is | ratio | aim |');
console.log('|---|---|---|--:|--:|---|--:|--:|');
for (const row of rows) {
  const met = row.ratio >= row.aim ? '' : ' ✗';
  console.log(`| ${row.id} | ${row.what} | ${row.unit} | ${figure(row.ours)} | ${figure(row.peer)} | ${row.peer_name} | ${row.ratio}${met} | ${row.aim} |`);
}
