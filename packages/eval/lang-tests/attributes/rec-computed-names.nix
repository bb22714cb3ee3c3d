# category: attributes
# checks: computed names aren't in scope
# versions: 2.3+
let bb = 10; in rec { a = 1; ${"b" + "b"} = a + 1; c = bb; }
