// Radio buttons, also as tabs and with several values (pages 15.9).
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { asText } from '../base/json';
import { toScalar, type Value } from '../data/value';
import type { NodeProps } from '../view/node';
import { richText } from '../view/rich';
import { typeOf, useValue } from '../view/shown';
import { useView } from '../view/view';
import { readOptions, textOf } from './select';

export function Radio({ node }: NodeProps): ReactNode {
  const view = useView(node, 'radio');
  const path = asText(node.props['datasource']);
  const value = useValue(path);
  const [own, setOwn] = useState<Value>(null);
  const name = useId();
  const list = useRef<HTMLDivElement>(null);
  const options = readOptions(view.props['options']);
  const several = view.text('mode') === 'multiple';
  const held = path === '' ? own : value;
  const chosen = Array.isArray(held)
    ? held.map(String)
    : held === null || held === undefined || held === ''
      ? []
      : [textOf(held)];
  const type = path === '' ? '' : typeOf(view.page, path, view.frames);
  const convert = (text: string): Value => toScalar(type || 'string', text) ?? text;

  const standard = view.text('defaultValue');
  const blank =
    (value === null || value === '' || (Array.isArray(value) && value.length === 0)) &&
    options.some((option) => option.value === standard) &&
    standard !== '';
  const applied = useRef(false);
  useEffect(() => {
    if (value === undefined || applied.current) return;
    applied.current = true;
    if (path === '') {
      if (standard !== '') setOwn(several ? [standard] : standard);
    } else if (blank) void view.write(path, several ? [standard] : convert(standard));
  }, [value, blank]);

  const choose = (text: string): void => {
    const next: Value = several
      ? options.map((option) => option.value).filter((item) => (item === text ? !chosen.includes(item) : chosen.includes(item)))
      : convert(text);
    setOwn(next);
    void view.change(path, next);
  };
  const move = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step === undefined || several || view.disabled) return;
    event.preventDefault();
    const at = Math.max(
      0,
      options.findIndex((option) => option.value === chosen[0]),
    );
    const next = options[(at + step + options.length) % options.length];
    if (!next) return;
    choose(next.value);
    list.current?.querySelectorAll<HTMLElement>('.fd-radio__item')[options.indexOf(next)]?.focus();
  };
  const focusable = chosen.length > 0 ? chosen[0] : options[0]?.value;
  const { disabled } = view.root;
  return (
    <div
      {...view.root}
      ref={list}
      role={several ? 'group' : 'radiogroup'}
      aria-label={asText(view.props['label']) || 'Options'}
      data-type={view.text('type') || 'radio'}
      onKeyDown={move}
    >
      {options.map((option) => {
        const selected = chosen.includes(option.value);
        return (
          <button
            key={option.id}
            type="button"
            role={several ? 'checkbox' : 'radio'}
            aria-checked={selected}
            name={name}
            {...(disabled ? { disabled: true } : {})}
            tabIndex={several || option.value === focusable ? 0 : -1}
            className={`fd-radio__item${selected ? ' selected' : ''}`}
            onClick={() => {
              if (several || !selected) choose(option.value);
            }}
          >
            <span className="q-radio-mark" aria-hidden="true" />
            <span>{richText(option.label)}</span>
          </button>
        );
      })}
    </div>
  );
}
