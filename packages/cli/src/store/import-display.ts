import type { WriteStream } from "node:tty";
import type { ImportProgress } from "@tvix-mesh/castore";

/** How far an import is, in one line. */
export interface ImportDisplay extends Disposable {
  /** Begins with something else. */
  start(label: string): void;
  /** `fraction` of all that is to be done, from 0 to 1, if it is known. */
  progress(progress: ImportProgress, fraction: number | undefined): void;
  /** Everything is read; what remains takes its time, too. */
  finishing(): void;
  /** Takes the line away, so that something else can be written. */
  clear(): void;
}

const eraseLine = "\r\x1b[K";
/** For terminals that don't say how wide they are. */
const defaultColumns = 80;
/** Before, a rate says nothing. */
const shortestMs = 500;
const units = ["bytes", "kB", "MB", "GB", "TB"];

/** `1234567` → `1.2 MB` */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  for (; value >= 999.5 && unit < units.length - 1; unit += 1) value /= 1000;
  return `${unit === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** `3725` → `1 h 2 min` */
export function formatSeconds(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `[tree: 1234 entries, 45.2 MB, 40 %, 12.3 MB/s, 5 s left]`; what isn't known yet is left out. */
export function describeImport(
  label: string,
  { entries, bytes, underWayBytes }: ImportProgress,
  fraction: number | undefined,
  elapsedMs: number,
): string {
  const doneBytes = bytes + underWayBytes;
  const facts = [`${entries} ${entries === 1 ? "entry" : "entries"}`, formatBytes(doneBytes)];
  if (fraction !== undefined) facts.push(`${Math.floor(fraction * 100)} %`);
  if (elapsedMs >= shortestMs) {
    facts.push(`${formatBytes((doneBytes / elapsedMs) * 1000)}/s`);
    if (fraction !== undefined && fraction > 0)
      facts.push(`${formatSeconds(((elapsedMs / 1000) * (1 - fraction)) / fraction)} left`);
  }
  return `[${label}: ${facts.join(", ")}]`;
}

/** Calls `draw` now and then until it is disposed of. */
type Repeat = (draw: () => void) => Disposable;

function everyTenthOfASecond(draw: () => void): Disposable {
  const timer = setInterval(draw, 100);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** Keeps the line on `terminal`. */
export function createImportDisplay(
  terminal: Pick<WriteStream, "columns" | "write">,
  repeat: Repeat = everyTenthOfASecond,
  now: () => number = () => performance.now(),
): ImportDisplay {
  let describe: (() => string) | undefined;
  let isShown = false;
  const clear = (): void => {
    if (isShown) terminal.write(eraseLine);
    isShown = false;
    describe = undefined;
  };
  const repeated = repeat(() => {
    if (!describe) return;
    isShown = true;
    terminal.write(eraseLine + describe().slice(0, (terminal.columns || defaultColumns) - 1));
  });
  let label = "";
  let startedMs = now();
  return {
    start(next) {
      label = next;
      startedMs = now();
    },
    progress(progress, fraction) {
      describe = () => describeImport(label, progress, fraction, now() - startedMs);
    },
    finishing() {
      describe = () => `[${label}: everything is read; storing the rest, and calculating the store path]`;
    },
    clear,
    [Symbol.dispose]() {
      repeated[Symbol.dispose]();
      clear();
    },
  };
}
