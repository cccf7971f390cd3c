package io.whimbrel.server.config;

/** Where a value came from, as it is told to people: {@code whimbrel.yaml:3}, {@code --port}. */
record Origin(String place) {
  static final Origin DEFAULT = new Origin("default");

  static Origin file(String name, int line) {
    return new Origin(line > 0 ? name + ":" + line : name);
  }

  static Origin environment(String variable) {
    return new Origin("environment " + variable);
  }

  static Origin flag(String flag) {
    return new Origin("flag " + flag);
  }
}
