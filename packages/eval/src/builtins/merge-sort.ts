/** Sorts stably, asking only whether one element is less than another. */
export function mergeSort<Element>(
  elements: readonly Element[],
  lessThan: (left: Element, right: Element) => boolean,
): Element[] {
  let from = elements.slice();
  let to: Element[] = new Array(from.length);
  for (let width = 1; width < from.length; width *= 2) {
    for (let start = 0; start < from.length; start += 2 * width) {
      mergeRuns(
        from,
        to,
        start,
        Math.min(start + width, from.length),
        Math.min(start + 2 * width, from.length),
        lessThan,
      );
    }
    [from, to] = [to, from];
  }
  return from;
}

function mergeRuns<Element>(
  from: readonly Element[],
  to: Element[],
  start: number,
  middle: number,
  end: number,
  lessThan: (left: Element, right: Element) => boolean,
): void {
  let left = start;
  let right = middle;
  for (let at = start; at < end; at++) {
    const takesRight = left >= middle || (right < end && lessThan(from[right] as Element, from[left] as Element));
    to[at] = (takesRight ? from[right++] : from[left++]) as Element;
  }
}
