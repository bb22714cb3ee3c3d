# category: attributes
# checks: inherit takes no computed names
# versions: 2.3+
{ inherit ${"a" + "b"}; }
