import { type Attrs, emptyAttrs, makeAttrsOfShape } from "./attrs.ts";
import { Shape, type ShapeIntersection } from "./shape.ts";
import type { Lazy } from "./value.ts";

/** The attributes of `right` whose names `left` has. */
export function intersectAttrs(left: Attrs, right: Attrs): Attrs {
  if (left.sizeAtMost > right.sizeAtMost) return intersectFromRight(left, right);
  const { shape } = left.flatten();
  let intersection = shape.lastIntersection;
  if (intersection === undefined || !hasLayers(right, intersection.layers)) {
    intersection = intersectShape(shape, right);
    shape.lastIntersection = intersection;
  }
  const { result, layerNumbers, indexes } = intersection;
  if (indexes.length === 0) return emptyAttrs;
  const values: Lazy[] = [];
  for (let at = 0; at < indexes.length; at++) {
    let layer = right;
    for (let steps = layerNumbers[at] as number; steps > 0; steps--) layer = layer.base as Attrs;
    values.push(layer.shareAt(indexes[at] as number));
  }
  return makeAttrsOfShape(result, values);
}

function hasLayers(set: Attrs, layers: readonly Shape[]): boolean {
  let layer: Attrs | null = set;
  for (const shape of layers) {
    if (layer === null || layer.shape !== shape) return false;
    layer = layer.base;
  }
  return layer === null;
}

function intersectShape(shape: Shape, right: Attrs): ShapeIntersection {
  const layers: Shape[] = [];
  for (let layer: Attrs | null = right; layer !== null; layer = layer.base) layers.push(layer.shape);
  const names: string[] = [];
  const positions: number[] = [];
  const layerNumbers: number[] = [];
  const indexes: number[] = [];
  for (const name of shape.names) {
    for (const [number, layer] of layers.entries()) {
      const index = layer.indexOf(name);
      if (index < 0) continue;
      names.push(name);
      positions.push(layer.positionAt(index));
      layerNumbers.push(number);
      indexes.push(index);
      break;
    }
  }
  return { layers, result: new Shape(names, positions), layerNumbers, indexes };
}

function intersectFromRight(left: Attrs, right: Attrs): Attrs {
  const { shape } = right.flatten();
  const names: string[] = [];
  const positions: number[] = [];
  const values: Lazy[] = [];
  for (const [index, name] of shape.names.entries()) {
    if (!left.has(name)) continue;
    names.push(name);
    positions.push(shape.positionAt(index));
    values.push(right.shareAt(index));
  }
  return names.length === 0 ? emptyAttrs : makeAttrsOfShape(new Shape(names, positions), values);
}
