/**
 * What `GET /healthz` answers: "SERVING" or "NOT_SERVING"; undefined if there is no such page or no HTTP/1.1. Fails if
 * whoever is there keeps silent.
 */
export async function checkHttpHealth(
  address: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const answer = await fetch(new URL("/healthz", address), {
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    const text = (await answer.text()).trim();
    return text === "SERVING" || text === "NOT_SERVING" ? text : undefined;
  } catch (cause) {
    signal.throwIfAborted();
    if ((cause as Error).name === "TimeoutError")
      throw new Error(`Cannot reach daemon at ${address}: no answer after ${timeoutMs / 1000} s`, { cause });
    return undefined;
  }
}
