import type { Attrs } from "./attrs.ts";
import type { Context } from "./context.ts";
import type { Builtin, Closure, PartialBuiltin } from "./functions.ts";
import type { Thunk } from "./thunk.ts";

/** A floating-point number; bare JS numbers are integers. */
export class NixFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** An absolute, canonical path, as a byte string. */
export class NixPath {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }
}

/** A string that refers to the store. A string without context is a bare JS string. */
export class ContextString {
  readonly text: string;
  readonly context: Context;

  constructor(text: string, context: Context) {
    this.text = text;
    this.context = context;
  }
}

/** Byte string (one UTF-16 unit a byte), with or without context. */
export type NixString = string | ContextString;

/** An integer of 64 bits: a JS number while it is safe (|n| < 2^53), else a bigint. Make them with `normalizeInteger`. */
export type NixInteger = number | bigint;

export type NixList = readonly Lazy[];

export type NixFunction = Closure | Builtin | PartialBuiltin;

/** A value in weak head normal form. */
export type Value = null | boolean | NixInteger | NixFloat | NixString | NixPath | NixList | Attrs | NixFunction;

/** A value, or the promise of one. */
export type Lazy = Value | Thunk;

export function makeString(text: string, context: Context | undefined): NixString {
  return context === undefined ? text : new ContextString(text, context);
}

export function textOf(value: NixString): string {
  return typeof value === "string" ? value : value.text;
}

export function contextOf(value: NixString): Context | undefined {
  return typeof value === "string" ? undefined : value.context;
}

/** The one representation of an integer that lies within 64 bits. */
export function normalizeInteger(value: bigint): NixInteger {
  return value >= -9007199254740991n && value <= 9007199254740991n ? Number(value) : value;
}

export function isList(value: Value): value is NixList {
  return Array.isArray(value);
}
