// Entry of the page runtime.
import { createRoot } from 'react-dom/client';
import '@qodly/ui/tokens.css';
import '@qodly/ui/controls.css';
import './styles/components.css';
import { Application } from './app/application';
import { realBrowser } from './app/browser';
import { applyTheme, settingsOfDocument } from './app/settings';
import { Shell } from './app/shell';
import { Sheets } from './css/sheets';
import { loadAhead } from './view/registry';

/** Milliseconds after which what waits for an idle moment begins anyway. */
const longestIdle = 300;

const settings = settingsOfDocument(document);
applyTheme(document, settings.theme);
const app = new Application(settings, realBrowser, new Sheets(document));
app.loadParts = (page) => loadAhead(new Set([...page.nodes.values()].map((node) => node.type)));
app.idle = () =>
  new Promise((resolve) => {
    if (typeof requestIdleCallback !== 'function') setTimeout(resolve, 0);
    else
      requestIdleCallback(
        () => {
          resolve();
        },
        { timeout: longestIdle },
      );
  });
const place = document.getElementById('qodly-page') ?? document.body.appendChild(document.createElement('div'));
createRoot(place).render(<Shell app={app} />);
void app
  .start()
  .catch((error: unknown) => {
    app.log.error(`the page cannot start: ${String(error)}`);
  })
  .finally(() => {
    document.documentElement.dataset['ready'] = 'true';
  });
