import type { Pen } from './canvas.js';

/** Draws what `draw` draws and its mirror image about the vertical axis of the current frame. */
export function both(pen: Pen, draw: () => void): void {
  draw();
  pen.at(0, 0, 0, 1, draw, true);
}

/** Draws at the corner and, half a repeat lower, in the middle: the half-drop of most patterned silks. */
export function halfDrop(pen: Pen, draw: (second: boolean) => void): void {
  pen.at(0, 0, 0, 1, () => draw(false));
  pen.at(50, pen.tall / 2, 0, 1, () => draw(true));
}
