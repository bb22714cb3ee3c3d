import type { Difference } from "./compare.ts";

const fillers = ["null", "1", '""', "{ }", "[ ]", "true"];
const closers: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };
const candidatesPerRound = 100;
const roundsAtMost = 40;

interface Group {
  readonly start: number;
  /** Behind the closing bracket. */
  readonly end: number;
}

/** Bracketed parts of a program. Brackets in strings confuse it, which costs a few candidates. */
function groupsOf(program: string): Group[] {
  const groups: Group[] = [];
  const open: number[] = [];
  for (let index = 0; index < program.length; index++) {
    const character = program[index] ?? "";
    if (character in closers) open.push(index);
    else if (character === closers[program[open.at(-1) ?? -1] ?? ""])
      groups.push({ start: open.pop() ?? 0, end: index + 1 });
  }
  return groups;
}

function candidatesOf(program: string): string[] {
  const groups = groupsOf(program);
  const found = new Set<string>();
  const put = ({ start, end }: Group, text: string): void => {
    if (text.length < end - start) found.add(program.slice(0, start) + text + program.slice(end));
  };
  for (const group of groups) {
    for (const filler of fillers) put(group, filler);
    for (const inner of groups)
      if (inner.start > group.start && inner.end < group.end) put(group, program.slice(inner.start, inner.end));
  }
  for (const { index, 0: binding } of program.matchAll(/[a-z"][^=;{}()]*=[^;{}()]*;|"[^"\n]*"/g))
    put({ start: index, end: index + binding.length }, binding.startsWith('"') ? '""' : "");
  return [...found].toSorted((left, right) => left.length - right.length);
}

/** The smallest difference that `findDiffering` still sees, found by cutting parts out. */
export async function shrink(
  difference: Difference,
  findDiffering: (programs: readonly string[]) => Promise<readonly Difference[]>,
): Promise<Difference> {
  let smallest = difference;
  for (let rounds = 0; rounds < roundsAtMost; ) {
    const candidates = candidatesOf(smallest.program);
    let next: Difference | undefined;
    for (let start = 0; next === undefined && start < candidates.length; start += candidatesPerRound, rounds++) {
      const differing = await findDiffering(candidates.slice(start, start + candidatesPerRound));
      next = differing.toSorted((left, right) => left.program.length - right.program.length)[0];
    }
    if (next === undefined) return smallest;
    smallest = next;
  }
  return smallest;
}
