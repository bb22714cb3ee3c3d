# category: attributes
# checks: a dynamic name below a plain one can meet it
# versions: 2.3+
{ a.b = 1; a.${"b" + ""} = 2; }
