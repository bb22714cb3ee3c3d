# category: literals
# checks: letters beyond ASCII are no names
# versions: 2.3+
let é = 1; in é
