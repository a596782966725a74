/* Where words go: each is tried in a few places against what stands already, and dropped rather than overlapped. */
// biome-ignore lint/correctness/noUnusedVariables: the other scripts call it
const Labels = (() => {
  const FAMILY = "Arial, Helvetica, sans-serif";
  const GAP = 2;
  // Words that touch the edge of the view look cut off.
  const EDGE = 4;
  const DIRECTIONS = { centre: [0, 0], right: [1, 0], above: [0, -1], below: [0, 1], left: [-1, 0] };

  const overlaps = (a, b) => a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1];

  function placer(width, height, taken) {
    const boxes = taken.slice();
    const free = (box, ignore = () => false) =>
      box[0] >= EDGE && box[1] >= EDGE && box[2] <= width - EDGE && box[3] <= height - EDGE &&
      !boxes.some((other) => !ignore(other) && overlaps(box, other));

    /* A box of w × h beside a point with a symbol of radius r; returns the box, or null. */
    function place(x, y, w, h, r, order, ignore = () => false) {
      for (const name of order) {
        const [dx, dy] = DIRECTIONS[name];
        const cx = x + dx * (r + GAP + w / 2);
        const cy = y + dy * (r + GAP + h / 2);
        const box = [cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2];
        if (free(box, ignore)) {
          boxes.push(box);
          return box;
        }
      }
      return null;
    }
    return { block: (box) => boxes.push(box), free, place };
  }

  const font = (size, style = "") => `${style} ${size}px ${FAMILY}`.trim();

  /* Text with a halo: pale letters with a dark rim on dark ground, dark with a pale rim elsewhere. */
  function text(ctx, words, x, y, { ink, halo, width = 3, spacing = 0 }) {
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    if ("letterSpacing" in ctx) ctx.letterSpacing = `${spacing}px`;
    ctx.lineJoin = "round";
    if (halo) {
      ctx.strokeStyle = halo;
      ctx.lineWidth = width;
      ctx.strokeText(words, x, y);
    }
    ctx.fillStyle = ink;
    ctx.fillText(words, x, y);
    if ("letterSpacing" in ctx) ctx.letterSpacing = "0px";
  }

  function widthOf(ctx, words, spacing = 0) {
    return ctx.measureText(words).width + spacing * words.length;
  }

  return { font, overlaps, placer, text, widthOf };
})();
