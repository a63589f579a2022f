// Check marks and switches with two or three states (pages 15.10).
import { useEffect, useId, useRef, useState, type ReactNode } from 'react';
import { asText } from '../base/json';
import { slotOf, type Draw, type NodeProps } from '../view/node';
import { withParts } from '../view/part';
import { useView, viewOf } from '../view/view';

type Mark = true | false | null;

/** Value after a click. */
export function nextMark(type: string, mark: Mark): Mark {
  if (type === 'three-state') return mark === null ? true : mark ? false : null;
  return mark !== true;
}

export function startMark(type: string): Mark {
  return type === 'three-state' || type === 'initial-indeterminate' ? null : false;
}

export const drawCheckbox: Draw = (node, place, memory) => {
  const view = viewOf(node, 'checkbox', place);
  const position = asText(view.props['labelPosition'], 'right');
  return withParts(
    view,
    place,
    memory,
    <div
      {...view.root}
      className={`chakra-checkbox ${view.root.className ?? ''}`}
      data-label={position}
      data-variant={asText(view.props['variant'], 'checkbox')}
      data-size={asText(view.props['size'], 'md')}
    >
      {position === 'hidden' ? null : slotOf(node, 'label')}
      {slotOf(node, node.linked['CheckboxInput'] === undefined ? 'SwitchInput' : 'CheckboxInput')}
    </div>,
  );
};

export function CheckboxInput({ node }: NodeProps): ReactNode {
  const view = useView(node, 'checkboxinput');
  const { part } = view;
  const own = useId();
  const path = asText(node.props['datasource']);
  const value = view.bound(path);
  const type = asText(part?.props['type']);
  const [unbound, setUnbound] = useState<Mark>(startMark(type));
  const [used, setUsed] = useState(false);
  const bound = typeof value === 'boolean' ? value : startMark(type === 'initial-indeterminate' && used ? '' : type);
  const mark: Mark = path === '' ? unbound : bound;
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (input.current) input.current.indeterminate = mark === null;
  }, [mark]);

  const toggle = (): void => {
    const next = nextMark(type, mark);
    setUsed(true);
    setUnbound(next);
    void view.change(path, next);
  };
  const { className, style, disabled, ...events } = view.root;
  const isSwitch = part?.props['variant'] === 'switch';
  return (
    <span className={`q-check ${className ?? ''}`} style={style} {...events}>
      <input
        ref={input}
        id={part?.id ?? own}
        className="chakra-checkbox__input"
        type="checkbox"
        checked={mark === true}
        {...(disabled ? { disabled: true } : {})}
        {...(isSwitch ? { role: 'switch' } : {})}
        {...(!part || part.props['labelPosition'] === 'hidden' ? { 'aria-label': part?.label || 'Checkbox' } : {})}
        onChange={toggle}
      />
      <span
        className="q-check-mark"
        aria-hidden="true"
        {...(mark === true ? { 'data-checked': '' } : {})}
        {...(mark === null ? { 'data-indeterminate': '' } : {})}
        {...(disabled ? { 'data-disabled': '' } : {})}
      />
    </span>
  );
}
