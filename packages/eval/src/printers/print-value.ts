import { formatFloatForPrint } from "../number-format/format-float-for-print.ts";
import { showName } from "../syntax/show-node.ts";
import { Attrs, knownValue } from "../values/attrs.ts";
import { encodeByteString } from "../values/byte-string.ts";
import { Closure, PartialBuiltin } from "../values/functions.ts";
import { ContextString, isList, type Lazy, NixFloat, NixPath, type Value } from "../values/value.ts";

/** A value as `nix-instantiate --eval` prints it. What hasn't been evaluated prints as `<CODE>`; nothing is forced. */
export function printValue(value: Lazy): string {
  return new ValuePrinter().print(knownValue(value));
}

const repeated = encodeByteString("«repeated»");

const escapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "${": "\\${",
};

function quoteString(text: string): string {
  return `"${text.replace(/["\\\n\r\t]|\$\{/g, (special) => escapes[special] as string)}"`;
}

class ValuePrinter {
  readonly #seen = new Set<Value>();
  #isFirst = true;

  print(value: Value | undefined): string {
    if (value === undefined) return "<CODE>";
    if (value === null) return "null";
    switch (typeof value) {
      case "boolean":
      case "number":
      case "bigint":
        return String(value);
      case "string":
        return quoteString(value);
    }
    if (value instanceof ContextString) return quoteString(value.text);
    if (value instanceof NixPath) return value.path;
    if (value instanceof NixFloat) return formatFloatForPrint(value.value);
    if (value instanceof Attrs) return this.#attrs(value);
    if (isList(value)) return this.#list(value);
    if (value instanceof Closure) return "<LAMBDA>";
    return value instanceof PartialBuiltin ? "<PRIMOP-APP>" : "<PRIMOP>";
  }

  #isRepeated(value: Value): boolean {
    if (this.#seen.has(value)) return true;
    this.#seen.add(value);
    return false;
  }

  #attrs(set: Attrs): string {
    this.#isFirst = false;
    if (set.isEmpty) return "{ }";
    if (this.#isRepeated(set)) return repeated;
    const parts = set.names().map((name, index) => `${showName(name)} = ${this.print(set.peekAt(index))}; `);
    return `{ ${parts.join("")}}`;
  }

  #list(list: readonly Lazy[]): string {
    if (list.length === 0) return "[ ]";
    // Nix holds one or two elements in the list's own value, of which the printed one is a copy.
    const isCopy = this.#isFirst && list.length <= 2;
    this.#isFirst = false;
    if (!isCopy && this.#isRepeated(list)) return repeated;
    return `[ ${list.map((element) => `${this.print(knownValue(element))} `).join("")}]`;
  }
}
