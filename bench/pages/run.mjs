// The rows about pages: from navigation to usable beside the same page written by hand and beside Directus, bytes over the
// wire, scrolling of a table of a million entities. Prints one JSON line a row.
// usage: node run.mjs QODLY ATLAS ROWS WORK [--only ID] [--runs N] [--list]
import { execFileSync } from 'node:child_process';
import { cpSync, createWriteStream, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { once } from 'node:events';
import { directusServer } from '../http/directus_rows.mjs';
import { Bench, median, peerDatabase, report } from '../http/load.mjs';
import { launch, opening, scrollSpeed, tabMemory } from './browser.mjs';
import { cityPage, longTableCatalog, longTablePage } from './page.mjs';

const ids = ['pages.open', 'pages.bytes', 'pages.directus', 'pages.scroll', 'pages.memory'];
const [qodly, atlas, rows, work] = process.argv.slice(2);
const option = (name, fallback) => { const at = process.argv.indexOf(name); return at < 0 ? fallback : process.argv[at + 1]; };
const only = option('--only', '');
const bench = new Bench({ work, runs: Number(option('--runs', '5')), seconds: 3 });
const ports = { qodly: 18090, peer: 18091, lines: 18092 };
const origin = (port) => `http://127.0.0.1:${port}`;
const here = new URL('.', import.meta.url).pathname;
const webModules = createRequire(new URL('../../web/package.json', import.meta.url));

const pageUrl = `${origin(ports.qodly)}/$lib/renderer/?w=Bench`;
const rowsAndFields = (row, field) =>
  `document.querySelectorAll('${row}').length > 8 && [...document.querySelectorAll('${row}')].slice(0, 8).every((each) => each.textContent.length > 8) ` +
  `&& document.querySelectorAll('${field}').length === 40 && [...document.querySelectorAll('${field}')].every((each) => each.value !== '')`;

// A copy of Atlas, data and all, with the page in it.
async function serveAtlas() {
  const folder = join(work, 'pages-atlas');
  rmSync(folder, { recursive: true, force: true });
  cpSync(atlas, folder, { recursive: true });
  writeFileSync(join(folder, 'Project/Sources/WebForms/Bench.WebForm'), cityPage());
  await bench.start(qodly, ['serve', folder, '--port', String(ports.qodly), '--quiet'], `${origin(ports.qodly)}/rest/City[1]`);
}

async function servePeer() {
  if (!existsSync(join(work, 'node_modules/@fastify/compress'))) {
    execFileSync('npm', ['install', '--prefix', work, '--no-audit', '--no-fund', '--loglevel=error', '@fastify/compress@8'], { stdio: ['ignore', 2, 2] });
  }
  const bundle = join(work, 'peer_app.js');
  await webModules('esbuild').build({
    entryPoints: [join(here, 'peer_app.jsx')], outfile: bundle, bundle: true, minify: true, format: 'esm', jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' }, nodePaths: [new URL('../../web/node_modules', import.meta.url).pathname],
  });
  await bench.start('node', [join(here, 'peer_server.mjs'), peerDatabase(rows, work), bundle, String(ports.peer)], `${origin(ports.peer)}/`);
}

// Openings in turns; the first turn warms up. Medians { time, bytes } of each contender.
async function alternate(browser, contenders) {
  const seen = contenders.map(() => []);
  for (let turn = -1; turn < bench.runs; turn++) {
    for (const [index, contender] of contenders.entries()) {
      const figure = await opening(browser, contender);
      if (turn >= 0) seen[index].push(figure);
    }
  }
  return seen.map((figures) => ({ time: median(figures.map(({ time }) => time)), bytes: median(figures.map(({ bytes }) => bytes)) }));
}

const ours = { url: pageUrl, usable: rowsAndFields('.fd-datatable .row', 'input') };

async function openRows(browser) {
  await serveAtlas();
  await servePeer();
  const [own, peer] = await alternate(browser, [ours, { url: `${origin(ports.peer)}/`, usable: rowsAndFields('.table .row', 'input') }]);
  const name = 'React + Fastify by hand';
  report('pages.open', 'page of 200 components and a table of 171,000 entities: navigation to usable', 'ms', own.time, peer.time, name, 0.77, false);
  report('pages.bytes', 'bytes of that page over the wire', 'KB', own.bytes / 1024, peer.bytes / 1024, name, 0.5, false);
}

async function directusRow(browser) {
  const directus = await directusServer(bench, peerDatabase(rows, work));
  if (!directus) return;
  await serveAtlas();
  const peer = {
    url: `${directus.origin}/admin/content/city`, before: directus.signIn,
    usable: "document.querySelectorAll('tr.table-row').length > 8 && document.querySelector('tr.table-row').textContent.length > 4",
  };
  const [own, other] = await alternate(browser, [ours, peer]);
  report('pages.directus', 'the same page beside a list view', 'ms', own.time, other.time, 'Directus, list of the same entities', 3, false);
}

async function writeLines(file, count) {
  const out = createWriteStream(file);
  for (let begin = 0; begin < count; begin += 10_000) {
    let text = '';
    for (let i = begin; i < begin + 10_000; i++) text += `{"name":"Line ${(i * 7919) % count}","amount":${(i % 1000) / 10}}\n`;
    if (!out.write(text)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}

async function serveLines(count) {
  const folder = join(work, 'pages-lines');
  if (!existsSync(join(folder, 'ready'))) {
    rmSync(folder, { recursive: true, force: true });
    execFileSync(qodly, ['new', folder, '--open']);
    const sources = join(folder, 'Project/Sources');
    mkdirSync(join(sources, 'WebForms'), { recursive: true });
    writeFileSync(join(sources, 'catalog.4DCatalog'), longTableCatalog);
    writeFileSync(join(sources, 'WebForms/Bench.WebForm'), longTablePage());
    await writeLines(join(folder, 'lines.ndjson'), count);
    execFileSync(qodly, ['import', folder, 'Line', join(folder, 'lines.ndjson')], { stdio: 'ignore' });
    writeFileSync(join(folder, 'ready'), '');
  }
  await bench.start(qodly, ['serve', folder, '--port', String(ports.lines), '--quiet'], `${origin(ports.lines)}/rest/Line[1]`);
}

const scroller = '.fd-datatable .Grid';

async function scrollRows(browser) {
  await serveLines(1_000_000);
  const page = await browser.newPage({ viewport: { width: 1200, height: 800 } });
  await page.goto(`${origin(ports.lines)}/$lib/renderer/?w=Bench`);
  await page.waitForFunction(() => document.querySelectorAll('.fd-datatable .row').length > 8);
  const speeds = [];
  for (let turn = -1; turn < bench.runs; turn++) {
    const speed = await scrollSpeed(page, scroller, 240, 300);
    if (turn >= 0) speeds.push(speed);
  }
  report('pages.scroll', 'scrolling a table of 1 million entities', 'frames/s', median(speeds), 60, 'bound', 0.97, true);
  const memory = await tabMemory(browser, page);
  report('pages.memory', 'private memory of the tab after it', 'MB', memory, 200, 'bound', 1, false);
}

if (process.argv.includes('--list')) {
  console.log(ids.join('\n'));
} else {
  const wanted = (...group) => only === '' || group.includes(only);
  const browser = await launch();
  const run = async (asked, rowsOf) => {
    if (!asked) return;
    try { await rowsOf(browser); } finally { bench.stopAll(); }
  };
  await run(wanted('pages.open', 'pages.bytes'), openRows);
  await run(wanted('pages.scroll', 'pages.memory'), scrollRows);
  await run(wanted('pages.directus'), directusRow);
  await browser.close();
}
