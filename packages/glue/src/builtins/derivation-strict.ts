import {
  type Attrs,
  type BuiltinContext,
  type BuiltinDefinition,
  type Context,
  ContextElement,
  contextOf,
  gatherElements,
  type Lazy,
  makeAttrs,
  makeString,
  type NixString,
  textOf,
  type Value,
} from "@tvix-mesh/eval";
import {
  type Derivation,
  type DerivationOutput,
  FormatError,
  formatDigest,
  isHashAlgorithm,
  parseOutputHash,
  upstreamPlaceholder,
} from "@tvix-mesh/nix-compat";
import type { EvaluationState } from "../evaluation/evaluation-state.ts";
import type { KnownDerivation, KnownDerivations } from "../known-derivations.ts";

/** What the attributes of a derivation come to, before its paths are known. */
interface Collected {
  readonly env: Map<string, string>;
  readonly args: string[];
  readonly structured: Map<string, Lazy> | undefined;
  /** Equal elements may be there more than once. */
  readonly context: ContextElement[];
  outputs: readonly string[];
  contentAddressed: boolean;
  impure: boolean;
}

/** Prefixes of `hashAlgo` by the values of `outputHashMode`. */
const hashModes: ReadonlyMap<string, string> = new Map([
  ["flat", ""],
  ["recursive", "r:"],
  ["nar", "r:"],
]);
/** Values of it that belong to an experimental feature. */
const experimentalHashModes: ReadonlyMap<string, string> = new Map([
  ["text", "dynamic-derivations"],
  ["git", "git-hashing"],
]);

const coercion = { copyToStore: true, coerceMore: true } as const;

/** The attributes that Nix itself reads, whether or not they also reach the builder. */
class DerivationReader {
  readonly #context: BuiltinContext;
  readonly #attrs: Attrs;
  readonly #experimentalFeatures: ReadonlySet<string>;
  readonly name: string;
  readonly collected: Collected;
  readonly #seenContexts = new Set<Context>();

  constructor(context: BuiltinContext, attrs: Attrs, experimentalFeatures: ReadonlySet<string>) {
    this.#context = context;
    this.#attrs = attrs;
    this.#experimentalFeatures = experimentalFeatures;
    const name = attrs.get("name");
    if (name === undefined) context.fail("missing-attribute", "required attribute 'name' missing");
    this.name = context.forcePlainString(name, "evaluating the `name` attribute passed to builtins.derivationStrict");
    if (this.name.endsWith(".drv"))
      context.fail("derivation", `derivation names are not allowed to end in '.drv' ('${this.name}')`);
    this.collected = {
      env: new Map(),
      args: [],
      structured: this.#flag("__structuredAttrs") ? new Map() : undefined,
      context: [],
      outputs: ["out"],
      contentAddressed: false,
      impure: false,
    };
  }

  #flag(name: string): boolean {
    const value = this.#attrs.get(name);
    return (
      value !== undefined && this.#context.forceBoolean(value, `evaluating the attribute '${name}' of a derivation`)
    );
  }

  /** Reads every attribute, in the order of their names as Nix does. */
  read(): Collected {
    const ignoreNulls = this.#flag("__ignoreNulls");
    this.#attrs.forEach((name, value, position) => {
      if (name === "__ignoreNulls" || (name === "__structuredAttrs" && this.collected.structured)) return;
      this.#context.withFrame(
        `while evaluating the attribute '${name}' of the derivation '${this.name}'`,
        position,
        () => {
          if (ignoreNulls && this.#context.force(value) === null) return;
          this.#readAttribute(name, value);
        },
      );
    });
    if (this.collected.structured) this.#writeStructured(this.collected.structured);
    return this.collected;
  }

  #readAttribute(name: string, value: Lazy): void {
    if (name === "__contentAddressed") {
      this.collected.contentAddressed = this.#experimentalFlag(value, "ca-derivations");
    } else if (name === "__impure") {
      this.collected.impure = this.#experimentalFlag(value, "impure-derivations");
    } else if (name === "args") {
      for (const argument of this.#context.forceList(value)) this.collected.args.push(this.#coerce(argument));
    } else if (this.collected.structured) {
      this.#readStructured(name, value, this.collected.structured);
    } else {
      const text = this.#coerce(value);
      this.collected.env.set(name, text);
      if (name === "outputs") this.#setOutputs(text.split(/[ \t\n\r]+/).filter((output) => output !== ""));
      else if (name === "outputHashMode") this.#checkHashMode(text);
    }
  }

  #experimentalFlag(value: Lazy, feature: string): boolean {
    const isSet = this.#context.forceBoolean(value);
    if (isSet && !this.#experimentalFeatures.has(feature))
      this.#context.fail("experimental-feature", `experimental feature '${feature}' is disabled`);
    return isSet;
  }

  #readStructured(name: string, value: Lazy, structured: Map<string, Lazy>): void {
    structured.set(name, value);
    if (name === "outputs")
      this.#setOutputs(this.#context.forceList(value).map((output) => this.#context.forcePlainString(output)));
    else if (name === "builder") this.collected.env.set(name, textOf(this.#keep(this.#context.forceString(value))));
    else if (name === "system" || /^outputHash(Algo|Mode)?$/.test(name)) {
      const text = this.#context.forcePlainString(value);
      this.collected.env.set(name, text);
      if (name === "outputHashMode") this.#checkHashMode(text);
    }
  }

  /** Whether or not anything is hashed. */
  #checkHashMode(mode: string): void {
    if (hashModes.has(mode)) return;
    const feature = experimentalHashModes.get(mode);
    if (feature === undefined)
      this.#context.fail("derivation", `invalid value '${mode}' for 'outputHashMode' attribute`);
    if (!this.#experimentalFeatures.has(feature))
      this.#context.fail("experimental-feature", `experimental feature '${feature}' is disabled`);
    this.#context.fail("derivation", `the value '${mode}' of 'outputHashMode' is not supported`);
  }

  /** With structured attributes, the environment holds them all as JSON and nothing else. */
  #writeStructured(structured: ReadonlyMap<string, Lazy>): void {
    this.collected.env.set("__json", textOf(this.#keep(this.#context.toJson(makeAttrs(structured)))));
  }

  #coerce(value: Lazy): string {
    return textOf(this.#keep(this.#context.coerceToString(value, coercion)));
  }

  #keep(text: NixString): NixString {
    gatherElements(contextOf(text), this.#seenContexts, this.collected.context);
    return text;
  }

  #setOutputs(outputs: readonly string[]): void {
    if (outputs.length === 0) this.#context.fail("derivation", "derivation cannot have an empty set of outputs");
    for (const [index, output] of outputs.entries()) {
      if (outputs.indexOf(output) !== index)
        this.#context.fail("derivation", `duplicate derivation output '${output}'`);
      // Either would hide the derivation's own path.
      if (output === "drv" || output === "drvPath")
        this.#context.fail("derivation", `invalid derivation output name '${output}'`);
    }
    this.collected.outputs = outputs;
  }
}

