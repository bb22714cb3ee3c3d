import type { AnyBackend } from "./backend.ts";

/** A kind of service that some daemon keeps and others use. */
export interface ServiceKind<Service> {
  /** Its section in a composition file, for example "blobservices". */
  readonly section: string;
  readonly backends: readonly AnyBackend<Service>[];
  /** The variable that tells clients its URL, as Tvix names it. */
  readonly environmentVariable: string;
  /** Where its daemon listens unless told otherwise. */
  readonly defaultAddress: string;
}
