# A website, built without nixpkgs: three derivations, each a plain call of the built-in `derivation`.
#
#   app    bundles app/*.ts with esbuild            outputs: out, map
#   pages  renders content/*.md with /bin/sh        outputs: out, index
#   site   joins both with the theme                outputs: out, assets
{
  system ? builtins.currentSystem,
  # The static binary of the npm package esbuild, as `npm ci` lays it at the top of the repository.
  esbuild ?
    {
      x86_64-linux = ../../node_modules + "/@esbuild/linux-x64/bin/esbuild";
      aarch64-linux = ../../node_modules + "/@esbuild/linux-arm64/bin/esbuild";
    }
    .${system},
  # A statically linked busybox: Debian's package busybox-static puts it here.
  busybox ? /bin/busybox,
}:
let
  pages = import ./pages.nix;

  runShell = import ./run-shell.nix {
    inherit system;
    busybox = builtins.path {
      name = "busybox";
      path = busybox;
    };
  };

  app = runShell {
    name = "website-app";
    outputs = [ "out" "map" ];
    script = ./builders/bundle.sh;
    source = builtins.path {
      name = "website-app-source";
      path = ./app;
    };
    esbuild = builtins.path {
      name = "esbuild";
      path = esbuild;
    };
  };

  rendered = runShell {
    name = "website-pages";
    outputs = [ "out" "index" ];
    script = ./builders/render.sh;
    functions = ./builders/markdown.sh;
    content = ./content;
    template = ./theme/page.html;
    navigation = builtins.toFile "navigation.html" pages.navigation;
    # One line a page: the name of its file, a blank, its title.
    list = builtins.toFile "pages.txt" pages.list;
  };

  site = runShell {
    name = "website";
    outputs = [ "out" "assets" ];
    script = ./builders/join.sh;
    style = ./theme/style.css;
    inherit app;
    pages = rendered;
    index = rendered.index;
    # What the provenance page shows: a name and a store path a line.
    ingredients = builtins.concatStringsSep "\n" (
      map (name: "${name} ${builtins.getAttr name ingredients}") (builtins.attrNames ingredients)
    );
  };

  ingredients = {
    app = app.out;
    app-source-map = app.map;
    pages = rendered.out;
    search-index = rendered.index;
    style = ./theme/style.css;
  };
in
site // { inherit app; pages = rendered; }
