/**
 * The results of `map` in the order of `items`, with at most `parallel` under way at once and not more than that ahead
 * of the consumer. What is still under way when the consumer stops, or when one fails, is aborted.
 */
export async function* mapInOrder<Item, Result>(
  items: Iterable<Item>,
  parallel: number,
  map: (item: Item, signal: AbortSignal) => Promise<Result>,
  signal?: AbortSignal,
): AsyncGenerator<Result> {
  const stop = new AbortController();
  const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const underWay: Promise<Result>[] = [];
  const iterator = items[Symbol.iterator]();
  const start = (): boolean => {
    const next = iterator.next();
    if (next.done) return false;
    const result = map(next.value, either);
    // Its failure is reported when its turn comes, if it comes.
    result.catch(() => undefined);
    underWay.push(result);
    return true;
  };
  try {
    for (let count = 0; count < parallel && start(); count += 1);
    for (let result = underWay.shift(); result; result = underWay.shift()) {
      const value = await result;
      start();
      yield value;
    }
  } finally {
    stop.abort();
  }
}
