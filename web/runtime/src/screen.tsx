// What draws pages: loaded while the first requests are under way.
import { createRoot } from 'react-dom/client';
import type { Application } from './app/application';
import { Shell } from './app/shell';

export { Sheets } from './css/sheets';
export { loadAhead } from './view/registry';

export function show(app: Application, place: HTMLElement): void {
  createRoot(place).render(<Shell app={app} />);
}
