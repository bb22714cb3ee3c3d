# category: regex
# checks: taking an address apart
# versions: 2.3+
builtins.match "([a-z][a-z0-9+.-]*)://([^/?#]*)([^?#]*)(\\?([^#]*))?(#(.*))?" "https://example.org:80/a/b?q=1#f"
