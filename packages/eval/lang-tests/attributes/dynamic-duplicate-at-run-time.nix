# category: attributes
# checks: two computed names that are equal
# versions: 2.3+
{ ${"b" + ""} = 3; ${"" + "b"} = 4; }
