/** What a code means to whoever meets it. */
export interface Explanation {
  readonly code: string;
  readonly title: string;
  readonly text: string;
  /** An expression that has just this to it. */
  readonly example?: string;
}

const errors: readonly Explanation[] = [
  {
    code: "E001",
    title: "The program threw an error",
    text: "The program called throw, with the message that is shown. builtins.tryEval can catch it.",
    example: 'throw "no such platform"',
  },
  {
    code: "E002",
    title: "The program gave up",
    text: "The program called abort, or builtins.warn while warnings abort (NIX_ABORT_ON_WARN). Nothing catches it.",
    example: 'abort "this cannot be"',
  },
  {
    code: "E003",
    title: "An assertion failed",
    text: "The condition of an assert is false. The message shows the condition. builtins.tryEval can catch it.",
    example: "assert 1 > 2; true",
  },
  {
    code: "E005",
    title: "A set lacks an attribute",
    text: "Something selects an attribute, with a dot or through a built-in, that the set doesn't have. `set.name or fallback` says what to take instead, `set ? name` asks whether it is there.",
    example: "{ color = 1; }.colour",
  },
  {
    code: "E006",
    title: "A value of another type is needed",
    text: "An operator or a built-in got a value that it can't work with. --show-trace tells which argument of what it was.",
    example: "1 + true",
  },
  {
    code: "E007",
    title: "Values can't be compared",
    text: "<, >, <=, >= and builtins.sort order numbers, strings, paths and lists of these, and only one type with itself.",
    example: '1 < "2"',
  },
  {
    code: "E008",
    title: "The search path has no such name",
    text: "What stands between < and > was found neither below -I nor below NIX_PATH. builtins.tryEval can catch it.",
    example: "<nowhere-to-be-found>",
  },
  {
    code: "E010",
    title: "A variable is not defined",
    text: "No let, rec, function argument or built-in around the place defines the name. This is found before anything is evaluated.",
    example: "let color = 1; in colour",
  },
  {
    code: "E011",
    title: "A variable is not defined by any with",
    text: "The name is not defined around the place, and none of the sets of the with expressions there has it. This is found only when the variable is needed.",
    example: "with { color = 1; }; colour",
  },
  {
    code: "E013",
    title: "Something is called that is no function",
    text: "Only functions, built-ins and sets with a __functor can be called. Elements of a list are divided by blanks, so [ f x ] is a list of two.",
    example: "1 2",
  },
  {
    code: "E014",
    title: "A value needs itself",
    text: "To compute a value, the value itself is needed. Often a rec set or an overlay uses the new value where it means the old one (super or prev).",
    example: "let x = x; in x",
  },
  {
    code: "E015",
    title: "The text is no expression",
    text: "The parser can't go on at the place that is shown; what is wrong may stand just before it. An attribute that is defined twice, and a string with a NUL byte, are told in this way too.",
    example: "{ a = 1 }",
  },
  {
    code: "E016",
    title: "An attribute is defined twice",
    text: "A name that is computed, as in { ${name} = 1; }, is that of another attribute of the same set.",
    example: '{ ${"a" + ""} = 1; a = 2; }',
  },
  {
    code: "E018",
    title: "A value is no string",
    text: 'Strings are made of strings, paths, and sets with __toString or outPath. toString also takes numbers, true, false, null and lists; in "${…}" these have to be given to it.',
    example: '"${1.5}" + "${{ }}"',
  },
  {
    code: "E019",
    title: "A list has no such element",
    text: "The index is negative or not below the list's length, or builtins.head or builtins.tail got an empty list.",
    example: "builtins.elemAt [ 1 2 ] 2",
  },
  {
    code: "E020",
    title: "A path is not absolute",
    text: "Where a built-in takes a string for a path, it must begin with a slash. A path literal such as ./file counts from its own file and needs no quotes.",
    example: 'builtins.readFile "file"',
  },
  {
    code: "E029",
    title: "A file can't be read",
    text: "There is no such file, or this machine refuses to read it. An evaluator elsewhere sees its own machine's files, or those that were uploaded.",
    example: "builtins.readFile /nowhere-to-be-found",
  },
  {
    code: "E030",
    title: "A text is no JSON",
    text: "builtins.fromJSON got a text that breaks the rules of JSON, or that has a NUL character, which strings can't hold.",
    example: 'builtins.fromJSON "{ a: 1 }"',
  },
  {
    code: "E031",
    title: "A function doesn't take an argument",
    text: "A function whose pattern has no … was called with a set that has more attributes, or a built-in with an attribute that it doesn't know.",
    example: "({ color }: color) { color = 1; size = 2; }",
  },
  {
    code: "E033",
    title: "Division by zero",
    text: "The right side of a division is 0 or 0.0.",
    example: "1 / 0",
  },
  {
    code: "E035",
    title: "A text is no TOML",
    text: "builtins.fromTOML got a text that breaks the rules of TOML, or that has what Nix has no value for: dates (but for the feature parse-toml-timestamps), numbers beyond 64 bits.",
    example: 'builtins.fromTOML "a = "',
  },
  {
    code: "E036",
    title: "A value can't become JSON",
    text: "Functions have no form in JSON, and strings must be UTF-8.",
    example: "builtins.toJSON (x: x)",
  },
  {
    code: "E037",
    title: "A string refers to the store where it must not",
    text: "The string has a context: it needs something in the store to be there. Where only plain text makes sense, such as in names, it is refused. builtins.unsafeDiscardStringContext takes the context away.",
    example: 'builtins.match "${builtins.toFile "a" "b"}" "x"',
  },
  {
    code: "E039",
    title: "A hash algorithm is unknown",
    text: "There are md5, sha1, sha256 and sha512.",
    example: 'builtins.hashString "sha3" "x"',
  },
  {
    code: "E100",
    title: "An argument is not acceptable",
    text: "The type is right, but not the value: a negative length, lists of different lengths where these must be equal, a name that the store doesn't allow. The message says what is wrong with it.",
    example: 'builtins.substring (0 - 1) 1 "x"',
  },
  {
    code: "E101",
    title: "An argument is missing",
    text: "A function was called with a set that lacks an attribute of its pattern that has no default. --arg and --argstr pass arguments from the command line.",
    example: "({ color }: color) { }",
  },
  {
    code: "E102",
    title: "Too many calls within calls",
    text: "A recursion is deeper than 10,000 calls, or than --max-call-depth says, or values or texts are nested deeper than the stack is. Mostly the recursion has no end. builtins.foldl' and builtins.genericClosure repeat without getting deeper.",
    example: "let f = n: f (n + 1); in f 0",
  },
  {
    code: "E103",
    title: "A number doesn't fit",
    text: "Integers have 64 bits; what is beyond is an error, as in current Nix. Floating point has no such limit.",
    example: "9223372036854775807 + 1",
  },
  {
    code: "E104",
    title: "The evaluation may not see this",
    text: "Pure and restricted evaluations see only what they were given (--pure-eval, --restrict-eval, --allowed-uris), an evaluator may show only some directories (--allow-path), and one that is elsewhere sees only files that were uploaded (--upload).",
  },
  {
    code: "E105",
    title: "A feature is experimental",
    text: "Nix counts this as experimental, so it has to be switched on, with --experimental-features and the name that the message shows.",
    example: 'derivation { name = "x"; system = "x"; builder = "x"; __contentAddressed = true; }',
  },
  {
    code: "E106",
    title: "A regular expression is wrong or too large",
    text: "builtins.match and builtins.split take POSIX extended regular expressions. Repetitions such as {0,1000} count as often as they repeat.",
    example: 'builtins.match "(" "x"',
  },
  {
    code: "E107",
    title: "A derivation is wrong",
    text: "The attributes that derivation got contradict each other or are not allowed: names, outputs, hashes of fixed outputs.",
    example: 'derivation { name = "x.drv"; system = "x"; builder = "x"; }',
  },
  {
    code: "E108",
    title: "The store refuses",
    text: "A path is not in the store that is said to be, a hash is another one than the given, or a service of the store failed while the program waited for it.",
  },
  {
    code: "E109",
    title: "A fetch failed",
    text: "What fetchurl, fetchTarball, fetchGit or fetchTree were to bring could not be brought, or has another hash than the given.",
  },
  {
    code: "E110",
    title: "This is not supported",
    text: "Nix has it, and this evaluator doesn't: docs/language/builtins.md says why.",
  },
  {
    code: "E120",
    title: "The evaluation takes too long",
    text: "It was ended at the time limit of the request or of the evaluator (--max-time). The place is where it was then.",
  },
  {
    code: "E121",
    title: "The evaluation takes too much memory",
    text: "It was ended at the evaluator's limit (--max-memory), or a string would have been longer than 512 MiB. The place is where more was asked for.",
  },
  {
    code: "E130",
    title: "A build failed",
    text: "A builder ended with an error, or its output is not what was expected of it; the message names the derivation and shows the end of its log. The program itself is not at fault.",
  },
  {
    code: "E140",
    title: "The evaluator failed",
    text: "Nobody has thought of this: please report it, with the expression.",
  },
];

