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

/** As `mapInOrder`, of items that arrive: a result is handed out as soon as its turn comes, whatever arrives after it. */
export async function* mapStreamInOrder<Item, Result>(
  items: AsyncIterable<Item>,
  parallel: number,
  map: (item: Item, signal: AbortSignal) => Promise<Result>,
  signal?: AbortSignal,
): AsyncGenerator<Result> {
  const stop = new AbortController();
  const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const iterator = items[Symbol.asyncIterator]();
  const underWay: Promise<Result>[] = [];
  let arriving: Promise<IteratorResult<Item>> | undefined = iterator.next();
  try {
    while (arriving || underWay.length > 0) {
      const [first] = underWay;
      const arrived: IteratorResult<Item> | undefined =
        arriving && underWay.length < parallel
          ? await Promise.race([arriving, ...(first ? [first.then(() => undefined)] : [])])
          : undefined;
      if (arrived?.done) arriving = undefined;
      else if (arrived) {
        const result = map(arrived.value, either);
        // Its failure is reported when its turn comes, if it comes.
        result.catch(() => undefined);
        underWay.push(result);
        arriving = iterator.next();
        arriving.catch(() => undefined);
      } else if (first) {
        const value = await first;
        underWay.shift();
        yield value;
      }
    }
  } finally {
    stop.abort();
    if (arriving) void iterator.return?.();
  }
}
