/**
 * Built-ins that need a store, a builder or a network, which somebody outside the package brings; named here so that
 * their absence is an error that says so. Under the names are their counts of arguments.
 */
export const storeBuiltinArities: ReadonlyMap<string, number> = new Map([
  ["derivationStrict", 1],
  ["path", 1],
  ["filterSource", 2],
  ["toFile", 2],
  ["storePath", 1],
  ["placeholder", 1],
  ["outputOf", 2],
  ["fetchurl", 1],
  ["fetchTarball", 1],
  ["fetchGit", 1],
  ["fetchMercurial", 1],
  ["fetchTree", 1],
  ["fetchClosure", 1],
  ["getFlake", 1],
  ["exec", 1],
  ["importNative", 2],
]);

/** Built-ins that are there only when one of some experimental features is on. */
export const featuresOfBuiltin: ReadonlyMap<string, readonly string[]> = new Map([
  ["fetchTree", ["fetch-tree", "flakes"]],
  ["outputOf", ["dynamic-derivations"]],
  ["fetchClosure", ["fetch-closure"]],
  ["getFlake", ["flakes"]],
  ["parseFlakeRef", ["flakes"]],
  ["flakeRefToString", ["flakes"]],
  ["exec", ["allow-unsafe-native-code-during-evaluation"]],
  ["importNative", ["allow-unsafe-native-code-during-evaluation"]],
]);

/** Built-ins whose global has no underscores before its name. */
export const plainGlobals: ReadonlySet<string> = new Set([
  "abort",
  "baseNameOf",
  "break",
  "derivation",
  "derivationStrict",
  "dirOf",
  "fetchGit",
  "fetchMercurial",
  "fetchTarball",
  "fetchTree",
  "fromTOML",
  "import",
  "isNull",
  "map",
  "placeholder",
  "removeAttrs",
  "scopedImport",
  "throw",
  "toString",
]);
