import { formatGeneral } from "./format-general.ts";

/**
 * How `toJSON` and `toXML` write a float: `%g`, as Nix up to 2.8 does; `inf` and `-nan` come out bare although JSON has
 * no such literals.
 */
export function formatFloatForJson(value: number): string {
  return formatGeneral(value);
}
