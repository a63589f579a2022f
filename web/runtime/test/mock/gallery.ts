// Every component in every variant: the pages of the gallery, and what tests go through component by component.
import type { Json } from '../../src/base/json';
import { fieldPages } from './gallery_fields';
import { listPages } from './gallery_lists';
import { type GalleryPage } from './gallery_parts';
import { viewPages } from './gallery_views';
import { make, text } from './pages';

export { galleryDay, type GalleryPage } from './gallery_parts';

export function galleryPages(): GalleryPage[] {
  return [...fieldPages(), ...listPages(), ...viewPages()];
}

/** The page of the gallery as a page file. */
export function galleryPage({ sources, variants, width = '31%' }: GalleryPage): Json {
  const dialogs = variants.filter(([, element]) => element.id.startsWith('Dialog-')).map(([, element]) => element);
  const cells = variants
    .filter(([, element]) => !dialogs.includes(element))
    .map(([title, element]) =>
      make(
        'StyleBox',
        {
          className: 'cell',
          style: {
            width,
            display: 'flex',
            flexDirection: 'column',
            gap: 8,
            padding: '14px',
            borderWidth: '1px',
            borderRadius: 10,
            alignItems: 'stretch',
          },
        },
        [text(title, { fontSize: 12, color: 'var(--q-text-soft)' }), element],
      ),
    );
  const root = make('Container', { nodeId: 'ROOT', className: 'bg-white h-full w-full px-6' }, [
    make(
      'StyleBox',
      { style: { display: 'flex', flexWrap: 'wrap', gap: 14, padding: '16px 0', alignItems: 'flex-start' } },
      cells,
    ),
    ...dialogs,
  ]);
  return { metadata: { v: '1.0', datasources: sources, styles: [] }, components: root.nodes };
}
