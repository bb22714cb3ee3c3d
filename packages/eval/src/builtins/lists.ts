import { equalElements } from "../run/equality.ts";
import { largeAllocationBytes } from "../run/limit-watch.ts";
import type { Machine } from "../run/machine.ts";
import { type Attrs, makeAttrs } from "../values/attrs.ts";
import { Builtin } from "../values/functions.ts";
import { NixError } from "../values/nix-error.ts";
import type { Lazy, NixList, Value } from "../values/value.ts";
import { type CoreBuiltin, define } from "./define.ts";
import { mergeSort } from "./merge-sort.ts";

function first(name: string): string {
  return `evaluating the first argument passed to builtins.${name}`;
}

function second(name: string): string {
  return `evaluating the second argument passed to builtins.${name}`;
}

function elementAt(machine: Machine, list: NixList, index: number): Value {
  const element = list[index];
  if (element === undefined) throw new NixError("index", `list index ${index} is out of bounds`);
  return machine.force(element);
}

function test(machine: Machine, predicate: Value, element: Lazy, name: string): boolean {
  return machine.forceBoolean(
    machine.apply1(predicate, element),
    `evaluating the return value of the function passed to builtins.${name}`,
  );
}

export const listBuiltins: readonly CoreBuiltin[] = [
  define("length", (machine, list) => machine.forceList(list, first("length")).length),
  define("head", (machine, list) => elementAt(machine, machine.forceList(list, first("head")), 0)),
  define("tail", (machine, list) => {
    const forced = machine.forceList(list, first("tail"));
    if (forced.length === 0) throw new NixError("index", "'tail' called on an empty list");
    return forced.slice(1);
  }),
  define("elemAt", (machine, list, index) => {
    const position = machine.forceSmallInteger(index, second("elemAt"));
    return elementAt(machine, machine.forceList(list, first("elemAt")), position);
  }),
  define("map", (machine, callee, list) => {
    const forced = machine.forceList(list, second("map"));
    if (forced.length === 0) return forced;
    machine.countElements(forced.length);
    return forced.map(machine.applier(machine.forceFunction(callee, first("map"))));
  }),
  define("filter", (machine, predicate, list) => {
    const forced = machine.forceList(list, second("filter"));
    if (forced.length === 0) return forced;
    const called = machine.forceFunction(predicate, first("filter"));
    const kept = forced.filter((element) => test(machine, called, element, "filter"));
    return kept.length === forced.length ? forced : kept;
  }),
  define("elem", (machine, wanted, list) =>
    machine.forceList(list, second("elem")).some((element) => equalElements(machine, wanted, element)),
  ),
  define("concatLists", (machine, lists) => {
    const parts = machine
      .forceList(lists, first("concatLists"))
      .map((list) => machine.forceList(list, "evaluating a value of the list passed to builtins.concatLists"))
      .filter((list) => list.length > 0);
    return parts.length === 1 ? (parts[0] as NixList) : parts.flat();
  }),
  define("concatMap", (machine, callee, list) => {
    const called = machine.forceFunction(callee, first("concatMap"));
    const result: Lazy[] = [];
    for (const element of machine.forceList(list, second("concatMap"))) {
      const part = machine.forceList(
        machine.apply1(called, element),
        "evaluating the return value of the function passed to builtins.concatMap",
      );
      for (const inner of part) result.push(inner);
    }
    return result;
  }),
  define("foldl'", (machine, callee, initial, list) => {
    const called = machine.forceFunction(callee, first("foldl'"));
    const forced = machine.forceList(list, "evaluating the third argument passed to builtins.foldl'");
    let accumulator = initial;
    for (const element of forced) accumulator = machine.apply2(called, accumulator, element);
    return machine.force(accumulator);
  }),
  define("any", (machine, predicate, list) => {
    const called = machine.forceFunction(predicate, first("any"));
    return machine.forceList(list, second("any")).some((element) => test(machine, called, element, "any"));
  }),
  define("all", (machine, predicate, list) => {
    const called = machine.forceFunction(predicate, first("all"));
    return machine.forceList(list, second("all")).every((element) => test(machine, called, element, "all"));
  }),
  define("genList", (machine, callee, count) => {
    const length = machine.forceSmallInteger(count, second("genList"));
    if (length < 0 || length > maxListLength) {
      throw new NixError("evaluation", `cannot create list of size ${length}`);
    }
    const called = machine.forceFunction(callee, first("genList"));
    const neededBytes = length * applicationBytes;
    if (neededBytes > largeAllocationBytes) machine.look(0, neededBytes);
    machine.countElements(length);
    const apply = machine.applier(called);
    const result: Lazy[] = [];
    for (let index = 0; index < length; index++) result.push(apply(index));
    return result;
  }),
  define("sort", (machine, comparator, list) => {
    const unsorted = machine.forceList(list, second("sort"));
    if (unsorted.length === 0) return unsorted;
    const called = machine.forceFunction(comparator, first("sort"));
    // All elements are evaluated, whatever the comparator looks at.
    const forced = unsorted.map((element) => machine.force(element));
    if (called instanceof Builtin && called.name === "lessThan") {
      return mergeSort(forced, (left, right) => machine.lessThan(left, right));
    }
    return mergeSort(forced, (left, right) =>
      machine.forceBoolean(
        machine.apply2(called, left, right),
        "evaluating the return value of the sorting function passed to builtins.sort",
      ),
    );
  }),
  define("partition", (machine, predicate, list) => {
    const called = machine.forceFunction(predicate, first("partition"));
    const right: Lazy[] = [];
    const wrong: Lazy[] = [];
    for (const element of machine.forceList(list, second("partition"))) {
      machine.force(element);
      (test(machine, called, element, "partition") ? right : wrong).push(element);
    }
    return makeAttrs([
      ["right", right],
      ["wrong", wrong],
    ]);
  }),
  define("groupBy", (machine, callee, list) => {
    const called = machine.forceFunction(callee, first("groupBy"));
    const groups = new Map<string, Lazy[]>();
    for (const element of machine.forceList(list, second("groupBy"))) {
      const name = machine.forcePlainString(
        machine.apply1(called, element),
        "evaluating the return value of the grouping function passed to builtins.groupBy",
      );
      const group = groups.get(name);
      if (group === undefined) groups.set(name, [element]);
      else group.push(element);
    }
    return makeAttrs(groups);
  }),
  define("genericClosure", (machine, argument) => genericClosure(machine, argument)),
];

