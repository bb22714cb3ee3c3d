import { setTimeout as delay } from "node:timers/promises";

/** Does again what fails while a client notices that its daemon is back, a few times. */
export async function retry<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++)
    try {
      return await work();
    } catch (error) {
      if (attempt === 30) throw error;
      await delay(200);
    }
}