const warnings: readonly Explanation[] = [
  {
    code: "W001",
    title: "A URL without quotes",
    text: "URL literals are strings without quotes. They surprise (x:x is one), and Nix can be told to forbid them. Put quotes around it. --lint-url-literals says whether they are ignored, warned of or errors, in all files that an evaluation reads.",
    example: "[ https://example.org ]",
  },
  {
    code: "W002",
    title: "An inherit that changes nothing",
    text: "A let inherits a variable from around it, where it is visible anyway. Leave it out.",
    example: "x: let inherit x; in x",
  },
  {
    code: "W003",
    title: "A variable is never used",
    text: "Neither the body of the let needs it, nor a variable that the body needs. Remove it, or begin its name with an underscore if it is there on purpose.",
    example: "let unused = 1; in 2",
  },
  {
    code: "W004",
    title: "A built-in is hidden",
    text: "A variable has the name of a built-in, which can't be reached by that name then. Readers will take it for the built-in.",
    example: "let map = 1; in map",
  },
  {
    code: "W005",
    title: "The oldest form of let",
    text: "let { …; body = …; } is a form that hardly anybody knows. Write let … in ….",
    example: "let { x = 1; body = x; }",
  },
  {
    code: "W007",
    title: "An operator that changes nothing",
    text: "A comparison with true or false, an && or || with a constant, an if whose branches are true and false: the condition itself, or its negation, says the same.",
    example: "x: x == true",
  },
  {
    code: "W008",
    title: "Code that is never used",
    text: "A condition is a constant, so one of the branches is never evaluated, or an assertion says nothing.",
    example: "x: if true then x else 2",
  },
  {
    code: "W009",
    title: "An inherit without names",
    text: "It does nothing. Remove it.",
    example: "{ inherit; }",
  },
  {
    code: "W010",
    title: "A let without variables",
    text: "It does nothing. Remove it.",
    example: "let in 1",
  },
  {
    code: "W100",
    title: "The program warns",
    text: "The program called builtins.warn. The message is the program's, and is shown without this code.",
  },
  {
    code: "W101",
    title: "A fetch was not as it should be",
    text: "An entry of the search path can't be fetched and is passed over, or a server doesn't answer and what is known from before is used.",
  },
  {
    code: "W102",
    title: "An argument is never used",
    text: "A function's pattern names an argument that its body doesn't need. Callers have to pass it all the same. Remove it, or begin its name with an underscore.",
    example: "{ used, unused }: used",
  },
  {
    code: "W103",
    title: "A rec that changes nothing",
    text: "No attribute of the set uses another one. Without rec, nobody has to look for that.",
    example: "rec { a = 1; b = 2; }",
  },
  {
    code: "W104",
    title: "A with that changes nothing",
    text: "All variables behind it come from elsewhere. Remove it.",
    example: "x: with x; 1",
  },
  {
    code: "W105",
    title: "An absolute path",
    text: "A path that begins with / or ~/ is there on some machines and not on others. A relative path, or an argument, says the same everywhere. Told only with --lint-absolute-path-literals warn; with fatal it is an error.",
    example: "/etc/hosts",
  },
  {
    code: "W106",
    title: "A path without a dot before it",
    text: "dir/file is a path, though it looks like a division. Write ./dir/file. Told only with --lint-short-path-literals warn; with fatal it is an error.",
    example: "dir/file",
  },
];

/** Every code, in order. */
export const explanations: readonly Explanation[] = [...errors, ...warnings];
