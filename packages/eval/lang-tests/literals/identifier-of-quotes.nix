# category: literals
# checks: a name may consist of an underscore and quotes
# versions: 2.3+
let _'' = 1; _ = 2; in [ _'' _ ]
