# category: files
# checks: angle brackets call the function in scope
# versions: 2.3+
let __findFile = path: name: "found ${name}"; in <anything/at-all>
