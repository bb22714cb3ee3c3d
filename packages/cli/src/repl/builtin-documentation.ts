/** Whether the evaluator has a built-in. */
export type BuiltinStatus =
  | { readonly kind: "done" }
  /** Only with an experimental feature of Nix's name on. */
  | { readonly kind: "feature"; readonly feature: string }
  /** `reason` is a part of a sentence. */
  | { readonly kind: "missing"; readonly reason: string };

export interface BuiltinDocumentation {
  readonly name: string;
  /** Empty for a constant. */
  readonly parameters: readonly string[];
  /** Whether it is a variable without `builtins.` or underscores before it. */
  readonly isGlobal: boolean;
  /** A sentence. */
  readonly summary: string;
  readonly status: BuiltinStatus;
}

/** Those that are variables under their plain names. */
const plainGlobals: ReadonlySet<string> = new Set(
  [
    "abort baseNameOf break builtins derivation derivationStrict dirOf false fetchGit fetchMercurial fetchTarball",
    "fetchTree fromTOML import isNull map null placeholder removeAttrs scopedImport throw toString true",
  ].flatMap((line) => line.split(" ")),
);

const nativeCodeReason = "it runs arbitrary code in the evaluator, whose requests must not be able to";

const statuses: ReadonlyMap<string, BuiltinStatus> = new Map(
  Object.entries({
    exec: { kind: "missing", reason: nativeCodeReason },
    fetchClosure: {
      kind: "missing",
      reason: "contents come from the store that the evaluator works with, not from caches",
    },
    fetchMercurial: {
      kind: "missing",
      reason: "Mercurial is hardly used any more; fetchGit and fetchTarball are there",
    },
    fetchTree: { kind: "feature", feature: "fetch-tree" },
    flakeRefToString: { kind: "feature", feature: "flakes" },
    getFlake: {
      kind: "missing",
      reason: "flakes are no part of this evaluator; pin sources with fetchTarball or fetchGit",
    },
    importNative: { kind: "missing", reason: nativeCodeReason },
    outputOf: { kind: "feature", feature: "dynamic-derivations" },
    parseFlakeRef: { kind: "feature", feature: "flakes" },
  } satisfies Record<string, BuiltinStatus>),
);

