# category: files
# checks: angle brackets use the search path in scope
# versions: 2.3+
let __nixPath = [ { prefix = "p"; path = ./fixtures; } ]; in baseNameOf <p/text.txt>
