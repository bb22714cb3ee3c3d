import type { Report } from "../composition/backend.ts";
import type { IsConclusive } from "./first-answer.ts";
import type { RememberedAbsences } from "./remembered-absences.ts";

/** Several services that are read as one. */
export interface Tiers<Service> {
  /** Asked in this order. */
  readonly parts: readonly Service[];
  /** Whether what an earlier part lacks is stored there when a later one has it. */
  readonly fill: boolean;
  /** What the last part is known not to have. */
  readonly absences?: RememberedAbsences;
  /** Whether there is nothing (more) for certain, when some parts failed and the others have nothing. */
  readonly isConclusive?: IsConclusive;
  readonly report: Report;
}
