// Draws one page instance and tells it when the first rendering is done.
import { useEffect, useMemo, type ReactNode } from 'react';
import type { PageInstance } from '../logic/page_instance';
import { PlaceContext, type Place } from './context';
import { Node } from './node';

export function PageView({ page }: { page: PageInstance }): ReactNode {
  useEffect(() => {
    void page.loaded();
  }, [page]);
  const place = useMemo<Place>(() => ({ page, frames: [], part: null }), [page]);
  return (
    <PlaceContext value={place}>
      <Node id="ROOT" />
    </PlaceContext>
  );
}
