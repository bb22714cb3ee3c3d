const actions: (() => Promise<void>)[] = [];

/** Registers what must happen before the process ends, such as flushing telemetry. */
export function onShutdown(action: () => Promise<void>): void {
  actions.push(action);
}

/** Runs the registered actions, newest first, each at most `timeoutMs` long. Failures don't stop the others. */
export async function runShutdownActions(timeoutMs = 5_000): Promise<void> {
  for (const action of actions.splice(0).reverse()) {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, timeoutMs);
    });
    await Promise.race([action().catch(() => undefined), timeout]);
    clearTimeout(timer);
  }
}
