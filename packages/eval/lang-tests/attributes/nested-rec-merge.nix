# category: attributes
# checks: a plain set merges into a recursive one, whose scope it gets
# versions: 2.3+
{ a = rec { x = 1; }; a.y = 2; }
