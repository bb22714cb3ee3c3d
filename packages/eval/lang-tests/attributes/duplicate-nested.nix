# category: attributes
# checks: a nested name can be defined once
# versions: 2.3+
{ a.b = 1; a.b = 2; }
