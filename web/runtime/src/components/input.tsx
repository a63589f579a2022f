// Text input: label and field; dates, times and durations have widgets of their own (pages 15.7).
import {
  lazy,
  Suspense,
  useRef,
  useState,
  type ChangeEvent,
  type InputHTMLAttributes,
  type KeyboardEvent,
  type ReactNode,
} from 'react';
import { asBoolean, asText } from '../base/json';
import type { Entity } from '../data/entity';
import { Selection } from '../data/selection';
import type { Value } from '../data/value';
import { plainNumber, readNumber } from '../format/number';
import { colourOf, formatText, formatValue } from '../format/format';
import { slotOf, type Draw, type NodeProps } from '../view/node';
import { withParts } from '../view/part';
import { usePause } from '../view/pause';
import { richText } from '../view/rich';
import { typeOf, valueType } from '../view/shown';
import { clickable, useView, viewOf, type View } from '../view/view';

const DateField = lazy(async () => ({ default: (await import('./date_field')).DateField }));
const TimeField = lazy(async () => ({ default: (await import('./time_field')).TimeField }));

export const drawTextInput: Draw = (node, place, memory) => {
  const view = viewOf(node, 'textinput', place);
  const position = asText(view.props['labelPosition'], 'top');
  return withParts(
    view,
    place,
    memory,
    <div {...view.root} data-label={position}>
      {position === 'hidden' ? null : slotOf(node, 'label')}
      {slotOf(node, 'input')}
    </div>,
  );
};

export const drawLabel: Draw = (node, place) => {
  const view = viewOf(node, 'label', place);
  return (
    <label {...view.root} {...clickable(view, null)} htmlFor={view.part?.id}>
      <span>{richText(view.text('text'))}</span>
    </label>
  );
};

/** What a field widget needs of its component. */
export interface FieldProps {
  view: View;
  value: Value | undefined;
  /** Attributes of the focusable element. */
  field: InputHTMLAttributes<HTMLInputElement>;
  readOnly: boolean;
  commit(value: Value): void;
}

export function Input({ node }: NodeProps): ReactNode {
  const view = useView(node, 'input');
  const { part } = view;
  const path = asText(node.props['datasource']);
  const [own, setOwn] = useState<Value>(null);
  const value = path === '' ? own : view.bound(path);
  const problem = view.track(() => problemOf(view, path));
  const readOnly = asBoolean(view.props['readonly']) || asBoolean(view.props['readOnly']);
  const commit = (next: Value): void => {
    setOwn(next);
    void view.change(path, next);
  };
  const { style, className, disabled, ...events } = view.root;
  const label =
    asText(view.props['aria-label']) ||
    (part?.props['labelPosition'] === 'hidden' || !part ? part?.label || view.text('placeholder') : '');
  const field: InputHTMLAttributes<HTMLInputElement> = {
    ...(events as InputHTMLAttributes<HTMLInputElement>),
    ...(part ? { id: part.id } : {}),
    className: `q-field ${className ?? ''}`,
    style,
    placeholder: view.text('placeholder'),
    ...(disabled ? { disabled } : {}),
    ...(label ? { 'aria-label': label } : {}),
    readOnly,
    ...(problem ? { 'aria-invalid': true, 'aria-describedby': `${part?.id ?? node.id}-problem` } : {}),
  };
  const props: FieldProps = { view, value, field, readOnly, commit };
  return (
    <div className="q-input">
      {fieldOf(asText(view.props['type'], 'text'), props)}
      {problem ? <Problem id={`${part?.id ?? node.id}-problem`} problem={problem} /> : null}
    </div>
  );
}

function fieldOf(type: string, props: FieldProps): ReactNode {
  switch (type.toLowerCase()) {
    case 'textarea':
      return <TypedField {...props} kind="textArea" />;
    case 'number':
      return <TypedField {...props} kind="number" />;
    case 'password':
      return <PasswordField {...props} />;
    case 'date':
      return (
        <Suspense fallback={<input {...props.field} disabled value="" onChange={() => {}} />}>
          <DateField {...props} />
        </Suspense>
      );
    case 'time':
    case 'duration':
      return (
        <Suspense fallback={<input {...props.field} disabled value="" onChange={() => {}} />}>
          <TimeField {...props} duration={type.toLowerCase() === 'duration'} />
        </Suspense>
      );
    default:
      return <TypedField {...props} kind="text" />;
  }
}

