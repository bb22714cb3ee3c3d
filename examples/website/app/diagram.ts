import { type Member, members, type Step, steps } from "./mesh.ts";

const svgNamespace = "http://www.w3.org/2000/svg";
const boxWidth = 166;
const boxHeight = 58;

/** What is lit up: the members and calls of one daemon or one step; `undefined` lights everything evenly. */
interface Selection {
  readonly title: string;
  readonly caption: string;
  readonly calls: readonly (readonly [string, string])[];
}

/** Draws the mesh into `host`. A click or Enter on a daemon, or on a step below, lights its calls; again, none. */
export function drawDiagram(host: HTMLElement): void {
  const arrows = members.flatMap((caller) => caller.calls.map((callee) => drawCall(caller, memberNamed(callee))));
  const boxes = members.map(drawMember);
  const buttons = steps.map(drawStep);
  const caption = document.createElement("p");
  caption.className = "caption";

  let current: Selection | undefined;
  const select = (next: Selection) => {
    current = current?.title === next.title ? undefined : next;
    const lit = current;
    const names = new Set(lit === undefined ? [] : [lit.title, ...lit.calls.flat()]);
    for (const { element, key } of arrows) {
      const chosen = lit?.calls.some(([from, to]) => key === `${from} ${to}`) ?? false;
      element.classList.toggle("chosen", chosen);
      element.classList.toggle("faded", lit !== undefined && !chosen);
    }
    for (const { element, member } of boxes) {
      element.classList.toggle("chosen", names.has(member.name));
      element.classList.toggle("faded", lit !== undefined && !names.has(member.name));
    }
    for (const { element, step } of buttons) {
      element.setAttribute("aria-pressed", String(lit?.title === step.name));
    }
    caption.textContent = lit?.caption ?? "";
  };

  for (const { element, member } of boxes) {
    const selection = { title: member.name, caption: member.purpose, calls: callsOf(member) };
    element.addEventListener("click", () => select(selection));
    element.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        select(selection);
      }
    });
  }
  for (const { element, step } of buttons) {
    element.addEventListener("click", () => select({ title: step.name, caption: step.story, calls: step.calls }));
  }

  const picture = svg("svg", { viewBox: "0 0 900 370", role: "group", "aria-label": "Daemons and who calls whom" });
  picture.append(arrowHead(), ...arrows.map(({ element }) => element), ...boxes.map(({ element }) => element));
  const stepRow = document.createElement("div");
  stepRow.className = "steps";
  stepRow.append(...buttons.map(({ element }) => element));
  host.replaceChildren(picture, stepRow, caption);
}

function memberNamed(name: string): Member {
  const member = members.find((candidate) => candidate.name === name);
  if (member === undefined) {
    throw new Error(`Cannot draw a call to ${name}: the mesh has no such member`);
  }
  return member;
}

function callsOf(member: Member): readonly (readonly [string, string])[] {
  const callers = members.filter((other) => other.calls.includes(member.name));
  return [
    ...member.calls.map((callee) => [member.name, callee] as const),
    ...callers.map((caller) => [caller.name, member.name] as const),
  ];
}

function drawMember(member: Member) {
  const element = svg("g", { tabindex: "0", role: "button", transform: `translate(${member.x} ${member.y})` });
  const name = svg("text", { y: "-3" });
  name.textContent = member.name;
  const address = svg("text", { y: "17", class: "port" });
  address.textContent = member.address;
  const box = svg("rect", {
    x: String(-boxWidth / 2),
    y: String(-boxHeight / 2),
    width: String(boxWidth),
    height: String(boxHeight),
    rx: "10",
  });
  element.append(box, name, address);
  return { element, member };
}

function drawCall(caller: Member, callee: Member) {
  const start = edgeTowards(caller, callee, 2);
  const end = edgeTowards(callee, caller, 7);
  const element = svg("line", {
    x1: start.x,
    y1: start.y,
    x2: end.x,
    y2: end.y,
    "marker-end": "url(#arrow-head)",
  });
  return { element, key: `${caller.name} ${callee.name}` };
}

/** Where the line from the middle of `from` to the middle of `to` leaves the box of `from`, `gap` units outside it. */
function edgeTowards(from: Member, to: Member, gap: number): { x: string; y: string } {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const scale = Math.min((boxWidth / 2 + gap) / Math.abs(dx), (boxHeight / 2 + gap) / Math.abs(dy));
  return { x: (from.x + dx * scale).toFixed(1), y: (from.y + dy * scale).toFixed(1) };
}

function drawStep(step: Step) {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = step.name;
  element.setAttribute("aria-pressed", "false");
  return { element, step };
}

function arrowHead(): SVGElement {
  const marker = svg("marker", {
    id: "arrow-head",
    viewBox: "0 0 8 8",
    refX: "6",
    refY: "4",
    markerWidth: "9",
    markerHeight: "9",
    markerUnits: "userSpaceOnUse",
    orient: "auto",
  });
  marker.append(svg("path", { d: "M0 0 8 4 0 8Z" }));
  return marker;
}

function svg(name: string, attributes: Readonly<Record<string, string>>): SVGElement {
  const element = document.createElementNS(svgNamespace, name);
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, value);
  }
  return element;
}
