import type { Lints } from "@tvix-mesh/eval";
import type { FetchAccess } from "../fetchers/fetch-access.ts";
import type { NewsOfEvaluation } from "./bridge-methods.ts";
import type { VisibleRoot } from "./confined-eval-io.ts";

/** What a request asks of the evaluating thread. Strings that Nix sees are byte strings. */
export interface EvaluationJob {
  readonly source: { readonly kind: "text"; readonly text: string } | { readonly kind: "file"; readonly path: string };
  /** What relative paths start from in a text and in arguments. */
  readonly baseDir: string;
  /** `-A` paths; none selects the whole value. */
  readonly attributes: readonly string[];
  readonly arguments: readonly EvaluationArgument[];
  readonly searchPath: readonly { readonly prefix: string; readonly path: string }[];
  readonly output: PrintOutput | { readonly kind: "derivations" };
  readonly showTrace: boolean;
  /** The files that may be seen; undefined for the whole file system. */
  readonly roots: readonly VisibleRoot[] | undefined;
  /** Whether they are the client's: then no other file of the client's is there. */
  readonly hasMounts?: boolean | undefined;
  /** What `~` stands for; the home directory of this machine by default. */
  readonly homeDirectory?: string | undefined;
  /** What may be fetched; everything by default. */
  readonly fetchAccess?: FetchAccess | undefined;
  /** Whether values may be those of earlier evaluations, where these would be the same, and be kept for later ones; they may by default. */
  readonly keepValues?: boolean | undefined;
  /** Whether nothing will be stored of what it makes; then it may name store paths that aren't there. */
  readonly readOnly?: boolean | undefined;
  /** Whether warnings tell what looks wrong in the source itself. */
  readonly examine?: boolean | undefined;
  /** What is said of discouraged literals in all that is parsed. */
  readonly lints?: Lints | undefined;
  readonly maxCallDepth?: number | undefined;
  /** How long it may take from its turn on. */
  readonly timeoutMs?: number | undefined;
}

export interface EvaluationArgument {
  readonly name: string;
  readonly kind: "expression" | "string";
  readonly text: string;
}

export interface PrintOutput {
  readonly kind: "print";
  readonly format: "nix" | "json" | "xml" | "raw" | "parse" | "repl" | "type";
  readonly strict: boolean;
  readonly noLocation: boolean;
}

/** Texts of diagnostics are ordinary strings, not byte strings. */
export interface EvaluationPosition {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly sourceLine: string;
}

export interface EvaluationDiagnostic {
  readonly code: string;
  readonly message: string;
  readonly position: EvaluationPosition | undefined;
  /** Names that the program may have meant. */
  readonly suggestions: readonly string[];
  /** Innermost first; empty unless the trace was asked for. */
  readonly frames: readonly { readonly message: string; readonly position: EvaluationPosition | undefined }[];
}

/** What the evaluating thread tells, in the order in which it happens. `finished` is the last of each job. */
export type EvaluationMessage =
  | { readonly kind: "trace"; readonly line: string }
  | { readonly kind: "warning"; readonly diagnostic: EvaluationDiagnostic }
  | { readonly kind: "value"; readonly attribute: string; readonly text: string }
  | {
      readonly kind: "derivation";
      readonly attribute: string;
      readonly drvPath: string;
      /** The outputs that the expression selects. */
      readonly outputs: readonly { readonly name: string; readonly path: string }[];
    }
  | { readonly kind: "failed"; readonly diagnostic: EvaluationDiagnostic }
  | { readonly kind: "finished"; readonly news: NewsOfEvaluation };
