/** The few of `names` that are spelt most like `wanted`. */
export function suggestNames(wanted: string, names: Iterable<string>): readonly string[] {
  const close: { name: string; distance: number }[] = [];
  for (const name of new Set(names)) {
    if (Math.abs(name.length - wanted.length) > 2) continue;
    const distance = editDistance(wanted, name);
    if (distance <= 2 && distance < wanted.length) close.push({ name, distance });
  }
  close.sort((left, right) => left.distance - right.distance || (left.name < right.name ? -1 : 1));
  return close.slice(0, 3).map(({ name }) => name);
}

function editDistance(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const substitution = (previous[column - 1] as number) + (left[row - 1] === right[column - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[column] as number) + 1, (current[column - 1] as number) + 1));
    }
    previous = current;
  }
  return previous[right.length] as number;
}
