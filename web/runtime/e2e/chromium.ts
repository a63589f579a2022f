// The browser of the tests: the distribution's.
import { existsSync } from 'node:fs';

/** The program; ends this process with a word of advice when there is none. */
export function findChromium(): string {
  const path =
    process.env['CHROMIUM'] ??
    ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((place) => existsSync(place));
  if (path !== undefined) return path;
  console.error('no Chromium found: install the package "chromium" or set CHROMIUM');
  process.exit(1);
}

/** Letters look alike on every machine. */
export const chromiumArguments: readonly string[] & string[] = [
  '--no-sandbox',
  '--font-render-hinting=none',
  '--disable-lcd-text',
  '--force-color-profile=srgb',
];
