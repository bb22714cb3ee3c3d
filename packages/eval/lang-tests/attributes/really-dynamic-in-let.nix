# category: attributes
# checks: let has no names to compute
# versions: 2.3+
let ${"a" + "b"} = 1; in 1
