package io.whimbrel.rules;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The page that tells which statements of the specifications are held by which tests. */
final class ConformancePage {
  private static final Map<String, String> CHAPTERS =
      Map.of(
          "1", "Introduction",
          "2", "MQTT Control Packet format",
          "3", "MQTT Control Packets",
          "4", "Operational behaviour",
          "6", "Using WebSocket as a network transport",
          "7", "Conformance");

  private final List<Clause> clauses;
  private final Citations citations;
  private final StringBuilder page = new StringBuilder();

  ConformancePage(List<Clause> clauses, Citations citations) {
    this.clauses = clauses;
    this.citations = citations;
  }

  String write() {
    page.setLength(0);
    introduce();
    line("## MQTT 5.0");
    line("");
    chapters(true);
    line("## MQTT 3.1.1");
    line("");
    line("Where a statement restates one of 5.0 and Whimbrel does the same for both versions, the");
    line("tests of that one hold it too.");
    line("");
    chapters(false);
    without("Without a test, and why", clauses.stream().filter(Clause::isExcused).toList());
    return page.toString();
  }

  /** One line of numbers for a version. */
  private String count(boolean five) {
    List<Clause> bind =
        clauses.stream().filter(c -> c.isOfFive() == five && c.bindsServer()).toList();
    long held = bind.stream().filter(citations::hold).count();
    long excused = bind.stream().filter(c -> c.isExcused() && !citations.hold(c)).count();
    return String.format(
        Locale.ROOT,
        "MQTT %s: %d statements, %d bind a server; tests hold %d, %d have a reason",
        five ? "5.0" : "3.1.1",
        clauses.stream().filter(c -> c.isOfFive() == five).count(),
        bind.size(),
        held,
        excused);
  }

  private void introduce() {
    line("# Conformance");
    line("");
    line("Each normative statement of MQTT 5.0 and MQTT 3.1.1, the code that cites it, and the");
    line("tests that hold it. The page is made from the sources by `ClauseIndexTest`, which fails");
    line("when a statement that binds a server has neither a test nor a reason. A statement that");
    line("binds clients alone is listed because the broker may check it.");
    line("");
    line("A wire case, such as `WireCasesTest (ConnectCases)`, holds a statement by what the");
    line("decoder makes of the bytes and the encoder of the packet; the table is in parentheses.");
    line("");
    line("- " + count(true) + ".");
    line("- " + count(false) + ".");
    line("");
    line("The statements are quoted from MQTT Version 5.0, Copyright © OASIS Open 2019.");
    line("All Rights Reserved.");
    line("");
  }

  private void chapters(boolean five) {
    Map<String, List<Clause>> chapters = new LinkedHashMap<>();
    for (Clause clause : clauses) {
      if (clause.isOfFive() == five) {
        chapters.computeIfAbsent(clause.chapter(), key -> new ArrayList<>()).add(clause);
      }
    }
    chapters.forEach(
        (chapter, rows) -> {
          line("### " + chapter + " " + CHAPTERS.getOrDefault(chapter, "").strip());
          line("");
          line("| Statement | Binds | " + (five ? "Text" : "Restates") + " | Code | Tests |");
          line("|---|---|---|---|---|");
          rows.forEach(this::row);
          line("");
        });
  }

  private void row(Clause clause) {
    String says =
        clause.isOfFive() ? escape(clause.text()) : String.join("<br>", clause.restates());
    String binds = clause.binds().name().toLowerCase(Locale.ROOT);
    cells(clause.id(), binds, says, list(citations.code(clause.id())), held(clause));
  }

  private String held(Clause clause) {
    if (!citations.tests(clause.id()).isEmpty()) {
      return list(citations.tests(clause.id()));
    }
    if (citations.hold(clause)) {
      return "as for 5.0";
    }
    return clause.isExcused() ? "see the reason" : "";
  }

  private void without(String title, List<Clause> rows) {
    if (rows.isEmpty()) {
      return;
    }
    line("## " + title);
    line("");
    line("| Statement | Reason |");
    line("|---|---|");
    rows.forEach(c -> cells(c.id(), escape(c.reason())));
    line("");
  }

  private void cells(String... cells) {
    line("| " + String.join(" | ", cells) + " |");
  }

  private static String list(Collection<String> places) {
    return places.stream().map(place -> "`" + place + "`").collect(Collectors.joining("<br>"));
  }

  private static String escape(String text) {
    return text.replace("|", "\\|").replace("*", "\\*").replace("<", "&lt;");
  }

  private void line(String text) {
    page.append(text.stripTrailing()).append('\n');
  }
}
