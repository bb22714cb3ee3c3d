# category: attributes
# checks: dotted names with computed parts aren't merged before evaluation
# versions: 2.3+
{ a.${"x" + ""} = 1; a.y = 2; }
