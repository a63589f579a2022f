// Shows a page of a test in jsdom and lets a test act on it like a user.
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import type { Json, JsonObject } from '../../src/base/json';
import { Shell } from '../../src/app/shell';
import { build, type ScenarioWorld } from '../data/scenario';
import { make, type Built } from '../mock/pages';

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;
let root: Root | null = null;

export interface Shown {
  world: ScenarioWorld;
  $: <E extends HTMLElement = HTMLElement>(selector: string) => E;
  $$: (selector: string) => HTMLElement[];
  settle: () => Promise<void>;
  type: (selector: string, value: string) => Promise<void>;
  click: (selector: string) => Promise<void>;
}

export async function show(
  sources: Json[],
  children: Built[],
  more: {
    functions?: Parameters<typeof build>[0]['functions'];
    metadata?: JsonObject;
    settings?: JsonObject;
    pages?: Record<string, Json>;
    root?: JsonObject;
    privileges?: string[];
  } = {},
): Promise<Shown> {
  const page = make('Container', { nodeId: 'ROOT', className: 'bg-white h-full', ...more.root }, children);
  const world = await build({
    sources,
    page: { components: page.nodes, ...(more.metadata ? { metadata: more.metadata } : {}) },
    ...(more.functions ? { functions: more.functions } : {}),
    ...(more.settings ? { settings: more.settings } : {}),
    ...(more.privileges ? { privileges: more.privileges } : {}),
  });
  for (const [name, json] of Object.entries(more.pages ?? {})) world.server.pages.set(name, json);
  const place = document.body.appendChild(document.createElement('div'));
  root = createRoot(place);
  await act(async () => {
    root?.render(<Shell app={world.app} />);
  });
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 4; i++)
      await act(async () => {
        await world.app.manager.quiet();
        await new Promise((resolve) => {
          setTimeout(resolve, 5);
        });
      });
  };
  await settle();
  const $ = <E extends HTMLElement = HTMLElement>(selector: string): E => {
    const found = document.querySelector<E>(selector);
    if (!found) throw new Error(`nothing matches ${selector} in ${document.body.innerHTML.slice(0, 3000)}`);
    return found;
  };
  const set = (element: HTMLElement, value: string): void => {
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(element) as object, 'value')?.set?.call(element, value);
  };
  return {
    world,
    $,
    $$: (selector) => [...document.querySelectorAll<HTMLElement>(selector)],
    settle,
    type: async (selector, value) => {
      for (let i = 0; i < 60 && ($(selector) as HTMLInputElement).disabled; i++) await settle();
      await act(async () => {
        const element = $(selector);
        element.focus();
        set(element, value);
        element.dispatchEvent(new Event('input', { bubbles: true }));
        element.dispatchEvent(new Event('change', { bubbles: true }));
        element.blur();
        element.dispatchEvent(new FocusEvent('focusout', { bubbles: true }));
      });
      await settle();
    },
    click: async (selector) => {
      await act(async () => {
        $(selector).click();
      });
      await settle();
    },
  };
}

/** Complaints of the view library are mistakes of ours. Called once by each test file that shows pages. */
export function watchComplaints(): void {
  const complaints: string[] = [];
  beforeEach(() => {
    complaints.length = 0;
    vi.spyOn(console, 'error').mockImplementation((...parts: unknown[]) => {
      complaints.push(parts.map(String).join(' '));
    });
  });
  afterEach(async () => {
    await act(async () => {
      root?.unmount();
    });
    document.body.innerHTML = '';
    expect(complaints).toEqual([]);
  });
}
