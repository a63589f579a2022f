// Stars that show and set a number: radio buttons for keyboard and screen readers.
import { useEffect, useId, useReducer } from 'react';
import { jsx, jsxs } from 'react/jsx-runtime';
import { definePackage } from '@qodly/sdk';

function Rating({ props, style, className, disabled, datasource, emit }) {
  const [, draw] = useReducer((count) => count + 1, 0);
  useEffect(() => datasource?.subscribe(draw), [datasource]);
  const name = useId();
  const value = Number(datasource?.get() ?? 0);
  const max = Math.min(Math.max(Number(props.max) || 5, 1), 20);
  const choose = (star) => {
    datasource?.set(star);
    emit('onchange', { value: star });
  };
  const stars = Array.from({ length: max }, (_, i) => i + 1);
  return jsx('div', {
    className: `${className} rating`,
    style,
    role: 'radiogroup',
    'aria-label': props.label || 'Rating',
    children: stars.map((star) =>
      jsxs(
        'label',
        {
          className: star <= value ? 'rating-on' : 'rating-off',
          children: [
            jsx('input', {
              type: 'radio',
              name,
              checked: star === value,
              disabled,
              onChange: () => choose(star),
              'aria-label': `${star} of ${max}`,
            }),
            jsx('span', { 'aria-hidden': true, children: '★' }),
          ],
        },
        star,
      ),
    ),
  });
}

export default definePackage({ Rating });
