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

/** How long is waited for what must come, in milliseconds: long, for a machine that is slow and busy. */
export const patience = 90_000;

/** Waits for something that the page does by itself. */
export async function until(what: string, test: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + patience; Date.now() < end; ) {
    if (await test()) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
  assert.fail(`waited in vain: ${what}`);
}
