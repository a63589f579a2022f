// Buttons with an icon beside the text (pages 15.4).
import type { ReactNode } from 'react';
import { asText } from '../base/json';
import { slotOf, type NodeProps } from '../view/node';
import { plainText, richText } from '../view/rich';
import { useView } from '../view/view';

export function Button({ node }: NodeProps): ReactNode {
  const view = useView(node, 'button');
  const position = asText(view.props['iconPosition'], 'hidden');
  const text = view.text('text');
  const icon = position === 'hidden' ? null : slotOf(node, 'icon');
  const named = plainText(text).trim() === '' ? { 'aria-label': asText(view.props['title']) || 'Button' } : {};
  return (
    <button type="button" {...view.root} {...named} data-icon={position}>
      {icon}
      {text === '' ? null : <span className="q-button-text">{richText(text)}</span>}
    </button>
  );
}
