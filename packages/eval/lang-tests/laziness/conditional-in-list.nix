# category: laziness
# checks: an element's condition is evaluated with the element
# versions: 2.3+
builtins.length [ (if throw "no" then 1 else 2) ]
