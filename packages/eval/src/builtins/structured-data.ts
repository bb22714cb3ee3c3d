import type { JsonBuilder } from "../json/json-builder.ts";
import { JsonParseError } from "../json/json-parse-error.ts";
import { parseNixJson } from "../json/parse-nix-json.ts";
import { valueToJson } from "../printers/value-to-json.ts";
import { valueToXml } from "../printers/value-to-xml.ts";
import { within64Bits } from "../run/arithmetic.ts";
import type { Machine } from "../run/machine.ts";
import { parseToml } from "../toml/parse-toml.ts";
import { TomlError } from "../toml/toml-error.ts";
import { TomlTimestamp, type TomlValue } from "../toml/toml-value.ts";
import { makeAttrs } from "../values/attrs.ts";
import { encodeByteString } from "../values/byte-string.ts";
import { NixError } from "../values/nix-error.ts";
import { NixFloat, normalizeInteger, type Value } from "../values/value.ts";
import { type CoreBuiltin, define } from "./define.ts";

function jsonBuilder({ settings }: Machine): JsonBuilder<Value> {
  return {
    null: () => null,
    boolean: (value) => value,
    integer: (value) =>
      typeof value === "bigint" ? within64Bits(value, settings, () => `the JSON number ${value}`) : value,
    float: (value) => new NixFloat(value),
    string: (bytes) => bytes,
    list: (elements) => elements,
    attributes: (entries) => makeAttrs(entries),
  };
}

export const structuredDataBuiltins: readonly CoreBuiltin[] = [
  define("toJSON", (machine, value) => valueToJson(machine, value)),
  define("fromJSON", (machine, text) => {
    const json = machine.forcePlainString(text, "evaluating the first argument passed to builtins.fromJSON");
    try {
      return parseNixJson(json, jsonBuilder(machine));
    } catch (error) {
      if (error instanceof JsonParseError) throw new NixError("json", encodeByteString(error.message));
      throw error;
    }
  }),
  define("toXML", (machine, value) => valueToXml(machine, value, { strict: true, location: false })),
  define("fromTOML", (machine, text) => {
    const toml = machine.forcePlainString(text, "evaluating the argument passed to builtins.fromTOML");
    return readToml(machine, toml);
  }),
];

function readToml(machine: Machine, toml: string): Value {
  try {
    return tomlValue(machine, parseToml(toml));
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw new NixError("toml", `while parsing TOML: ${error.message}`);
  }
}

function tomlValue(machine: Machine, value: TomlValue): Value {
  switch (typeof value) {
    case "boolean":
      return value;
    case "bigint":
      return normalizeInteger(value);
    case "number":
      return new NixFloat(value);
    case "string":
      return tomlString(value);
  }
  if (value instanceof TomlTimestamp) return tomlTimestamp(machine, value);
  if (Array.isArray(value)) return value.map((element) => tomlValue(machine, element));
  return makeAttrs([...value].map(([key, member]) => [tomlString(key), tomlValue(machine, member)] as const));
}

function tomlString(text: string): string {
  if (text.includes("\0")) {
    const shown = text.replaceAll("\0", encodeByteString("␀"));
    const message = `input string '${shown}' cannot be represented as Nix string because it contains null bytes`;
    throw new NixError("toml", message);
  }
  return text;
}

function tomlTimestamp(machine: Machine, { text }: TomlTimestamp): Value {
  if (!machine.settings.experimentalFeatures.has("parse-toml-timestamps")) {
    throw new NixError("toml", "while parsing TOML: Dates and times are not supported");
  }
  return makeAttrs([
    ["_type", "timestamp"],
    ["value", text],
  ]);
}
