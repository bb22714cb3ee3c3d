import {
  Attrs,
  type BuiltinContext,
  type BuiltinDefinition,
  decodeByteString,
  type Lazy,
  type Value,
} from "@tvix-mesh/eval";
import { parseOutputHash, StorePath } from "@tvix-mesh/nix-compat";
import type { FetchSource } from "./fetch-source.ts";
import { reportingFormatErrors, storePathString } from "./store-builtins.ts";

/** Short for where channels are published. */
export function resolveChannel(uri: string): string {
  const channel = "channel:";
  return uri.startsWith(channel) ? `https://nixos.org/channels/${uri.slice(channel.length)}/nixexprs.tar.xz` : uri;
}

interface UrlArguments {
  readonly url: string;
  readonly name: string | undefined;
  readonly sha256: Uint8Array | undefined;
}

function parseSha256(context: BuiltinContext, text: string): Uint8Array {
  if (text === "")
    context.observe({
      kind: "warning",
      message: "found empty hash, assuming 'sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='",
    });
  return reportingFormatErrors(context, () => parseOutputHash(text, "sha256").digest);
}

function readAttrs(context: BuiltinContext, who: string, attrs: Attrs): UrlArguments {
  let url: string | undefined;
  let name: string | undefined;
  let sha256: Uint8Array | undefined;
  attrs.forEach((attribute, value, position) => {
    const text = () =>
      context.forcePlainString(value, `evaluating the attribute '${attribute}' passed to builtins.${who}`);
    if (attribute === "url") url = text();
    else if (attribute === "name") name = text();
    else if (attribute === "sha256") sha256 = parseSha256(context, text());
    else context.fail("unexpected-argument", `unsupported argument '${attribute}' to '${who}'`, position);
  });
  if (url === undefined) return context.fail("missing-attribute", "'url' argument required");
  return { url, name, sha256 };
}

function readArguments(context: BuiltinContext, who: string, argument: Lazy): UrlArguments {
  const value = context.force(argument);
  if (value instanceof Attrs) return readAttrs(context, who, value);
  const url = context.forcePlainString(value, `evaluating the argument passed to builtins.${who}`);
  return { url, name: undefined, sha256: undefined };
}

function createUrlBuiltin(
  source: FetchSource,
  who: "fetchurl" | "fetchTarball",
  defaultName: (url: string) => string,
): BuiltinDefinition {
  return {
    name: who,
    arity: 1,
    run(context, argument): Value {
      const given = readArguments(context, who, argument);
      const url = resolveChannel(given.url);
      source.ask(context, (places) => places.requireUri(url));
      if (source.isPure && !given.sha256)
        context.fail("restricted", `in pure evaluation mode, '${who}' requires a 'sha256' argument`);
      const common = {
        url: decodeByteString(source.ask(context, (places) => places.localUrl(url))),
        name: given.name || defaultName(url),
        sha256: given.sha256,
      };
      const fetched = source.fetch(
        context,
        who === "fetchurl" ? { kind: "file", method: "flat", ...common } : { kind: "tarball", ...common },
      );
      return storePathString(StorePath.parseAbsolute(fetched.storePath));
    },
  };
}

/** `fetchurl` and `fetchTarball`: of a URL, or of a set with `url`, `sha256` and `name`. */
export function createUrlBuiltins(source: FetchSource): readonly BuiltinDefinition[] {
  return [
    createUrlBuiltin(source, "fetchurl", (url) => url.replace(/\/+$/, "").replace(/^.*\//, "")),
    createUrlBuiltin(source, "fetchTarball", () => "source"),
  ];
}
