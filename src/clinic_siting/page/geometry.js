/* Areas as shared borders: unpacked once, thinned for each zoom, drawn as paths, asked what lies where. */
// biome-ignore lint/correctness/noUnusedVariables: the other scripts call it
const Geometry = (() => {
  const NOBODY = 65535;
  const FINEST_PX = 0.6;

  function readAreas(raw, count) {
    const arcs = Unpack.lines(raw.areas.arcs);
    const sides = Unpack.column(raw.areas.sides);
    const coast = Unpack.column(raw.areas.coast);
    const codes = Unpack.wholeNumbers(raw.areas.rings);
    const rings = [];
    let at = 0;
    for (let area = 0; area < count; area++) {
      const outlines = [];
      for (let left = codes[at++]; left > 0; left--) {
        const size = codes[at++];
        outlines.push(codes.slice(at, at + size));
        at += size;
      }
      rings.push(outlines);
    }
    const boxes = rings.map((outlines) => boxOf(outlines, arcs));
    return { arcs, sides, coast, rings, boxes, centres: boxes.map((b) => [(b[0] + b[2]) / 2, (b[1] + b[3]) / 2]) };
  }

  function boxOf(outlines, arcs) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const ring of outlines) {
      for (const code of ring) {
        const line = arcs[code < 0 ? ~code : code];
        for (let i = 0; i < line.length; i += 2) {
          box[0] = Math.min(box[0], line[i]);
          box[1] = Math.min(box[1], line[i + 1]);
          box[2] = Math.max(box[2], line[i]);
          box[3] = Math.max(box[3], line[i + 1]);
        }
      }
    }
    return box;
  }

  /* Grid points → pixels from an origin, without those that no one could see; both ends always stay. */
  function thin(line, scale, origin) {
    const out = [];
    let lastX = Infinity;
    let lastY = Infinity;
    for (let i = 0; i < line.length; i += 2) {
      const x = (line[i] - origin[0]) * scale;
      const y = (line[i + 1] - origin[1]) * scale;
      const end = i === 0 || i === line.length - 2;
      if (end || Math.abs(x - lastX) + Math.abs(y - lastY) >= FINEST_PX) {
        out.push(x, y);
        lastX = x;
        lastY = y;
      }
    }
    return out;
  }

  function trace(path, points) {
    path.moveTo(points[0], points[1]);
    for (let i = 2; i < points.length; i += 2) path.lineTo(points[i], points[i + 1]);
  }

  function pathOf(lines, scale, origin) {
    const path = new Path2D();
    for (const line of lines) trace(path, thin(line, scale, origin));
    return path;
  }

  /* Outlines of some areas as one path; a ring ends where it began, so none needs closePath, which is slow. */
  function areaPath(members, areas, thinned) {
    const path = new Path2D();
    for (const area of members) {
      for (const ring of areas.rings[area]) {
        let started = false;
        for (const code of ring) {
          const line = thinned[code < 0 ? ~code : code];
          const last = line.length - 2;
          for (let k = 0; k <= last; k += 2) {
            const at = code < 0 ? last - k : k;
            if (!started) path.moveTo(line[at], line[at + 1]);
            else if (k) path.lineTo(line[at], line[at + 1]);
            started = true;
          }
        }
      }
    }
    return path;
  }

  /* Borders between areas of different groups. */
  function borderPath(areas, thinned, group) {
    const path = new Path2D();
    for (let arc = 0; arc < thinned.length; arc++) {
      const [left, right] = [areas.sides[2 * arc], areas.sides[2 * arc + 1]];
      if (left !== NOBODY && right !== NOBODY && group[left] !== group[right]) trace(path, thinned[arc]);
    }
    return path;
  }

  /* Borders with one area only: towards other land, or the coast. */
  function edgePath(areas, thinned, coastal) {
    const path = new Path2D();
    for (let arc = 0; arc < thinned.length; arc++) {
      const single = areas.sides[2 * arc] === NOBODY || areas.sides[2 * arc + 1] === NOBODY;
      if (single && Boolean(areas.coast[arc]) === coastal) trace(path, thinned[arc]);
    }
    return path;
  }

  /* The area at a grid point, or -1: even-odd rule over its rings. */
  function areaAt(areas, x, y) {
    for (let area = 0; area < areas.boxes.length; area++) {
      const box = areas.boxes[area];
      if (x < box[0] || x > box[2] || y < box[1] || y > box[3]) continue;
      let inside = false;
      for (const ring of areas.rings[area]) {
        for (const code of ring) {
          const line = areas.arcs[code < 0 ? ~code : code];
          for (let i = 2; i < line.length; i += 2) {
            const [x0, y0, x1, y1] = [line[i - 2], line[i - 1], line[i], line[i + 1]];
            if (y0 > y !== y1 > y && x < ((x1 - x0) * (y - y0)) / (y1 - y0) + x0) inside = !inside;
          }
        }
      }
      if (inside) return area;
    }
    return -1;
  }

  return { areaAt, areaPath, borderPath, edgePath, pathOf, readAreas, thin };
})();
