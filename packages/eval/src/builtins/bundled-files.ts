/** Where the files that come with the evaluator seem to lie. */
export const bundledPrefix = "/__corepkgs__/";

const fetchurlFile = `
# A fixed-output derivation that the builder itself downloads: <nix/fetchurl.nix>.
{
  system ? "",
  url,
  hash ? "",
  md5 ? "",
  sha1 ? "",
  sha256 ? "",
  sha512 ? "",
  outputHash ?
    if hash != "" then hash
    else if sha512 != "" then sha512
    else if sha1 != "" then sha1
    else if md5 != "" then md5
    else sha256,
  outputHashAlgo ?
    if hash != "" then ""
    else if sha512 != "" then "sha512"
    else if sha1 != "" then "sha1"
    else if md5 != "" then "md5"
    else "sha256",
  executable ? false,
  unpack ? false,
  name ? baseNameOf (toString url),
  impure ? false,
}:

derivation (
  {
    builder = "builtin:fetchurl";
    outputHashMode = if unpack || executable then "recursive" else "flat";
    inherit name url executable unpack;
    # The argument of that name is taken for the sake of old callers, and has no effect.
    system = "builtin";
    preferLocalBuild = true;
    impureEnvVars = [ "http_proxy" "https_proxy" "ftp_proxy" "all_proxy" "no_proxy" ];
    urls = [ url ];
  }
  // (if impure then { __impure = true; } else { inherit outputHashAlgo outputHash; })
)
`;

/** What `derivation` is: derivationStrict's answer, put off, as one attribute set for each output. */
export const derivationSource = `
attrs@{ outputs ? [ "out" ], ... }:
let
  strict = derivationStrict attrs;
  common =
    attrs
    // builtins.listToAttrs sets
    // {
      all = map (set: set.value) sets;
      drvAttrs = attrs;
    };
  setOf = output: {
    name = output;
    value = common // {
      outPath = builtins.getAttr output strict;
      drvPath = strict.drvPath;
      type = "derivation";
      outputName = output;
    };
  };
  sets = map setOf outputs;
in
(builtins.head sets).value
`;

/** The files behind `<nix/…>`, by path. */
export const bundledFiles: ReadonlyMap<string, string> = new Map([[`${bundledPrefix}fetchurl.nix`, fetchurlFile]]);
