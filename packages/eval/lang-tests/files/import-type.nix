# category: files
# checks: import wants a path
# versions: 2.3+
import 1
