/** What `work` prints by console.log, which is how the completion library answers. */
export function captureLines(work: () => void): string[] {
  const lines: string[] = [];
  const print = console.log;
  console.log = (line: string) => lines.push(line);
  try {
    work();
  } finally {
    console.log = print;
  }
  return lines;
}
