import { describe, expect, it } from "vitest";
import { formatFloatForJson } from "./format-float-for-json.ts";
import { formatFloatForPrint } from "./format-float-for-print.ts";
import { formatFloatForToString } from "./format-float-for-to-string.ts";

describe("formatFloatForPrint", () => {
  it.each([
    [0.1, "0.1"],
    [1e10, "1e+10"],
    [1e-7, "1e-07"],
    [1, "1"],
    [123456789.123, "1.23457e+08"],
    [123456, "123456"],
    [1234567, "1.23457e+06"],
    [0, "0"],
    [-0, "-0"],
    [1e300, "1e+300"],
    [Number.POSITIVE_INFINITY, "inf"],
    [Number.NEGATIVE_INFINITY, "-inf"],
    [Number.NaN, "-nan"],
    [999999.5, "1e+06"],
    [999999.4, "999999"],
    [99999.95, "99999.9"],
    [0.0001, "0.0001"],
    [0.00001, "1e-05"],
    [0.00012345678, "0.000123457"],
    [100000.5, "100000"],
    [100001.5, "100002"],
    [100.5, "100.5"],
    [-2.5e-5, "-2.5e-05"],
    [1.2345678901e19, "1.23457e+19"],
    [5e-324, "4.94066e-324"],
    [1e-320, "9.99989e-321"],
    [Number.MAX_VALUE, "1.79769e+308"],
  ])("%d is %s", (value, expected) => {
    expect(formatFloatForPrint(value)).toBe(expected);
  });
});

describe("formatFloatForJson", () => {
  it.each([
    [1, "1.0"],
    [0, "0.0"],
    [-0, "-0.0"],
    [0.1, "0.1"],
    [-2.5, "-2.5"],
    [1e10, "10000000000.0"],
    [123456789.123, "123456789.123"],
    [1e14, "100000000000000.0"],
    [1e15, "1e+15"],
    [123456789012345, "123456789012345.0"],
    [1234567890123456, "1.234567890123456e+15"],
    [0.0001, "0.0001"],
    [0.00001, "1e-05"],
    [-2.5e-5, "-2.5e-05"],
    [1e22, "1e+22"],
    [1e300, "1e+300"],
    [5e-324, "5e-324"],
    [Number.MIN_VALUE * 2 ** 52, "2.2250738585072014e-308"],
    [Number.MAX_VALUE, "1.7976931348623157e+308"],
    [Number.POSITIVE_INFINITY, "null"],
    [Number.NaN, "null"],
  ])("%d is %s", (value, expected) => {
    expect(formatFloatForJson(value)).toBe(expected);
  });

  it.each([
    [4.7967100316726194e-43, "4.7967100316726195e-43"],
    [-8.820234107914108e118, "-8.820234107914109e+118"],
    [5.717385517867533e-291, "5.7173855178675326e-291"],
  ])("%d is %s, which reads back though it isn't the nearest or shortest text", (value, expected) => {
    expect(formatFloatForJson(value)).toBe(expected);
    expect(Number(expected)).toBe(value);
  });
});

describe("formatFloatForToString", () => {
  it.each([
    [0.1, "0.100000"],
    [1e10, "10000000000.000000"],
    [1e-7, "0.000000"],
    [0, "0.000000"],
    [-0, "-0.000000"],
    [-1e-7, "-0.000000"],
    [123456789.123, "123456789.123000"],
    [0.0000005, "0.000000"],
    [0.0000025, "0.000003"],
    [0.0078125, "0.007812"],
    [0.0234375, "0.023438"],
    [0.9999999, "1.000000"],
    [999.9999996, "1000.000000"],
    [1e21, "1000000000000000000000.000000"],
    [1e23, "99999999999999991611392.000000"],
    [Number("123456789012345678"), "123456789012345680.000000"],
    [Number.NEGATIVE_INFINITY, "-inf"],
    [Number.NaN, "-nan"],
  ])("%d is %s", (value, expected) => {
    expect(formatFloatForToString(value)).toBe(expected);
  });
});
