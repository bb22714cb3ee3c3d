# category: attributes
# checks: in a plain set __overrides is a name like others
# versions: 2.3+
{ a = 1; __overrides = { a = 2; }; }
