# category: attributes
# checks: merged sets can't both define a name
# versions: 2.3+
{ a = { x = 1; }; a = { x = 2; }; }
