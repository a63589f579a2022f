// Entry of the page runtime: asks for the data of the first drawing while what draws (`screen.tsx`, React) is still compiled.
import '@qodly/ui/tokens.css';
import '@qodly/ui/controls.css';
import './styles/components.css';
import { Application } from './app/application';
import { realBrowser } from './app/browser';
import { applyTheme, settingsOfDocument } from './app/settings';
import { effect } from './base/reactive';
import { beginParts } from './view/parts';

/** Milliseconds after which what waits for an idle moment begins anyway. */
const longestIdle = 300;
/** Milliseconds after which it is shown that the page is still on its way. */
const longestBlank = 300;

const settings = settingsOfDocument(document);
applyTheme(document, settings.theme);
const unstyled = { setShared() {}, addPage() {}, removePage() {}, classes: () => '' };
const app = new Application(settings, realBrowser, unstyled);
const screen = import('./screen');

app.loadParts = async (page) => {
  const types = new Set([...page.nodes.values()].map((node) => node.type));
  beginParts(types);
  const { Sheets, loadAhead } = await screen;
  app.styles = app.styles instanceof Sheets ? app.styles : new Sheets(document);
  await loadAhead(types);
};

/** When the browser is idle; not before what was just changed is drawn. */
app.idle = () =>
  new Promise((resolve) => {
    const wait = (): void => {
      if (typeof requestIdleCallback !== 'function') setTimeout(resolve, 0);
      else
        requestIdleCallback(
          () => {
            resolve();
          },
          { timeout: longestIdle },
        );
    };
    if (document.hidden) wait();
    else requestAnimationFrame(wait);
  });

/** The first drawing is one of the whole page; a page that takes long, or that does not come, is drawn without. */
async function draw(started: Promise<void>): Promise<void> {
  const { show } = await screen;
  const opened = new Promise<void>((resolve) => {
    effect(() => {
      if (app.page.value) resolve();
    });
  });
  const late = new Promise<void>((resolve) => {
    setTimeout(resolve, longestBlank);
  });
  await Promise.race([opened, started, late]);
  show(app, document.getElementById('qodly-page') ?? document.body.appendChild(document.createElement('div')));
}

const started = app
  .start()
  .catch((error: unknown) => {
    app.log.error(`the page cannot start: ${String(error)}`);
  })
  .finally(() => {
    document.documentElement.dataset['ready'] = 'true';
  });
/** The icon of the tab is drawn by the thread that draws the page: it comes after. */
async function showIcon(): Promise<void> {
  await app.idle();
  const link = document.querySelector<HTMLLinkElement>('link[rel=icon]');
  if (link) link.href = `${settings.renderer}icon.svg`;
}
void started.then(showIcon);

draw(started).catch((error: unknown) => {
  app.log.error(`the page cannot be drawn: ${String(error)}`);
});
