import { formatGeneral } from "../number-format/format-general.ts";
import { isDerivation } from "../run/equality.ts";
import type { Machine } from "../run/machine.ts";
import { Attrs, knownValue } from "../values/attrs.ts";
import { type Context, joinContexts } from "../values/context.ts";
import { Closure } from "../values/functions.ts";
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
  type Value,
} from "../values/value.ts";
import { escapeXmlAttribute } from "../xml/escape-xml-attribute.ts";

export interface XmlOptions {
  /** Evaluates everything; else what isn't evaluated yet is written as `<unevaluated />`. */
  readonly strict: boolean;
  /** Adds the positions of attributes and functions. */
  readonly location: boolean;
}

/** A value as `--xml` and `toXML` write it. */
export function valueToXml(machine: Machine, value: Lazy, options: XmlOptions): NixString {
  const writer = new XmlWriter(machine, options);
  writer.document(value);
  return makeString(writer.text, writer.context);
}

/** ` name="value"`, or nothing for an attribute that isn't there. */
function attribute(name: string, value: string | undefined): string {
  return value === undefined ? "" : ` ${name}="${escapeXmlAttribute(value)}"`;
}

/** Attributes of an element are written in the order of their names. */
class XmlWriter {
  readonly #machine: Machine;
  readonly #options: XmlOptions;
  /** Pieces of the text; a system's options have hundreds of thousands of lines. */
  readonly #pieces: string[] = ["<?xml version='1.0' encoding='utf-8'?>\n"];
  readonly #derivationsSeen = new Set<string>();
  #indent = "";
  context: Context | undefined;

  constructor(machine: Machine, options: XmlOptions) {
    this.#machine = machine;
    this.#options = options;
  }

  get text(): string {
    return this.#pieces.join("");
  }

  document(value: Lazy): void {
    this.#open("expr");
    this.#value(this.#evaluate(value));
    this.#close("expr");
  }

  #evaluate(value: Lazy | undefined): Value | undefined {
    if (this.#options.strict && value !== undefined) return this.#machine.force(value);
    return knownValue(value);
  }

  #empty(name: string, attributes = ""): void {
    this.#pieces.push(this.#indent, "<", name, attributes, " />\n");
  }

  #open(name: string, attributes = ""): void {
    this.#pieces.push(this.#indent, "<", name, attributes, ">\n");
    this.#indent += "  ";
  }

  #close(name: string): void {
    this.#indent = this.#indent.slice(2);
    this.#pieces.push(this.#indent, "</", name, ">\n");
  }

  #value(value: Value | undefined): void {
    if (value === undefined) this.#empty("unevaluated");
    else if (value === null) this.#empty("null");
    else if (typeof value === "boolean") this.#empty("bool", attribute("value", String(value)));
    else if (typeof value === "number" || typeof value === "bigint") {
      this.#empty("int", attribute("value", String(value)));
    } else if (typeof value === "string" || value instanceof ContextString) {
      this.context = joinContexts(this.context, contextOf(value));
      this.#empty("string", attribute("value", textOf(value)));
    } else if (value instanceof NixPath) this.#empty("path", attribute("value", value.path));
    else if (value instanceof NixFloat) this.#empty("float", attribute("value", formatGeneral(value.value)));
    else if (value instanceof Attrs) this.#attrs(value);
    else if (isList(value)) {
      this.#open("list");
      for (const element of value) this.#value(this.#evaluate(element));
      this.#close("list");
    } else if (value instanceof Closure) this.#function(value);
    else this.#empty("unevaluated");
  }

  #attrs(set: Attrs): void {
    if (isDerivation(set)) {
      this.#derivation(set);
      return;
    }
    this.#open("attrs");
    this.#members(set);
    this.#close("attrs");
  }

  #derivation(set: Attrs): void {
    const drvPath = this.#pathOf(set, "drvPath");
    const outPath = this.#pathOf(set, "outPath");
    this.#open("derivation", attribute("drvPath", drvPath) + attribute("outPath", outPath));
    if (drvPath === undefined || drvPath === "" || this.#derivationsSeen.has(drvPath)) this.#empty("repeated");
    else {
      this.#derivationsSeen.add(drvPath);
      this.#members(set);
    }
    this.#close("derivation");
  }

  #pathOf(set: Attrs, name: "drvPath" | "outPath"): string | undefined {
    const value = this.#evaluate(set.get(name));
    return typeof value === "string" || value instanceof ContextString ? textOf(value) : undefined;
  }

  #members(set: Attrs): void {
    const names = set.names();
    for (let index = 0; index < names.length; index++) {
      this.#open("attr", this.#placed(set.shape.positionAt(index), attribute("name", names[index])));
      this.#value(this.#options.strict ? set.forceAt(index) : set.peekAt(index));
      this.#close("attr");
    }
  }

  /** Attributes, and those of a place around them: `column`, `line`, `name`, `path`. */
  #placed(position: number, attributes = ""): string {
    const at = this.#options.location ? this.#machine.describePosition(position) : undefined;
    if (at === undefined) return attributes;
    const place = attribute("column", String(at.column)) + attribute("line", String(at.line));
    return place + attributes + attribute("path", at.file);
  }

  #function({ template }: Closure): void {
    this.#open("function", this.#placed(template.position));
    const { argumentName, formals } = template;
    if (formals === undefined) this.#empty("varpat", attribute("name", argumentName ?? ""));
    else {
      const ellipsis = attribute("ellipsis", template.hasEllipsis ? "1" : undefined);
      this.#open("attrspat", ellipsis + attribute("name", argumentName));
      for (const formal of formals) this.#empty("attr", attribute("name", formal.name));
      this.#close("attrspat");
    }
    this.#close("function");
  }
}
