# category: syntax
# checks: inherit may name nothing
# versions: 2.3+
let inherit; inherit ({ }); in 1
