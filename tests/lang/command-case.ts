/** What a run must do: exit with 0 and print exactly this, or exit with anything else. */
export type CommandExpectation =
  /** Without `output` it may print anything. */
  | { readonly kind: "prints"; readonly output: string | undefined }
  /** `message` is what the reference says; other words are no failure. */
  | { readonly kind: "fails"; readonly message: string | undefined };

/** A program of the language, and how a command that takes nix-instantiate's options must be called on it. */
export interface CommandCase {
  readonly category: string;
  readonly name: string;
  readonly words: readonly string[];
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly stdin: Uint8Array | undefined;
  readonly expectation: CommandExpectation;
}

export type Verdict =
  | { readonly kind: "right"; readonly sameMessage: boolean }
  | { readonly kind: "wrong"; readonly expected: string; readonly got: string };
