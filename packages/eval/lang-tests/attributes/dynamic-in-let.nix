# category: attributes
# checks: let has no dynamic names
# versions: 2.3+
let ${"a"} = 1; in a
