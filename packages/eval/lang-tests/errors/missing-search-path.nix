# category: errors
# checks: a missing search path is named
# versions: 2.3+
<surely-not-on-the-search-path/x>
