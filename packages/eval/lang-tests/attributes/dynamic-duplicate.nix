# category: attributes
# checks: dynamic names are checked when the set is made
# versions: 2.3+
{ a = 1; ${"a"} = 2; ${"b" + ""} = 3; ${"" + "b"} = 4; }
