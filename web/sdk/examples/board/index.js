// Cards in columns: iterates a selection or an array, draws the linked box `item` for each element.
import { useEffect, useReducer } from 'react';
import { jsx, jsxs } from 'react/jsx-runtime';
import { definePackage } from '@qodly/sdk';

const most = 300;

function Board({ props, style, className, disabled, datasource, currentElement, slots, emit }) {
  const [, draw] = useReducer((count) => count + 1, 0);
  useEffect(() => datasource?.subscribe(draw), [datasource]);
  const count = Math.min(datasource?.length ?? 0, most);
  useEffect(() => {
    datasource?.load(0, count);
  }, [datasource, count]);
  const columns = String(props.columns ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  const places = Array.from({ length: count }, (_, i) => i);
  const select = (index) => {
    if (disabled) return;
    currentElement?.select(datasource, index);
    emit('onselect', { index });
  };
  const card = (index) =>
    jsx(
      'li',
      {
        children: jsx('button', {
          type: 'button',
          className: 'board-card',
          disabled,
          onClick: () => select(index),
          children: slots.item?.(index),
        }),
      },
      index,
    );
  return jsx('div', {
    className: `${className} board`,
    style,
    children: columns.map((column) => {
      const mine = places.filter((index) => datasource.item(index)?.[props.attribute] === column);
      return jsxs(
        'section',
        {
          'aria-label': column,
          children: [
            jsxs('h3', { children: [column, ' ', jsx('small', { children: mine.length })] }),
            jsx('ul', { children: mine.map(card) }),
          ],
        },
        column,
      );
    }),
  });
}

export default definePackage({ Board });
