/* Two canvases in the map's own pane: they travel with a drag. Where it ends the words are set anew; the ground,
   which costs five times as much, only where its margin has been used up. */
// biome-ignore lint/correctness/noUnusedVariables: the other scripts call it
const MapCanvas = (() => {
  const PADDING = 0.3;
  const SEA = "#E6EEF3";

  const Layer = L.Layer.extend({
    initialize(model, stateOf, onDrawn) {
      this.model = model;
      this.stateOf = stateOf;
      this.onDrawn = onDrawn;
      this.discs = [];
    },

    onAdd(map) {
      this.map = map;
      this.ground = this.makeCanvas("ground");
      this.words = this.makeCanvas("words");
      this.redraw();
    },

    makeCanvas(name) {
      const canvas = L.DomUtil.create("canvas", `page-canvas page-canvas-${name} leaflet-zoom-animated`);
      canvas.setAttribute("aria-hidden", "true");
      this.map.getPane("overlayPane").appendChild(canvas);
      return canvas;
    },

    getEvents() {
      return {
        moveend: this.settle,
        move: this.onMove,
        viewreset: this.redraw,
        resize: this.redraw,
        zoomanim: (event) => this.follow(event.center, event.zoom),
        zoom: () => this.follow(this.map.getCenter(), this.map.getZoom()),
      };
    },

    /* While a zoom runs the picture is stretched; it is drawn sharp when the zoom has ended. */
    follow(center, zoom) {
      if (!this.drawn) return;
      const scale = this.map.getZoomScale(zoom, this.drawn.zoom);
      const offset = this.map._latLngToNewLayerPoint(this.drawn.corner, zoom, center);
      for (const canvas of [this.ground, this.words]) {
        const shift = canvas === this.words ? this.written.subtract(this.drawn.layerCorner).multiplyBy(scale) : L.point(0, 0);
        L.DomUtil.setTransform(canvas, offset.add(shift), scale);
      }
    },

    /* A long drag would run off the margin before it ends. */
    onMove() {
      if (!this.drawn || this.map._animatingZoom || this.map.getZoom() !== this.drawn.zoom) return;
      if (!this.covers()) this.redraw();
    },

    /* Whether the ground that is drawn fills the view. */
    covers() {
      const moved = this.map.containerPointToLayerPoint([0, 0]).subtract(this.drawn.at);
      return Math.abs(moved.x) <= this.drawn.pad.x && Math.abs(moved.y) <= this.drawn.pad.y;
    },

    settle() {
      const same = this.drawn && !this.ratio && this.map.getZoom() === this.drawn.zoom && this.map.getSize().equals(this.drawn.size);
      if (same && this.covers()) this.write();
      else this.redraw();
    },

    write() {
      const { size, pad } = this.drawn;
      this.written = this.map.containerPointToLayerPoint([0, 0]).subtract(pad);
      this.drawWords(this.prepare(this.words, size, pad, this.written), size, pad);
    },

    redraw() {
      if (!this.map) return;
      const size = this.map.getSize();
      if (!size.x || !size.y) return;
      const zoom = this.map.getZoom();
      const margin = this.ratio ? 0 : PADDING;
      const pad = L.point(Math.ceil(size.x * margin), Math.ceil(size.y * margin));
      const at = this.map.containerPointToLayerPoint([0, 0]);
      const corner = at.subtract(pad);
      const scale = 2 ** (zoom - this.model.zoom);
      if (!this.scene || this.scene.scale !== scale) this.scene = Ground.scene(this.model, scale);
      const world = this.map.getPixelOrigin().add(corner);
      this.drawn = { zoom, size, pad, at, world, layerCorner: corner, corner: this.map.layerPointToLatLng(corner) };
      this.written = corner;
      if (this.ratio) this.drawForPaper(size, pad, corner);
      else {
        this.drawScene(this.prepare(this.ground, size, pad, corner));
        this.write();
      }
      if (this.onDrawn) this.onDrawn(this);
    },

    /* A browser that prints replays a canvas stroke by stroke, cleared rectangles as white ones; a picture it keeps. */
    drawForPaper(size, pad, corner) {
      const ctx = this.prepare(this.ground, size, pad, corner);
      const picture = document.createElement("canvas");
      [picture.width, picture.height] = [this.ground.width, this.ground.height];
      const pen = picture.getContext("2d");
      pen.fillStyle = SEA;
      pen.fillRect(0, 0, picture.width, picture.height);
      for (const draw of [() => this.drawScene(pen), () => this.drawWords(pen, size, pad)]) {
        pen.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
        draw();
      }
      ctx.setTransform(1, 0, 0, 1, 0, 0);
      ctx.drawImage(picture, 0, 0);
    },

    drawScene(ctx) {
      const { origin, scale } = this.scene;
      ctx.translate(origin[0] * scale - this.drawn.world.x, origin[1] * scale - this.drawn.world.y);
      Ground.draw(ctx, this.scene, this.model, this.stateOf(this.map));
    },

    /* Words keep to what is in view, so that none stands half under the panel or the legend. */
    drawWords(ctx, size, pad) {
      ctx.translate(pad.x, pad.y);
      const state = this.stateOf(this.map);
      const world = this.map.getPixelOrigin().add(this.written).add(pad);
      const view = {
        scale: this.scene.scale,
        left: world.x,
        top: world.y,
        width: size.x,
        height: size.y,
        zoom: this.map.getZoom(),
        small: state.small,
        taken: state.taken,
      };
      this.discs = Symbols.draw(ctx, view, this.model, state);
    },

    prepare(canvas, size, pad, corner) {
      const ratio = this.ratio || Math.min(window.devicePixelRatio || 1, 2);
      const [w, h] = [size.x + 2 * pad.x, size.y + 2 * pad.y];
      if (canvas.width !== Math.round(w * ratio) || canvas.height !== Math.round(h * ratio)) {
        canvas.width = Math.round(w * ratio);
        canvas.height = Math.round(h * ratio);
        canvas.style.width = `${w}px`;
        canvas.style.height = `${h}px`;
      }
      L.DomUtil.setTransform(canvas, corner, 1);
      const ctx = canvas.getContext("2d");
      ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
      ctx.clearRect(0, 0, w, h);
      return ctx;
    },

    /* Grid point under a point of the container. */
    gridAt(point) {
      const world = this.map.getPixelOrigin().add(this.map.containerPointToLayerPoint(point));
      return [world.x / this.scene.scale, world.y / this.scene.scale];
    },

    /* Clinics and candidates under a point, the largest first, then the nearest. */
    sitesAt(point) {
      const hits = this.discs
        .map((d) => ({ ...d, far: Math.hypot(d.x - point.x, d.y - point.y) }))
        .filter((d) => d.far <= Math.max(d.r, 6) + 2);
      const weight = { chosen: 0, existing: 1, candidate: 2 };
      hits.sort((a, b) => weight[a.kind] - weight[b.kind] || a.far - b.far);
      return hits.map((d) => d.j);
    },

    latLngOf(x, y) {
      return this.map.unproject(L.point(x, y), this.model.zoom);
    },
  });

  return { Layer };
})();
