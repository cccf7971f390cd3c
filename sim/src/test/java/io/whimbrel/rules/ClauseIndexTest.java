package io.whimbrel.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every normative statement that binds a server is held by a test, or it says why not. */
final class ClauseIndexTest {
  private static final String REWRITE = "whimbrel.docs.rewrite";

  private final Citations citations = Citations.ofHouse();

  @Test
  void citationsNameStatementsThatExist() {
    Set<String> known = Clauses.all().stream().map(Clause::id).collect(Collectors.toSet());

    assertThat(citations.files().entrySet())
        .as("No such statement: a slip of the pen, or the other version of the specification")
        .allMatch(citation -> known.contains(citation.getKey()));
  }

  @Test
  void restatedStatementsExist() {
    Set<String> known = Clauses.all().stream().map(Clause::id).collect(Collectors.toSet());

    assertThat(Clauses.all()).allMatch(clause -> known.containsAll(clause.restates()));
  }

  @Test
  void whatBindsAServerIsHeldByATestOrSaysWhyNot() {
    assertThat(Clauses.all())
        .as("Cite the statement at the test that holds it, or give a reason in clauses-binding.tsv")
        .filteredOn(clause -> clause.bindsServer() && clause.reason().isEmpty())
        .filteredOn(clause -> !citations.hold(clause))
        .extracting(Clause::id)
        .isEmpty();
  }

  @Test
  void noReasonIsStale() {
    assertThat(Clauses.all())
        .as("A test holds it, or it binds no server: strike the reason in clauses-binding.tsv")
        .filteredOn(Clause::isExcused)
        .filteredOn(clause -> !clause.bindsServer() || citations.hold(clause))
        .extracting(Clause::id)
        .isEmpty();
  }

  @Test
  void thePageSaysWhatTheSourcesSay() throws Exception {
    Path file = House.root().resolve("docs/conformance.md");
    ConformancePage page = new ConformancePage(Clauses.all(), citations);
    if (Boolean.getBoolean(REWRITE)) {
      Files.writeString(file, page.write());
    }

    assertThat(file)
        .as("mvn test -pl sim -am -Dtest=ClauseIndexTest -D" + REWRITE + "=true writes it anew")
        .content()
        .isEqualTo(page.write());
  }
}
