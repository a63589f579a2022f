// Buttons with an icon beside the text (pages 15.4).
import { asText } from '../base/json';
import { slotOf, type Draw } from '../view/node';
import { plainText, richText } from '../view/rich';
import { viewOf } from '../view/view';

export const drawButton: Draw = (node, place) => {
  const view = viewOf(node, 'button', place);
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
};
