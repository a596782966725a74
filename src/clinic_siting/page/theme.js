/* Colours and classes of every layer: one place that says what a shade means. */
// biome-ignore lint/correctness/noUnusedVariables: the other scripts call it
const Theme = (() => {
  const MINUTES = ["#FBF0B4", "#E0DB9C", "#ABBCA6", "#6C93A8", "#38608F"];
  const SHORTER = ["#D5ECDC", "#8CCBA3", "#35A065", "#00602C"];
  const SNAP = ["#F4F1EC", "#E3D8C8", "#C9B195", "#A07F5C", "#6B4A2E"];
  const DEPRIVED = ["#5B3A77", "#8A6BA6", "#B39CC7", "#D7CAE2", "#F3EFF7"];
  const CATCHMENT = ["#C9B79C", "#A9C29A", "#E3C98A", "#D9A9A0", "#B7AFD0", "#9FC6C4", "#C4CBD1", "#D3B8CF", "#BFC58F"];
  const NEW_CATCHMENT = ["#6FA8DC", "#A9CCEE", "#4C86C6", "#C9DFF4", "#8FB8DE"];
  const OUTSIDE = "#F4F4F1";
  const HATCH = "hatch";

  const rgb = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  const hex = (parts) => `#${parts.map((v) => Math.round(v).toString(16).padStart(2, "0")).join("")}`;

  /* As many shades as there are classes, from the drawn five. */
  function ramp(colours, count) {
    if (count === colours.length) return colours;
    return Array.from({ length: count }, (_, i) => {
      const at = count === 1 ? 0 : (i * (colours.length - 1)) / (count - 1);
      const low = Math.min(Math.floor(at), colours.length - 2);
      const [a, b] = [rgb(colours[low]), rgb(colours[low + 1])];
      return hex(a.map((v, k) => v + (b[k] - v) * (at - low)));
    });
  }

  /* Relative luminance after WCAG: tells which ink can be read on a shade. */
  function luminance(colour) {
    const [r, g, b] = rgb(colour).map((v) => {
      const s = v / 255;
      return s <= 0.03928 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }

  const isDark = (colour) => colour !== HATCH && luminance(colour) < 0.3;

  /* Which class a value belongs to: thresholds are inclusive. */
  function classOf(value, thresholds) {
    let k = 0;
    while (k < thresholds.length && value > thresholds[k]) k++;
    return k;
  }

  function bandNames(bands) {
    const names = bands.map((band, k) => (k ? `${bands[k - 1]} to ${band}` : `up to ${band}`));
    return [...names, `over ${bands[bands.length - 1]}`];
  }

  return {
    CATCHMENT, DEPRIVED, HATCH, MINUTES, NEW_CATCHMENT, OUTSIDE, SHORTER, SNAP,
    bandNames, classOf, isDark, luminance, ramp,
  };
})();
