package io.whimbrel.rules;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** All statements of both specifications in their order, read from the tables in the resources. */
final class Clauses {
  private static final Path TABLES =
      House.root().resolve("sim/src/test/resources/io/whimbrel/rules");
  private static final Path BINDING = TABLES.resolve("clauses-binding.tsv");
  private static final String NONE = "-";

  private Clauses() {}

  static List<Clause> all() {
    Map<String, String[]> binding = new LinkedHashMap<>();
    for (String[] row : rows(BINDING, 4)) {
      if (binding.put(row[0], row) != null) {
        throw new IllegalStateException(BINDING.getFileName() + " has twice: " + row[0]);
      }
    }
    List<Clause> all = new ArrayList<>();
    for (String[] row : rows(TABLES.resolve("mqtt-5.0-clauses.tsv"), 2)) {
      all.add(clause(row[0], row[1], binding));
    }
    for (String[] row : rows(TABLES.resolve("mqtt-3.1.1-clauses.txt"), 1)) {
      all.add(clause("3.1.1 " + row[0], "", binding));
    }
    if (!binding.isEmpty()) {
      throw new IllegalStateException("No such statements: " + binding.keySet());
    }
    return all;
  }

  private static Clause clause(String id, String text, Map<String, String[]> binding) {
    String[] row = binding.remove(id);
    if (row == null) {
      throw new IllegalStateException(BINDING.getFileName() + " lacks " + id);
    }
    List<String> restates = row[2].equals(NONE) ? List.of() : List.of(row[2].split(" "));
    String reason = row[3].equals(NONE) ? "" : row[3];
    Clause.Binds binds = Clause.Binds.valueOf(row[1].toUpperCase(Locale.ROOT));
    return new Clause(id, text, binds, restates, reason);
  }

  private static List<String[]> rows(Path table, int columns) {
    List<String[]> rows = new ArrayList<>();
    for (String line : House.lines(table)) {
      if (!line.startsWith("#")) {
        String[] row = line.split("\t", -1);
        if (row.length != columns) {
          throw new IllegalStateException(table.getFileName() + " has a row: " + line);
        }
        rows.add(row);
      }
    }
    return rows;
  }
}
