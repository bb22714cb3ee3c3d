import { formatFloatForJson } from "../number-format/format-float-for-json.ts";
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

class XmlWriter {
  readonly #machine: Machine;
  readonly #options: XmlOptions;
  readonly #lines: string[] = ["<?xml version='1.0' encoding='utf-8'?>"];
  readonly #derivationsSeen = new Set<string>();
  #indent = "";
  context: Context | undefined;

  constructor(machine: Machine, options: XmlOptions) {
    this.#machine = machine;
    this.#options = options;
  }

  get text(): string {
    return `${this.#lines.join("\n")}\n`;
  }

  document(value: Lazy): void {
    this.#element("expr", {}, () => this.#value(this.#evaluate(value)));
  }

  #evaluate(value: Lazy | undefined): Value | undefined {
    if (this.#options.strict && value !== undefined) return this.#machine.force(value);
    return knownValue(value);
  }

  #tag(name: string, attributes: Readonly<Record<string, string>>): string {
    const shown = Object.keys(attributes)
      .sort()
      .map((key) => ` ${key}="${escapeXmlAttribute(attributes[key] as string)}"`);
    return `${name}${shown.join("")}`;
  }

  #empty(name: string, attributes: Readonly<Record<string, string>> = {}): void {
    this.#lines.push(`${this.#indent}<${this.#tag(name, attributes)} />`);
  }

  #element(name: string, attributes: Readonly<Record<string, string>>, content: () => void): void {
    this.#lines.push(`${this.#indent}<${this.#tag(name, attributes)}>`);
    const outer = this.#indent;
    this.#indent = `${outer}  `;
    content();
    this.#indent = outer;
    this.#lines.push(`${outer}</${name}>`);
  }

  #value(value: Value | undefined): void {
    if (value === undefined) this.#empty("unevaluated");
    else if (value === null) this.#empty("null");
    else if (typeof value === "boolean") this.#empty("bool", { value: String(value) });
    else if (typeof value === "number" || typeof value === "bigint") this.#empty("int", { value: String(value) });
    else if (typeof value === "string" || value instanceof ContextString) {
      this.context = joinContexts(this.context, contextOf(value));
      this.#empty("string", { value: textOf(value) });
    } else if (value instanceof NixPath) this.#empty("path", { value: value.path });
    else if (value instanceof NixFloat) this.#empty("float", { value: formatFloatForJson(value.value) });
    else if (value instanceof Attrs) this.#attrs(value);
    else if (isList(value)) {
      this.#element("list", {}, () => {
        for (const element of value) this.#value(this.#evaluate(element));
      });
    } else if (value instanceof Closure) this.#function(value);
    else this.#empty("unevaluated");
  }

  #attrs(set: Attrs): void {
    if (!isDerivation(set)) {
      this.#element("attrs", {}, () => this.#members(set));
      return;
    }
    const attributes: Record<string, string> = {};
    for (const name of ["drvPath", "outPath"]) {
      const value = this.#evaluate(set.get(name));
      if (typeof value === "string" || value instanceof ContextString) attributes[name] = textOf(value);
    }
    const drvPath = attributes.drvPath ?? "";
    this.#element("derivation", attributes, () => {
      if (drvPath === "" || this.#derivationsSeen.has(drvPath)) this.#empty("repeated");
      else {
        this.#derivationsSeen.add(drvPath);
        this.#members(set);
      }
    });
  }

  #members(set: Attrs): void {
    set.names().forEach((name, index) => {
      const attributes = { name, ...this.#location(set.shape.positionAt(index)) };
      this.#element("attr", attributes, () => {
        this.#value(this.#options.strict ? set.forceAt(index) : set.peekAt(index));
      });
    });
  }

  #location(position: number): Readonly<Record<string, string>> {
    if (!this.#options.location) return {};
    const at = this.#machine.describePosition(position);
    return at === undefined ? {} : { path: at.file, line: String(at.line), column: String(at.column) };
  }

  #function({ template }: Closure): void {
    this.#element("function", this.#location(template.position), () => {
      const { argumentName, formals } = template;
      if (formals === undefined) {
        this.#empty("varpat", { name: argumentName ?? "" });
        return;
      }
      const attributes: Record<string, string> = {};
      if (argumentName !== undefined) attributes.name = argumentName;
      if (template.hasEllipsis) attributes.ellipsis = "1";
      this.#element("attrspat", attributes, () => {
        for (const formal of formals) this.#empty("attr", { name: formal.name });
      });
    });
  }
}
