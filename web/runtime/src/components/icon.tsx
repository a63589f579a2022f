// Icons by their Font Awesome names.
import { useEffect, type ReactNode } from 'react';
import { asText } from '../base/json';
import { needIcons } from '../css/icons';
import type { NodeProps } from '../view/node';
import { clickable, useView } from '../view/view';

const sets = /^(fa|fas|far|fab|fa-solid|fa-regular|fa-brands)$/;

/** Class names of an icon: a bare version 4 name gets the old set, which knows its aliases. */
export function iconClasses(source: string): string {
  const names = source.split(/\s+/).filter((name) => name !== '');
  if (names.length === 0) return '';
  return names.some((name) => sets.test(name)) ? names.join(' ') : `fa ${names.join(' ')}`;
}

export function Icon({ node }: NodeProps): ReactNode {
  const view = useView(node, 'icon');
  useEffect(needIcons, []);
  const source = view.props['icon'];
  const icon = iconClasses(asText(source, source === undefined ? 'fa-regular fa-star' : ''));
  const click = clickable(view);
  const named = click.role
    ? { 'aria-label': asText(view.props['label']) || icon.split(' ').pop()?.replace(/^fa-/, '').replace(/-/g, ' ') }
    : { 'aria-hidden': true };
  return <i {...view.root} {...click} {...named} className={`${view.root.className ?? ''} ${icon}`} />;
}