/** Names with their parameters, and what each is, in the order of their names. */
const texts: readonly (readonly [signature: string, summary: string])[] = [
  ["abort message", "Ends the evaluation with a message; tryEval can't catch it."],
  ["add left right", "The sum of two numbers, as left + right."],
  [
    "addDrvOutputDependencies path",
    "The path of a derivation with a context that stands for all that its build needs.",
  ],
  ["addErrorContext message value", "The value; an error in it gets the message as one more line of its trace."],
  ["all predicate list", "Whether the predicate holds for every element."],
  ["any predicate list", "Whether the predicate holds for at least one element."],
  ["appendContext string context", "The string with more references to the store, given as getContext shows them."],
  ["attrNames set", "The names of a set's attributes, sorted by bytes."],
  ["attrValues set", "The values of a set's attributes, in the order of their names."],
  ["baseNameOf path", "What follows the last slash of a path or string."],
  ["bitAnd left right", "The bits that both integers have."],
  ["bitOr left right", "The bits that at least one of two integers has."],
  ["bitXor left right", "The bits in which two integers differ."],
  ["break value", "The value itself; Nix's debugger stops here."],
  ["builtins", "The set of all built-ins, itself included."],
  ["catAttrs name list", "The values of one attribute of all sets in a list that have it."],
  ["ceil number", "The least integer that isn't below a number."],
  ["compareVersions left right", "-1, 0 or 1, as the first version is older than, equal to or newer than the second."],
  ["concatLists lists", "The elements of all lists of a list, in one list."],
  ["concatMap function list", "The lists that a function makes of each element, joined."],
  ["concatStringsSep separator list", "All strings of a list, with a separator between them."],
  ["convertHash args", "A hash in another notation: base16, nix32, base64 or sri."],
  ["currentSystem", "The platform that evaluates, such as x86_64-linux."],
  ["currentTime", "The seconds since 1970, at the start of the evaluation."],
  ["deepSeq first second", "The second value, after the first has been evaluated with everything in it."],
  ["derivation attributes", "A derivation: a package's recipe with a store path for each of its outputs."],
  ["derivationStrict attributes", "What derivation is made of: writes the recipe and answers its paths."],
  ["dirOf path", "What precedes the last slash of a path or string."],
  ["div dividend divisor", "A quotient; that of integers is cut towards zero."],
  ["elem value list", "Whether a list has an element that is equal to the value."],
  ["elemAt list index", "The element at an index, from 0."],
  ["exec command", "The value of the expression that a program prints."],
  ["false", "The truth value false."],
  ["fetchClosure args", "A store path that is copied from a binary cache with all it refers to."],
  ["fetchGit args", "The files of a commit of a Git repository, in the store."],
  ["fetchMercurial args", "The files of a commit of a Mercurial repository, in the store."],
  ["fetchTarball args", "The unpacked contents of an archive that is downloaded, in the store."],
  [
    "fetchTree input",
    "A tree of files of type git, tarball, file or path, in the store; the types github, gitlab, sourcehut, hg and " +
      "indirect are not fetched and fail with an error that names them.",
  ],
  ["fetchurl args", "A file that is downloaded, in the store."],
  ["filter predicate list", "The elements for which the predicate holds."],
  ["filterSource predicate path", "A copy in the store of those files of a tree for which the predicate holds."],
  ["findFile searchPath name", "The path that a search path has for a name, as <name> finds it."],
  ["flakeRefToString attributes", "The URL of a reference to a flake."],
  ["floor number", "The greatest integer that isn't above a number."],
  ["foldl' operator initial list", "Combines a value with each element in turn, without delay."],
  ["fromJSON string", "The value that a JSON text stands for."],
  ["fromTOML string", "The value that a TOML text stands for."],
  ["functionArgs function", "The arguments that a function names, each with whether it has a default."],
  ["genList generator length", "A list of what a function makes of 0, 1 and so on."],
  ["genericClosure args", "All that an operator leads to from a set of first items, each key once."],
  ["getAttr name set", "The value of an attribute, which must be there."],
  ["getContext string", "What of the store a string refers to."],
  ["getEnv name", "An environment variable of the evaluator, or an empty string."],
  ["getFlake reference", "The outputs of a flake."],
  ["groupBy function list", "The elements in lists, by the name that a function gives each."],
  ["hasAttr name set", "Whether a set has an attribute."],
  ["hasContext string", "Whether a string refers to the store."],
  ["hashFile algorithm path", "The hash of a file's contents, in base 16."],
  ["hashString algorithm string", "The hash of a string, in base 16."],
  ["head list", "The first element of a list."],
  [
    "import path",
    "The value of the expression in a file, or in default.nix of a directory; of a .drv file in the store, its derivation.",
  ],
  ["importNative path symbol", "The value that a shared library makes."],
  ["intersectAttrs left right", "The attributes of the second set whose names the first has, too."],
  ["isAttrs value", "Whether a value is a set."],
  ["isBool value", "Whether a value is true or false."],
  ["isFloat value", "Whether a value is a floating-point number."],
  ["isFunction value", "Whether a value is a function, built-in ones included."],
  ["isInt value", "Whether a value is an integer."],
  ["isList value", "Whether a value is a list."],
  ["isNull value", "Whether a value is null."],
  ["isPath value", "Whether a value is a path."],
  ["isString value", "Whether a value is a string."],
  ["langVersion", "The version of the language, an integer."],
  ["length list", "The number of a list's elements."],
  ["lessThan left right", "Whether one number, string, path or list comes before another, as left < right."],
  [
    "listToAttrs list",
    "A set of the attributes whose names and values the sets of a list give; the first of a name counts.",
  ],
  ["map function list", "What a function makes of each element."],
  ["mapAttrs function set", "A set with what a function makes of each attribute's name and value."],
  [
    "match pattern string",
    "The groups of a regular expression that matches the whole string; null if it doesn't match.",
  ],
  ["mul left right", "The product of two numbers, as left * right."],
  ["nixPath", "The search path that <name> uses, as a list."],
  ["nixVersion", "The version of Nix whose language this is."],
  ["null", "The value that stands for none."],
  ["outputOf derivation output", "The path of an output of a derivation that another derivation makes."],
  ["parseDrvName string", "A package's name and version, taken apart at the first dash that no letter follows."],
  ["parseFlakeRef reference", "The attributes of a reference to a flake, such as its type, owner and ref."],
  ["partition predicate list", "The elements for which the predicate holds, and the others."],
  ["path args", "A copy in the store of a path, with a name, filter and hash of one's choice."],
  ["pathExists path", "Whether there is a file or directory at a path."],
  ["placeholder output", "A text that a build replaces by the path of its output."],
  ["readDir path", "The names in a directory, each with its type."],
  ["readFile path", "The contents of a file, which refer to what they name if the file is in the store."],
  ["readFileType path", "The type of a file: regular, directory, symlink or unknown."],
  ["removeAttrs set names", "A set without the attributes of some names."],
  ["replaceStrings from to string", "A string with each occurrence of some texts replaced by others."],
  ["scopedImport scope path", "The value of a file in which the attributes of a set are variables."],
  ["seq first second", "The second value, after the first has been evaluated."],
  ["sort comparator list", "The elements in the order that a comparator says; equal ones keep theirs."],
  ["split pattern string", "What is between the matches of a regular expression, and the groups of each match."],
  ["splitVersion version", "The components of a version."],
  ["storeDir", "The directory of the store, /nix/store."],
  ["storePath path", "A path in the store, as one that what uses it depends on."],
  ["stringLength string", "The number of a string's bytes."],
  ["sub left right", "The difference of two numbers, as left - right."],
  ["substring start length string", "Some bytes of a string; a negative length takes all that follow."],
  ["tail list", "A list without its first element."],
  ["throw message", "Ends the evaluation with a message, unless tryEval catches it."],
  ["toFile name contents", "A file in the store with these contents."],
  ["toJSON value", "A value as JSON."],
  ["toPath string", "A string as an absolute path, for old expressions."],
  ["toString value", "A value as a string, also numbers, lists and sets with __toString or outPath."],
  ["toXML value", "A value as XML."],
  ["trace message value", "The value; the message is printed when it is evaluated."],
  ["traceVerbose message value", "The value; the message is printed if the evaluator is asked to be verbose."],
  ["true", "The truth value true."],
  ["tryEval value", "Whether a value can be evaluated, and the value; catches throw, assert and a missing <name>."],
  ["typeOf value", "The name of a value's type, such as int or set."],
  [
    "unsafeDiscardOutputDependency string",
    "A string that refers to derivations alone, and no more to what they build.",
  ],
  ["unsafeDiscardStringContext string", "A string that no longer refers to the store."],
  ["unsafeGetAttrPos name set", "The file, line and column where an attribute is defined; null if they aren't known."],
  ["warn message value", "The value; the message is printed as a warning when it is evaluated."],
  ["zipAttrsWith function sets", "A set in which a function combines the values that several sets have under a name."],
];

/** All built-ins of current Nix that programs are meant to use, in the order of their names. */
export const builtinDocumentation: readonly BuiltinDocumentation[] = texts.map(([signature, summary]) => {
  const [name = "", ...parameters] = signature.split(" ");
  return {
    name,
    parameters,
    isGlobal: plainGlobals.has(name),
    summary,
    status: statuses.get(name) ?? { kind: "done" },
  };
});