const maxListLength = 2 ** 27;
/** What a list takes for each element that is an application put off. */
const applicationBytes = 32;

function genericClosure(machine: Machine, argument: Lazy): Value {
  const set = machine.forceAttrs(argument, first("genericClosure"));
  const start = machine.forceList(required(set, "startSet"), "evaluating the 'startSet' attribute");
  if (start.length === 0) return start;
  const operator = machine.forceFunction(required(set, "operator"), "evaluating the 'operator' attribute");
  const seen = new SeenKeys(machine);
  const result: Lazy[] = [];
  const pending: Lazy[] = [...start];
  for (let next = 0; next < pending.length; next++) {
    const element = pending[next] as Lazy;
    const key = machine.forceAttrs(element, "evaluating one of the elements generated by genericClosure").force("key");
    if (key === undefined) throw new NixError("missing-attribute", "attribute 'key' required");
    if (!seen.add(key)) continue;
    result.push(element);
    const more = machine.forceList(
      machine.apply1(operator, element),
      "evaluating the return value of the 'operator' passed to builtins.genericClosure",
    );
    for (const successor of more) {
      machine.force(successor);
      pending.push(successor);
    }
  }
  return result;
}

function required(set: Attrs, name: string): Lazy {
  const value = set.get(name);
  if (value === undefined)
    throw new NixError("missing-attribute", `attribute '${name}' missing for call to 'genericClosure'`);
  return value;
}

/** Keys that were seen: strings and small integers by themselves, others by their order. */
class SeenKeys {
  readonly #machine: Machine;
  readonly #simple = new Set<Value>();
  readonly #ordered: Value[] = [];

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** False if the key was there. Keys that can't be compared are an error. */
  add(key: Value): boolean {
    const [sample] = this.#simple.size > 0 ? this.#simple : this.#ordered;
    if (sample !== undefined && typeof sample === typeof key && this.#ordered.length === 0 && isSimple(key)) {
      if (this.#simple.has(key)) return false;
      this.#simple.add(key);
      return true;
    }
    if (sample === undefined && isSimple(key)) {
      this.#simple.add(key);
      return true;
    }
    for (const simple of this.#simple) this.#insert(simple);
    this.#simple.clear();
    return this.#insert(key);
  }

  #insert(key: Value): boolean {
    let low = 0;
    let high = this.#ordered.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#machine.lessThan(key, this.#ordered[middle] as Value)) high = middle;
      else low = middle + 1;
    }
    const before = this.#ordered[low - 1];
    if (before !== undefined && !this.#machine.lessThan(before, key)) return false;
    this.#ordered.splice(low, 0, key);
    return true;
  }
}

function isSimple(key: Value): boolean {
  return typeof key === "string" || typeof key === "number";
}
