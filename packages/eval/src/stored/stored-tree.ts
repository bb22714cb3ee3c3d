/**
 * A bound tree as bytes, from which a later process reads what it evaluates and nothing else. A header of three numbers,
 * the lengths of what follows: the nodes, 32-bit numbers in the byte order of the machine; the names, a list as JSON; and
 * the texts of all literals in one piece.
 *
 * A node is its tag and its fields, with the nodes below it in place. What is bound to a name and what a function does
 * lie elsewhere, so that they can be read when they are used. Positions count from the start of the text.
 */
export const headerLength = 3;

/** To be raised when the parser changes in what it takes, or parser or bind pass in the nodes that they make. */
export const storedTreeFormat = 2;

/** What a node begins with is its index here. */
export const storedTags = [
  "integer",
  "large-integer",
  "big-integer",
  "float",
  "string",
  "path",
  "concat",
  "slot-variable",
  "global-variable",
  "with-variable",
  "current-position",
  "select",
  "has-attribute",
  "attributes",
  "list",
  "lambda",
  "call",
  "let",
  "with",
  "if",
  "assert",
  "not",
  "operator",
  "numeric",
] as const;

export type StoredTag = (typeof storedTags)[number];

export const plainOperators = ["==", "!=", "&&", "||", "->", "//", "++"] as const;
export const numericOperators = ["-", "*", "/", "<", "<=", ">", ">="] as const;

/** Bits of a set's second field. */
export const setBits = { isRecursive: 1, definesOverrides: 2 } as const;

/** Bits of a function's second field. */
export const lambdaBits = { hasFormals: 1, hasEllipsis: 2 } as const;

/** The lowest bits of what says where the value of a name lies: what kind of definition it is. */
export const definitionKinds = ["plain", "inherited", "inherited-from"] as const;
export const definitionKindBits = 2;

/** Stands for a name that isn't there. */
export const noName = -1;
