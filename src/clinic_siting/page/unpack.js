/* Text → typed arrays: columns of numbers, lines of grid points, whole numbers of either sign. */
// biome-ignore lint/correctness/noUnusedVariables: the other scripts call it
const Unpack = (() => {
  const TYPES = {
    u8: Uint8Array,
    u16: Uint16Array,
    u32: Uint32Array,
    i32: Int32Array,
    f32: Float32Array,
    f64: Float64Array,
  };

  function bytes(text) {
    const raw = atob(text);
    const out = new Uint8Array(raw.length);
    for (let i = 0; i < raw.length; i++) out[i] = raw.charCodeAt(i);
    return out;
  }

  const column = (packed) => new TYPES[packed.t](bytes(packed.d).buffer);

  /* Variable-length numbers: seven bits a byte, the lowest first. */
  function numbers(text) {
    const from = bytes(text);
    const out = [];
    let value = 0;
    let shift = 0;
    for (const byte of from) {
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) {
        out.push(value);
        value = 0;
        shift = 0;
      } else {
        shift += 7;
      }
    }
    return out;
  }

  const unzigzag = (n) => (n % 2 ? -(n + 1) / 2 : n / 2);

  const wholeNumbers = (text) => numbers(text).map(unzigzag);

  /* Each line is a flat array x, y, x, y …; its first point is told from the first of the line before. */
  function lines(text) {
    const from = numbers(text);
    const out = [];
    let at = 0;
    let firstX = 0;
    let firstY = 0;
    while (at < from.length) {
      const count = from[at++];
      const line = new Int32Array(2 * count);
      let x = firstX;
      let y = firstY;
      for (let i = 0; i < count; i++) {
        x += unzigzag(from[at++]);
        y += unzigzag(from[at++]);
        line[2 * i] = x;
        line[2 * i + 1] = y;
        if (i === 0) {
          firstX = x;
          firstY = y;
        }
      }
      out.push(line);
    }
    return out;
  }

  return { column, lines, wholeNumbers };
})();
