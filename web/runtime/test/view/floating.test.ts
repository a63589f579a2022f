import { describe, expect, it } from 'vitest';
import { placeBeside } from '../../src/view/floating';

const view = { width: 1000, height: 800 };
const anchor = { left: 400, top: 300, width: 100, height: 40 };
const size = { width: 60, height: 20 };

describe('a panel beside its anchor', () => {
  const rows: [string, number, number][] = [
    ['bottom-center', 420, 346],
    ['bottom-left', 400, 346],
    ['bottom-start', 400, 346],
    ['bottom-right', 440, 346],
    ['bottom-end', 440, 346],
    ['top-center', 420, 274],
    ['top-left', 400, 274],
    ['left-center', 334, 310],
    ['left-top', 334, 300],
    ['left-end', 334, 320],
    ['right-center', 506, 310],
    ['right-bottom', 506, 320],
    ['bottom', 420, 346],
  ];
  for (const [position, left, top] of rows)
    it(position, () => {
      expect(placeBeside(anchor, size, position, view)).toEqual({ left, top });
    });
  it('stays within the view', () => {
    const corner = { left: 980, top: 780, width: 20, height: 20 };
    expect(placeBeside(corner, size, 'bottom-center', view)).toEqual({ left: 936, top: 776 });
    expect(placeBeside({ ...corner, left: 0, top: 0 }, size, 'top-left', view)).toEqual({ left: 4, top: 4 });
  });
});
