import { formatGeneral } from "./format-general.ts";

/** How a float value is printed by `--eval` and in traces: `%g`, so 1.0 prints as `1`. */
export function formatFloatForPrint(value: number): string {
  return formatGeneral(value);
}
