// What a journey in the browser is.
import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import type { MockServer } from '../test/mock/server';

export interface Context {
  browser: Browser;
  mock: MockServer;
  url: string;
  open(name: string): Promise<Page>;
  problems: string[];
}
export type Journey = (context: Context) => Promise<void>;

/** Waits for something that the page does by itself; fails after 15 seconds. */
export async function until(what: string, test: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 300; i++) {
    if (await test()) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
  assert.fail(`waited in vain: ${what}`);
}
