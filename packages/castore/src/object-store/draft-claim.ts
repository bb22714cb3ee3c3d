import { randomUUID } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { syncDirectory } from "./sync-directory.ts";

/** How many names one claim is for: what a crash leaves to be looked through. */
const mostNames = 512;
/** A claim is used no longer, so that its age says whether anybody can still be at work on it. */
const usedForMs = 600_000;

/**
 * A durable note, an empty file, that files whose names begin with `prefix` may be unfinished. One note for many files
 * saves each of them a draft of its own. It goes away once all of them are settled.
 */
export class DraftClaim {
  readonly prefix = randomUUID();
  readonly #path: string;
  readonly #madeAtMs = Date.now();
  #names = 0;
  #unsettled = 0;
  #over = false;

  private constructor(drafts: string, identity: string) {
    this.#path = join(drafts, `${this.prefix}.${identity}`);
  }

  static async make(drafts: string, identity: string): Promise<DraftClaim> {
    const claim = new DraftClaim(drafts, identity);
    await writeFile(claim.#path, "", { flag: "wx" });
    await syncDirectory(drafts);
    return claim;
  }

  get #isOpen(): boolean {
    return !this.#over && this.#names < mostNames && Date.now() - this.#madeAtMs < usedForMs;
  }

  /** The name for another file, unsettled until `settle` is called; `undefined` if it takes no more. */
  begin(): string | undefined {
    if (!this.#isOpen) return undefined;
    this.#names += 1;
    this.#unsettled += 1;
    return `${this.prefix}-${this.#names}`;
  }

  async settle(): Promise<void> {
    this.#unsettled -= 1;
    await this.#removeIfDone();
  }

  /** No file is begun any more. */
  async end(): Promise<void> {
    this.#over = true;
    await this.#removeIfDone();
  }

  async #removeIfDone(): Promise<void> {
    if (this.#unsettled === 0 && !this.#isOpen) await rm(this.#path, { force: true });
  }
}
