# category: attributes
# checks: a set merges with literals alone
# versions: 2.3+
{ a = { x = 1; }; a = { } // { y = 2; }; }
