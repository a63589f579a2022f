// Draws one page instance and tells it when the first rendering is done.
import { useEffect, type ReactNode } from 'react';
import type { PageInstance } from '../logic/page_instance';
import { FramesContext, PageContext, PartContext } from './context';
import { Node } from './node';

export function PageView({ page }: { page: PageInstance }): ReactNode {
  useEffect(() => {
    void page.loaded();
  }, [page]);
  return (
    <PageContext value={page}>
      <FramesContext value={[]}>
        <PartContext value={null}>
          <Node id="ROOT" />
        </PartContext>
      </FramesContext>
    </PageContext>
  );
}
