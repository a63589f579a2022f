// A page inside a page (pages 10).
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { asText } from '../base/json';
import { Cell } from '../base/reactive';
import type { Loader, PageInstance } from '../logic/page_instance';
import { useTracked } from '../view/hooks';
import type { NodeProps } from '../view/node';
import { PageView } from '../view/page_view';
import { useValue } from '../view/shown';
import { useView } from '../view/view';

const deepest = 10;

/** Its last actions still see its sources. */
function destroy(page: PageInstance): void {
  void page.leave().finally(() => {
    page.dispose();
  });
}

export function PageLoader({ node }: NodeProps): ReactNode {
  const view = useView(node, 'pageloader');
  const { page } = view;
  const path = asText(node.props['datasource']);
  const bound = useValue(path);
  const source = path === '' ? null : typeof bound === 'string' ? bound : bound === undefined ? undefined : '';
  const chosen = useMemo(() => new Cell<{ name: string } | null>(null), []);
  const loader = useMemo<Loader>(
    () => ({
      load: (name) => {
        chosen.value = { name };
      },
    }),
    [chosen],
  );
  const [instance, setInstance] = useState<PageInstance | null>(null);
  const held = useRef<PageInstance | null>(null);
  /** The old page stays until the new one is there; then it is destroyed. */
  const show = (next: PageInstance | null): void => {
    const old = held.current;
    held.current = next;
    setInstance(next);
    if (old)
      setTimeout(() => {
        destroy(old);
      }, 0);
  };
  useEffect(
    () => () => {
      if (held.current) destroy(held.current);
      held.current = null;
    },
    [],
  );

  useEffect(() => {
    chosen.value = null;
  }, [source, chosen]);
  const override = useTracked(() => chosen.value);
  const filled = useRef(false);
  if (source) filled.current = true;
  // A source that is empty from the start leaves the page's own; one that is cleared empties the loader.
  const own = source === null || (source === '' && !filled.current) ? view.text('webform') : '';
  const wanted = override?.name ?? (source || own);

  useEffect(() => {
    page.loaders.set(node.id, loader);
    return () => {
      page.loaders.delete(node.id);
    };
  }, [page, node.id, loader]);

  useEffect(() => {
    if (wanted === '' || view.hidden) {
      if (wanted === '') show(null);
      return undefined;
    }
    if (page.depth >= deepest) {
      page.app.log.error(`${page.def.name}: pages are nested deeper than ${deepest}`);
      return undefined;
    }
    let dropped = false;
    void page.app.openInside(wanted, page, loader).then((opened) => {
      if (dropped) opened?.dispose();
      else if (opened) show(opened);
    });
    return () => {
      dropped = true;
    };
  }, [wanted, override, page, loader, view.hidden && !instance]);

  return <div {...view.root}>{instance ? <PageView key={instance.id} page={instance} /> : null}</div>;
}
