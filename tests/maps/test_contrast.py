"""Words drawn on the map: each against what lies around its letters, told from the pixels."""

import pytest

from clinic_siting.maps import render_map

pytestmark = pytest.mark.browser
LEAST = 4.5
# Before a word is drawn, the pixels just outside its letters are read from ground and words together;
# of their contrasts with the ink the tenth smallest in a hundred counts, since rims are smoothed.
WATCH = """() => {
  const light = (r, g, b) => { const [x, y, z] = [r, g, b].map((v) => { const s = v / 255;
    return s <= 0.03928 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * x + 0.7152 * y + 0.0722 * z; };
  const over = (top, base) => base.map((v, k) => top[k] * top[3] / 255 + v * (1 - top[3] / 255));
  const sheet = (w, h) => new OffscreenCanvas(w, h).getContext("2d", { willReadFrequently: true });
  window.drawn = [];
  const plain = CanvasRenderingContext2D.prototype.fillText;
  CanvasRenderingContext2D.prototype.fillText = function (words, x, y) {
    if (this.canvas.classList.contains("page-canvas-words") && !window.busy) {
      window.busy = true;
      const ground = document.querySelector(".page-canvas-ground");
      const at = this.getTransform().transformPoint({ x, y });
      const wide = Math.ceil(this.measureText(words).width * this.getTransform().a) + 12, tall = 40;
      const left = Math.round(this.textAlign === "center" ? at.x - wide / 2 : at.x - 6);
      const top = Math.round(at.y - 20);
      const pen = sheet(wide, tall);
      const t = this.getTransform();
      pen.setTransform(t.a, 0, 0, t.d, t.e - left, t.f - top);
      for (const key of ["font", "textAlign", "textBaseline", "letterSpacing"]) pen[key] = this[key];
      pen.fillStyle = "#000";
      pen.fillText(words, x, y);
      const fill = pen.getImageData(0, 0, wide, tall).data.slice();
      pen.lineWidth = 1.6;
      pen.strokeText(words, x, y);
      const ring = pen.getImageData(0, 0, wide, tall).data;
      const [below, here] = [ground, this.canvas].map((c) => { const copy = sheet(wide, tall);
        copy.drawImage(c, -left, -top); return copy.getImageData(0, 0, wide, tall).data; });
      const ink = [1, 3, 5].map((k) => parseInt(this.fillStyle.slice(k, k + 2), 16));
      const mine = light(...ink), found = [];
      for (let p = 0; p < ring.length; p += 4) {
        if (ring[p + 3] < 200 || fill[p + 3] > 20) continue;
        const seen = over(here.slice(p, p + 4), over(below.slice(p, p + 4), [230, 238, 243]));
        const [a, b] = [mine, light(...seen)].sort((m, n) => n - m);
        found.push((a + 0.05) / (b + 0.05));
      }
      found.sort((a, b) => a - b);
      if (found.length > 20) window.drawn.push([words, found[Math.floor(found.length / 10)]]);
      window.busy = false;
    }
    return plain.call(this, words, x, y);
  };
  const layers = ["plan", "today", "change", "flows", "trust", "deprivation"];
  for (const layer of layers) clinicPage.act.pickLayer(layer);
  return window.drawn;
}"""


@pytest.mark.parametrize("width", [1280, 390])
def test_words_on_the_map_have_contrast_with_what_lies_around_them(visit, toy_map, width):
    page = visit(render_map(toy_map), viewport={"width": width, "height": 800})
    page.fill("#place-input", "TY1 2")
    page.keyboard.press("Enter")
    page.wait_for_timeout(1000)
    drawn = page.evaluate(WATCH)
    assert drawn
    assert [(words, round(ratio, 2)) for words, ratio in drawn if ratio < LEAST] == []
