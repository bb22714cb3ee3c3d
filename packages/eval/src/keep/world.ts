import type { SourceFile } from "../syntax/position-table.ts";
import { Closure, type LambdaTemplate } from "../values/functions.ts";
import type { Environment } from "../values/thunk.ts";
import type { Lazy, Value } from "../values/value.ts";

/** Applications of one function to one argument, in the order in which an evaluation asks for them. */
interface KeptApplications {
  readonly values: Value[];
  taken: number;
}

/** More applications of one kind in one evaluation are not worth their memory. */
const maxSameApplications = 4;

/**
 * Values of imported files, with everything that was computed of them, and what all of it was computed from. Nothing in
 * it refers to the text of a request: what a request's own code computes is over with the request.
 */
export class World {
  /** What files are evaluated in. A function made here depends on its file alone. */
  readonly topEnvironment: Environment = [null];
  readonly imports = new Map<string, Lazy>();
  /** Texts other than files that values of this world refer to. */
  readonly texts = new Set<SourceFile>();
  readonly #dependencies = new Map<string, () => boolean>();
  /** Where functions come from that files are or give, by number. */
  readonly #environments = new Map<Environment, number>([[this.topEnvironment, 0]]);
  readonly #applications = new Map<LambdaTemplate, Map<string, KeptApplications>>();
  #canBeKept: boolean;

  constructor(canBeKept: boolean) {
    this.#canBeKept = canBeKept;
  }

  get canBeKept(): boolean {
    return this.#canBeKept;
  }

  /**
   * Notes what was seen outside and how to tell whether it is still so. Without `stillHolds` it can't be told, and the
   * world ends with the evaluation.
   */
  dependsOn(key: string, stillHolds: (() => boolean) | undefined): void {
    if (!this.#canBeKept) return;
    if (stillHolds === undefined) this.end();
    else if (!this.#dependencies.has(key)) this.#dependencies.set(key, stillHolds);
  }

  hasNoted(key: string): boolean {
    return !this.#canBeKept || this.#dependencies.has(key);
  }

  /** Says that nothing of this world may be seen by another evaluation. */
  end(): void {
    this.#canBeKept = false;
    this.#dependencies.clear();
  }

  /** Whether everything outside is as it was when it was seen. */
  stillHolds(): boolean {
    for (const holds of this.#dependencies.values()) if (!holds()) return false;
    return true;
  }

  /** Notes the value of a file. */
  addImport(file: string, value: Value): void {
    this.imports.set(file, value);
    if (value instanceof Closure && !this.#environments.has(value.environment))
      this.#environments.set(value.environment, this.#environments.size);
  }

  beginEvaluation(): void {
    for (const byArgument of this.#applications.values())
      for (const applications of byArgument.values()) applications.taken = 0;
  }

  /**
   * The value of a function for an argument that `argument` describes wholly; kept if it is a file's function. Each
   * application of one evaluation has a value of its own, as functions in it are different ones for `==`.
   */
  application({ template, environment }: Closure, argument: string, compute: () => Value): Value {
    const origin = this.#environments.get(environment);
    if (!this.#canBeKept || origin === undefined) return compute();
    const key = `${origin} ${argument}`;
    let byArgument = this.#applications.get(template);
    if (byArgument === undefined) {
      byArgument = new Map();
      this.#applications.set(template, byArgument);
    }
    let applications = byArgument.get(key);
    if (applications === undefined) {
      applications = { values: [], taken: 0 };
      byArgument.set(key, applications);
    }
    const index = applications.taken++;
    const known = applications.values[index];
    if (known !== undefined) return known;
    const value = compute();
    // What was applied in the meantime, or failed before, leaves no gaps.
    if (index < maxSameApplications && applications.values.length === index) applications.values.push(value);
    return value;
  }
}
