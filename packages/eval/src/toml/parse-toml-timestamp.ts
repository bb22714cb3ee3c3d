import type { TomlCursor } from "./toml-cursor.ts";
import { TomlTimestamp } from "./toml-value.ts";

const date = /(\d{4})-(\d{2})-(\d{2})/y;
const time = /(\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?/y;
const offset = /[zZ]|([+-])(\d{2}):(\d{2})/y;
/** A time may follow a date after a blank, too. */
const delimiter = /[Tt]|[ ](?=\d{2}:)/y;

/** Rounded down to nanoseconds; thousandths, millionths or milliardths of a second, whichever is enough. */
function formatFraction(digits: string): string {
  const nanoseconds = digits.slice(0, 9).padEnd(9, "0");
  if (/^0+$/.test(nanoseconds)) return "";
  if (!nanoseconds.endsWith("000")) return `.${nanoseconds}`;
  return nanoseconds.endsWith("000000") ? `.${nanoseconds.slice(0, 3)}` : `.${nanoseconds.slice(0, 6)}`;
}

function daysOf(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

function takeDate(cursor: TomlCursor): string | undefined {
  const start = cursor.at;
  const found = cursor.match(date);
  if (found === null) return undefined;
  const [year = 0, month = 0, day = 0] = found.slice(1).map(Number);
  if (month < 1 || month > 12 || day < 1 || day > daysOf(year, month))
    cursor.fail(`there is no date ${found[0]}`, start);
  return found[0];
}

function takeTime(cursor: TomlCursor): string | undefined {
  const start = cursor.at;
  const found = cursor.match(time);
  if (found === null) return undefined;
  const [hour = 0, minute = 0, second = 0] = found.slice(1, 4).map(Number);
  // Seconds that are inserted are the sixtieth.
  if (hour > 23 || minute > 59 || second > 60) cursor.fail(`there is no time ${found[0]}`, start);
  return found[0].slice(0, 8) + formatFraction(found[4] ?? "");
}

function takeOffset(cursor: TomlCursor): string {
  const start = cursor.at;
  const found = cursor.match(offset);
  if (found === null) return "";
  const [text, sign, hours = "00", minutes = "00"] = found;
  if (Number(hours) > 23 || Number(minutes) > 59) cursor.fail(`there is no offset ${text}`, start);
  return sign === undefined || (hours === "00" && minutes === "00") ? "Z" : text;
}

/** A date, a time or both; undefined if neither begins here. */
export function parseTomlTimestamp(cursor: TomlCursor): TomlTimestamp | undefined {
  const day = takeDate(cursor);
  if (day === undefined) {
    const clock = takeTime(cursor);
    return clock === undefined ? undefined : new TomlTimestamp(clock);
  }
  if (cursor.match(delimiter) === null) return new TomlTimestamp(day);
  const clock = takeTime(cursor);
  if (clock === undefined) cursor.fail("a date has no time behind it, which has hours, minutes and seconds");
  return new TomlTimestamp(`${day}T${clock}${takeOffset(cursor)}`);
}
