# category: flakes
# checks: a commit and a branch exclude each other
# versions: 2.19+
# features: flakes
builtins.flakeRefToString { type = "github"; owner = "a"; repo = "b"; ref = "c"; rev = "2aae6c35c94fcfb415dbe95f408b9ce91ee846ed"; }