/** Text as it stands in the field: the plain value while typing, the format otherwise. */
function useTyping(
  props: FieldProps,
  toText: (value: Value | undefined) => string,
  toValue: (text: string) => Value | undefined,
): {
  text: string;
  change: (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => void;
  flush: () => void;
  focused: boolean;
  setFocused: (on: boolean) => void;
} {
  const [typed, setTyped] = useState<string | null>(null);
  const [focused, setFocused] = useState(false);
  const pause = usePause((text: string) => {
    const value = toValue(text);
    if (value !== undefined) props.commit(value);
  }, props.view.page.app.manager.typing);
  return {
    text: typed ?? toText(props.value),
    focused,
    setFocused,
    change: (event) => {
      setTyped(event.target.value);
      pause.later(event.target.value);
    },
    flush: () => {
      pause.now();
      setTyped(null);
    },
  };
}

function TypedField(props: FieldProps & { kind: 'text' | 'textArea' | 'number' | 'password'; inputType?: string }): ReactNode {
  const { view, field, kind } = props;
  const locale = view.page.app.locale.peek();
  const format = view.text('format');
  const edit = useRef(false);
  const toText = (value: Value | undefined): string => {
    if (kind === 'number')
      return typeof value === 'number'
        ? edit.current || format === ''
          ? plainNumber(value, locale)
          : formatValue(value, format, 'number', locale)
        : formatValue(value, '', '', locale);
    if (value instanceof Selection || (typeof value === 'object' && value !== null)) return formatValue(value, '', '', locale);
    if (typeof value === 'string') return edit.current ? value : formatText(value, format, locale);
    return formatValue(value, edit.current ? '' : format, '', locale);
  };
  const path = asText(view.node.props['datasource']);
  const numeric =
    kind === 'number' ||
    (kind === 'text' && (valueType(view.text('dataType')) || typeOf(view.page, path, view.frames)) === 'number');
  const typing = useTyping(props, toText, numeric ? (text) => readNumber(text, locale) : (text) => text);
  const colour = edit.current ? '' : colourOf(props.value, format);
  const common = {
    ...field,
    ...(colour === '' ? {} : { style: { ...field.style, color: colour } }),
    value: typing.text,
    onChange: (event: ChangeEvent<HTMLInputElement & HTMLTextAreaElement>) => {
      if (numeric && !numberLike.test(event.target.value)) return;
      typing.change(event);
    },
    onFocus: (event: React.FocusEvent<HTMLInputElement & HTMLTextAreaElement>) => {
      edit.current = true;
      typing.setFocused(true);
      field.onFocus?.(event);
    },
    onBlur: (event: React.FocusEvent<HTMLInputElement & HTMLTextAreaElement>) => {
      edit.current = false;
      typing.flush();
      typing.setFocused(false);
      field.onBlur?.(event);
    },
    onKeyDown: (event: KeyboardEvent<HTMLInputElement & HTMLTextAreaElement>) => {
      field.onKeyDown?.(event);
      if (event.key === 'Enter' && kind !== 'textArea') typing.flush();
    },
  };
  if (kind === 'textArea')
    return <textarea {...(common as unknown as React.TextareaHTMLAttributes<HTMLTextAreaElement>)} rows={3} />;
  return (
    <input
      {...common}
      type={props.inputType ?? 'text'}
      {...(kind === 'number' ? { inputMode: 'decimal' as const, className: `${field.className ?? ''} q-number` } : {})}
      {...(kind === 'password' ? { autoComplete: 'current-password' } : {})}
    />
  );
}

const numberLike = /^\s*[-\u2212]?[\p{Nd}\s.,'\u00a0\u202f\u066b\u066c]*$/u;

function PasswordField(props: FieldProps): ReactNode {
  const [shown, setShown] = useState(false);
  const { view } = props;
  const reveal = asBoolean(view.props['revealPassword'], true);
  const left = view.text('eyePosition') === 'left';
  const text = shown ? 'Hide password' : 'Show password';
  return (
    <div className="q-password" data-eye={left ? 'left' : 'right'}>
      <TypedField {...props} kind="password" inputType={shown ? 'text' : 'password'} />
      {reveal ? (
        <button
          type="button"
          className="q-eye"
          title={text}
          aria-label={text}
          aria-pressed={shown}
          disabled={view.disabled}
          onClick={() => {
            setShown(!shown);
          }}
        >
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d="M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12Z" />
            <circle cx="12" cy="12" r="3" />
            {shown ? <path d="m4 4 16 16" /> : null}
          </svg>
        </button>
      ) : null}
    </div>
  );
}

interface FieldProblem {
  message: string;
  theirs?: { text: string; entity: Entity; attribute: string };
}

/** Validation error, conflict or deletion that concerns the bound attribute. */
function problemOf(view: View, path: string): FieldProblem | null {
  const place = path === '' ? null : view.page.scope.entityOf(path, view.frames);
  if (!place) return null;
  const { entity, attribute } = place;
  entity.topic.read();
  const conflict = entity.conflicts.get(attribute);
  const locale = view.page.app.locale.value;
  if (conflict)
    return {
      message: 'Changed elsewhere to',
      theirs: { text: formatValue(conflict.theirs, view.text('format'), '', locale) || '—', entity, attribute },
    };
  if (entity.deletedElsewhere) return { message: 'Deleted elsewhere', theirs: { text: '', entity, attribute } };
  const error = entity.errors.get(attribute);
  return error === undefined ? null : { message: error };
}

function Problem({ id, problem }: { id: string; problem: FieldProblem }): ReactNode {
  const { theirs } = problem;
  if (!theirs)
    return (
      <div id={id} className="q-problem" role="alert">
        {problem.message}
      </div>
    );
  if (theirs.entity.deletedElsewhere) {
    return (
      <div id={id} className="q-problem" role="alert">
        {problem.message}{' '}
        <button
          type="button"
          className="q-button q-bare"
          onClick={() => {
            theirs.entity.detach();
          }}
        >
          Keep as new
        </button>
      </div>
    );
  }
  return (
    <div id={id} className="q-problem q-conflict" role="alert">
      <span>
        {problem.message} “{theirs.text}”
      </span>
      <button
        type="button"
        className="q-button q-bare"
        onClick={() => {
          theirs.entity.resolve(theirs.attribute, true);
        }}
      >
        Keep mine
      </button>
      <button
        type="button"
        className="q-button q-bare"
        onClick={() => {
          theirs.entity.resolve(theirs.attribute, false);
        }}
      >
        Take theirs
      </button>
    </div>
  );
}
