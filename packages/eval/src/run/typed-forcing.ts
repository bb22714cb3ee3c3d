import { Attrs } from "../values/attrs.ts";
import { contextElements } from "../values/context.ts";
import { Builtin, Closure, PartialBuiltin } from "../values/functions.ts";
import { NixError } from "../values/nix-error.ts";
import { showType } from "../values/show-type.ts";
import { Thunk } from "../values/thunk.ts";
import {
  ContextString,
  isList,
  type Lazy,
  NixFloat,
  type NixInteger,
  type NixList,
  type NixString,
  type Value,
} from "../values/value.ts";

/** Forces values of the types that are asked for. `during` says what for, in the trace of the error otherwise. */
export class TypedForcing {
  force(value: Lazy): Value {
    return value instanceof Thunk ? value.force() : value;
  }

  /** Throws the error for a value of the wrong type. */
  wrongType(value: Value, expected: string, during: string | undefined, position = 0): never {
    const error = new NixError("type", `value is ${showType(value)} while ${expected} was expected`, position);
    if (during !== undefined) error.addFrame(`while ${during}`, position);
    throw error;
  }

  forceBoolean(value: Lazy, during?: string): boolean {
    const forced = this.force(value);
    return typeof forced === "boolean" ? forced : this.wrongType(forced, "a Boolean", during);
  }

  forceInteger(value: Lazy, during?: string): NixInteger {
    const forced = this.force(value);
    return typeof forced === "number" || typeof forced === "bigint"
      ? forced
      : this.wrongType(forced, "an integer", during);
  }

  forceSmallInteger(value: Lazy, during?: string): number {
    return Number(this.forceInteger(value, during));
  }

  forceNumber(value: Lazy, during?: string): NixInteger | NixFloat {
    const forced = this.force(value);
    if (typeof forced === "number" || typeof forced === "bigint" || forced instanceof NixFloat) return forced;
    return this.wrongType(forced, "an integer", during);
  }

  forceString(value: Lazy, during?: string): NixString {
    const forced = this.force(value);
    if (typeof forced === "string" || forced instanceof ContextString) return forced;
    return this.wrongType(forced, "a string", during);
  }

  forcePlainString(value: Lazy, during?: string): string {
    const forced = this.forceString(value, during);
    if (typeof forced === "string") return forced;
    const [element] = contextElements(forced.context);
    const error = new NixError(
      "unexpected-context",
      `the string '${forced.text}' is not allowed to refer to a store path (such as '${element?.key}')`,
    );
    if (during !== undefined) error.addFrame(`while ${during}`, 0);
    throw error;
  }

  forceList(value: Lazy, during?: string): NixList {
    const forced = this.force(value);
    return isList(forced) ? forced : this.wrongType(forced, "a list", during);
  }

  forceAttrs(value: Lazy, during?: string): Attrs {
    const forced = this.force(value);
    return forced instanceof Attrs ? forced : this.wrongType(forced, "a set", during);
  }

  forceFunction(value: Lazy, during?: string): Value {
    const forced = this.force(value);
    if (forced instanceof Closure || forced instanceof Builtin || forced instanceof PartialBuiltin) return forced;
    if (forced instanceof Attrs && forced.has("__functor")) return forced;
    return this.wrongType(forced, "a function", during);
  }
}
