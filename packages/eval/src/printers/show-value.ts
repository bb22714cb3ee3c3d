import { formatFloatForPrint } from "../number-format/format-float-for-print.ts";
import { isDerivation } from "../run/equality.ts";
import type { Machine } from "../run/machine.ts";
import { Attrs } from "../values/attrs.ts";
import { encodeByteString } from "../values/byte-string.ts";
import { Closure, PartialBuiltin } from "../values/functions.ts";
import { NixError } from "../values/nix-error.ts";
import { ContextString, isList, type Lazy, NixFloat, NixPath, textOf, type Value } from "../values/value.ts";

export interface ShowOptions {
  /** Shows everything; else what a list or set holds, and dots for what is in that. */
  readonly deep: boolean;
}

/**
 * A value as `nix repl` prints it: evaluated as far as it is shown. What fails in a list or a set stands there as
 * `«error: …»`, so that one broken attribute doesn't hide the others.
 */
export function showValue(machine: Machine, value: Lazy, { deep }: ShowOptions): string {
  return new ValueShower(machine).show(value, deep ? Number.POSITIVE_INFINITY : 1);
}

/** What isn't the fault of one attribute. */
const unshown: ReadonlySet<string> = new Set(["stack-overflow", "time-limit", "memory-limit"]);

const inGuillemets = (text: string) => `${encodeByteString("«")}${text}${encodeByteString("»")}`;
const repeated = inGuillemets("repeated");

const escapes: Readonly<Record<string, string>> = { '"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function quote(text: string): string {
  return `"${text.replace(/["\\\n\r\t]/g, (special) => escapes[special] as string)}"`;
}

class ValueShower {
  readonly #machine: Machine;
  readonly #seen = new Set<Value>();

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  show(lazy: Lazy, depth: number): string {
    const value = this.#machine.force(lazy);
    if (value === null) return "null";
    if (typeof value === "boolean" || typeof value === "number" || typeof value === "bigint") return String(value);
    if (typeof value === "string" || value instanceof ContextString) return quote(textOf(value));
    if (value instanceof NixPath) return value.path;
    if (value instanceof NixFloat) return formatFloatForPrint(value.value);
    if (value instanceof Attrs) return this.#attrs(value, depth);
    if (isList(value)) return this.#list(value, depth);
    if (value instanceof Closure) return this.#closure(value);
    return inGuillemets(value instanceof PartialBuiltin ? "primop-app" : "primop");
  }

  /** Something in a list or a set. */
  #member(compute: () => Lazy, depth: number): string {
    const outerDepth = this.#machine.depth;
    try {
      return this.show(compute(), depth);
    } catch (error) {
      if (!(error instanceof NixError) || unshown.has(error.kind)) throw error;
      this.#machine.depth = outerDepth;
      return inGuillemets(`error: ${error.message}`);
    }
  }

  #isRepeated(value: Value): boolean {
    if (this.#seen.has(value)) return true;
    this.#seen.add(value);
    return false;
  }

  #attrs(set: Attrs, depth: number): string {
    if (isDerivation(set)) return this.#derivation(set);
    if (!set.isEmpty && this.#isRepeated(set)) return repeated;
    if (depth === 0) return "{ ... }";
    const members = set.names().map((name, index) => {
      const shownName = /^[a-zA-Z_][a-zA-Z0-9_'-]*$/.test(name) ? name : quote(name);
      return `${shownName} = ${this.#member(() => set.forceAt(index), depth - 1)}; `;
    });
    return `{ ${members.join("")}}`;
  }

  #list(list: readonly Lazy[], depth: number): string {
    if (list.length > 0 && this.#isRepeated(list)) return repeated;
    if (depth === 0) return "[ ... ]";
    return `[ ${list.map((element) => `${this.#member(() => element, depth - 1)} `).join("")}]`;
  }

  #derivation(set: Attrs): string {
    const drvPath = set.get("drvPath");
    if (drvPath === undefined) return inGuillemets("derivation ???");
    const path = this.#machine.coerceToString(drvPath, { copyToStore: false, coerceMore: false });
    return inGuillemets(`derivation ${textOf(path)}`);
  }

  #closure({ template }: Closure): string {
    const at = this.#machine.describePosition(template.position);
    return inGuillemets(at === undefined ? "lambda" : `lambda @ ${at.file}:${at.line}:${at.column}`);
  }
}
