import { quoteJsonString } from "../json/quote-json-string.ts";
import { formatFloatForJson } from "../number-format/format-float-for-json.ts";
import { coerceToString, copyToStore } from "../run/coercion.ts";
import type { Machine } from "../run/machine.ts";
import { Attrs } from "../values/attrs.ts";
import { type Context, joinContexts } from "../values/context.ts";
import { NixError } from "../values/nix-error.ts";
import { showType } from "../values/show-type.ts";
import {
  ContextString,
  contextOf,
  isList,
  type Lazy,
  makeString,
  NixFloat,
  NixPath,
  type NixString,
  textOf,
} from "../values/value.ts";

/**
 * A value as JSON, with the context of everything in it. Paths are copied to the store. Everything is evaluated before
 * text that is no UTF-8 fails, so that an exception anywhere in the value comes first.
 */
export function valueToJson(machine: Machine, value: Lazy): NixString {
  const writer = new JsonWriter(machine, { skipsInvalidText: true });
  const text = writer.write(value);
  // Written again, for the error with its trace.
  if (writer.skippedText) new JsonWriter(machine, { skipsInvalidText: false }).write(value);
  return makeString(text, writer.context);
}

class JsonWriter {
  readonly #machine: Machine;
  readonly #skipsInvalidText: boolean;
  context: Context | undefined;
  skippedText = false;
  #depth = 0;

  constructor(machine: Machine, { skipsInvalidText }: { skipsInvalidText: boolean }) {
    this.#machine = machine;
    this.#skipsInvalidText = skipsInvalidText;
  }

  write(lazy: Lazy): string {
    const value = this.#machine.force(lazy);
    if (value === null) return "null";
    switch (typeof value) {
      case "boolean":
      case "number":
      case "bigint":
        return String(value);
      case "string":
        return this.#quote(value);
    }
    if (value instanceof ContextString) return this.#string(value);
    if (value instanceof NixPath) return this.#string(copyToStore(this.#machine, value.path));
    if (value instanceof NixFloat) return formatFloatForJson(value.value);
    if (value instanceof Attrs) return this.#nested(() => this.#attrs(value));
    if (isList(value)) return this.#nested(() => this.#list(value));
    throw new NixError("no-json", `cannot convert ${showType(value)} to JSON`);
  }

  #string(value: NixString): string {
    this.context = joinContexts(this.context, contextOf(value));
    return this.#quote(textOf(value));
  }

  #quote(bytes: string): string {
    try {
      return quoteJsonString(bytes);
    } catch (error) {
      if (!this.#skipsInvalidText) throw error;
      this.skippedText = true;
      return "";
    }
  }

  #nested(write: () => string): string {
    if (++this.#depth > this.#machine.maxDepth) {
      throw new NixError("stack-overflow", "stack overflow; max-call-depth exceeded");
    }
    const text = write();
    this.#depth--;
    return text;
  }

  #attrs(set: Attrs): string {
    if (set.has("__toString")) {
      return this.#string(coerceToString(this.#machine, set, { copyToStore: false, coerceMore: false }));
    }
    const outPath = set.get("outPath");
    if (outPath !== undefined) return this.write(outPath);
    const members = set.names().map((name, index) => {
      try {
        return `${this.#quote(name)}:${this.write(set.shareAt(index))}`;
      } catch (error) {
        throw this.#machine.traced(error, `while evaluating attribute '${name}'`, set.shape.positionAt(index));
      }
    });
    return `{${members.join(",")}}`;
  }

  #list(list: readonly Lazy[]): string {
    const elements: string[] = [];
    for (const element of list) elements.push(this.write(element));
    return `[${elements.join(",")}]`;
  }
}
