import type { UnparsedRanges } from "../syntax/unparsed-ranges.ts";

/**
 * Keeps what is known of large texts from one process to the next: that all of it is right, and which parts need no
 * parsing until they are used. A text is known by all of its bytes, and by what else its being right depends on.
 */
export interface ParseIndex {
  find(text: string, circumstances: string): UnparsedRanges | undefined;
  /** May keep nothing; never fails. */
  add(text: string, circumstances: string, ranges: UnparsedRanges): void;
}