/** Which derivations and paths the strings of a derivation refer to. */
function collectInputs(elements: Iterable<ContextElement>, known: KnownDerivations) {
  const inputDrvs = new Map<string, Set<string>>();
  const inputSrcs = new Set<string>();
  const addOutput = (path: string, output: string) => {
    const outputs = inputDrvs.get(path);
    if (outputs) outputs.add(output);
    else inputDrvs.set(path, new Set([output]));
  };
  for (const element of elements) {
    if (element.kind === "path") inputSrcs.add(element.path);
    else if (element.kind === "output") addOutput(element.path, element.output);
    else
      for (const { derivation, path } of known.closure([element.path])) {
        inputSrcs.add(path.absolute());
        for (const source of derivation.inputSrcs) inputSrcs.add(source);
        for (const output of derivation.outputs.keys()) addOutput(path.absolute(), output);
      }
  }
  return {
    inputDrvs: new Map([...inputDrvs].map(([path, outputs]) => [path, [...outputs].sort()] as const)),
    inputSrcs: [...inputSrcs].sort(),
  };
}

function outputsOf(context: BuiltinContext, collected: Collected): Map<string, DerivationOutput> {
  const { env, outputs, contentAddressed, impure } = collected;
  const hash = env.get("outputHash");
  const namedAlgorithm = env.get("outputHashAlgo") ?? "";
  // One that nobody knows counts as none.
  const algorithm = isHashAlgorithm(namedAlgorithm) ? namedAlgorithm : undefined;
  if (hash !== undefined) {
    if (outputs.length !== 1 || outputs[0] !== "out")
      context.fail("derivation", "multiple outputs are not supported in fixed-output derivations");
    const parsed = parseOutputHash(hash, algorithm);
    const prefix = hashModes.get(env.get("outputHashMode") ?? "flat") ?? "";
    const output = { path: "", hashAlgo: `${prefix}${parsed.algorithm}`, hash: formatDigest(parsed, "base16") };
    return new Map([["out", output]]);
  }
  if (contentAddressed && impure) context.fail("derivation", "derivation cannot be both content-addressed and impure");
  const isByContents = contentAddressed || impure;
  const prefix = hashModes.get(env.get("outputHashMode") ?? "recursive") ?? "";
  const hashAlgo = isByContents ? `${prefix}${algorithm ?? "sha256"}` : "";
  return new Map(outputs.map((name) => [name, { path: "", hashAlgo, hash: impure ? "impure" : "" }]));
}

function resultOf({ derivation, path }: KnownDerivation): Value {
  const drvPath = path.absolute();
  const outputs = [...derivation.outputs].map(([name, output]) => {
    const text = output.path === "" ? upstreamPlaceholder(path, name) : output.path;
    return [name, makeString(text, new ContextElement("output", drvPath, name))] as const;
  });
  return makeAttrs([["drvPath", makeString(drvPath, new ContextElement("derivation", drvPath))], ...outputs]);
}

function required(context: BuiltinContext, env: ReadonlyMap<string, string>, name: string): string {
  return env.get(name) || context.fail("missing-attribute", `required attribute '${name}' missing`);
}

/** `derivationStrict`: turns attributes into a derivation with its paths, which the evaluation then knows. */
export function createDerivationStrict(
  state: EvaluationState,
  experimentalFeatures: ReadonlySet<string>,
): BuiltinDefinition {
  return {
    name: "derivationStrict",
    arity: 1,
    run(context, argument) {
      const attrs = context.forceAttrs(argument, "evaluating the argument passed to builtins.derivationStrict");
      const reader = new DerivationReader(context, attrs, experimentalFeatures);
      const position = attrs.positionOf("name");
      return context.withFrame(`while evaluating the derivation '${reader.name}'`, position, () => {
        const collected = reader.read();
        const { env, args, structured } = collected;
        const builder = required(context, env, "builder");
        const system = required(context, env, "system");
        const outputs = outputsOf(context, collected);
        const builderEnv = structured ? new Map([["__json", env.get("__json") ?? "{}"]]) : env;
        const known = state.derivations;
        const inputs = collectInputs(collected.context, known);
        const derivation: Derivation = { outputs, ...inputs, system, builder, args, env: builderEnv };
        try {
          return resultOf(known.instantiate(derivation, reader.name));
        } catch (error) {
          if (!(error instanceof FormatError)) throw error;
          return context.fail("derivation", error.message);
        }
      });
    },
  };
}
