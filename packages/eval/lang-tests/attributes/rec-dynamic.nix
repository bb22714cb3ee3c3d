# category: attributes
# checks: dynamic names in a recursive set see the others, but can't be seen
# versions: 2.3+
let b = 10; in rec { a = 1; ${"b"} = a + 1; c = b; }
