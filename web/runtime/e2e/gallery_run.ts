// `npm run gallery [-- --update] [-- NAME]`: pictures of all components, compared with the kept ones or kept anew.
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { chromiumArguments, findChromium } from './chromium';
import { runGallery } from './gallery';

const here = new URL('.', import.meta.url).pathname;
const built = process.env['QODLY_WEB_OUT'] ?? join(here, '../../../build/web/renderer');
const out = join(process.env['QODLY_SHOTS'] ?? join(here, '../../../build/web/shots'), 'gallery');
const wanted = process.argv.slice(2).filter((argument) => argument !== '--');

const browser = await chromium.launch({ executablePath: findChromium(), args: chromiumArguments });
const problems = await runGallery({
  browser,
  built,
  out,
  update: wanted.includes('--update'),
  only: wanted.find((argument) => !argument.startsWith('--'))?.toLowerCase(),
});
await browser.close();
for (const problem of problems) console.log(problem);
console.log(`pictures are in ${out}`);
process.exit(problems.length > 0 ? 1 : 0);
