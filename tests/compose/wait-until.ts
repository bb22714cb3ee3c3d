import { setTimeout as delay } from "node:timers/promises";

/** Asks again and again until `probe` answers something. After `timeoutMs` it fails, naming `what`. */
export async function waitUntil<Answer>(
  what: string,
  timeoutMs: number,
  probe: () => Promise<Answer | undefined>,
): Promise<Answer> {
  const deadline = Date.now() + timeoutMs;
  while (true) {
    const answer = await probe();
    if (answer !== undefined) {
      return answer;
    }
    if (Date.now() > deadline) {
      throw new Error(`Cannot wait any longer for ${what}: ${timeoutMs} ms have passed`);
    }
    await delay(250);
  }
}
