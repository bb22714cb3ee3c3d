# category: attributes
# checks: names that __overrides adds can't be seen in the set
# versions: 2.3+
let c = 7; in rec { b = c; __overrides = { c = 3; }; }
