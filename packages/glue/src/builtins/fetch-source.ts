import { type BuiltinContext, EvalIOError, encodeByteString } from "@tvix-mesh/eval";
import { ServiceError } from "@tvix-mesh/service/service-error";
import type { FetchPlaces } from "../fetchers/fetch-places.ts";
import type { Fetched, FetchRequest } from "../fetchers/fetcher.ts";

/** Waits for the result. Throws ServiceErrors. */
export type Fetch = (request: FetchRequest) => Fetched;

/** What fetchers may reach, and what they bring, with every failure as one of the program. */
export class FetchSource {
  readonly #places: FetchPlaces;
  readonly #fetch: Fetch;

  constructor(places: FetchPlaces, fetch: Fetch) {
    this.#places = places;
    this.#fetch = fetch;
  }

  get isPure(): boolean {
    return this.#places.isPure;
  }

  /** Asks for a place, or whether it may be used. */
  ask<Result>(context: BuiltinContext, question: (places: FetchPlaces) => Result): Result {
    try {
      return question(this.#places);
    } catch (error) {
      if (!(error instanceof EvalIOError)) throw error;
      return context.fail(error.code === "forbidden" ? "restricted" : "file", error.message);
    }
  }

  /** Fetches; warnings are told, failures are ones that nothing can catch. */
  fetch(context: BuiltinContext, request: FetchRequest): Fetched {
    try {
      const isFixed = "sha256" in request && request.sha256 !== undefined;
      if (!isFixed) context.dependsOn("what lies elsewhere", undefined);
      const fetched = this.#fetch(request);
      for (const message of fetched.warnings) context.observe({ kind: "warning", message: encodeByteString(message) });
      return fetched;
    } catch (error) {
      if (!ServiceError.is(error)) throw error;
      return context.fail("fetch", encodeByteString(error.message));
    }
  }
}
