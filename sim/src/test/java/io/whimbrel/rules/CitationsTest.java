package io.whimbrel.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.rules.Citations.Tree;
import org.junit.jupiter.api.Test;

/** To which test a citation counts, on a file that has each place one can stand in. */
final class CitationsTest {
  private static final String FILE =
      """
      /** [MQTT-0.0.0-1] */
      final class SomeTest {
        static final int[] ONES = {1}; // [MQTT-0.0.0-2]

        // [MQTT-0.0.0-3] [3.1.1 MQTT-0.0.0-3]
        @Test
        @ValueSource(strings = {"{", "\\"", "MQTT-0.0.0-4"})
        void first(String text) { // [MQTT-0.0.0-5]
          use(ONES); // [MQTT-0.0.0-6]
        } // [MQTT-0.0.0-7]

        /** Like {@code MQTT-0.0.0-0}. */
        @Nested
        class Inner {
          @Property
          boolean second() {
            return helped('}'); // [MQTT-0.0.0-8]
          }
        }

        // [MQTT-0.0.0-9]
        private boolean helped(char with) {
          return with == '{';
        }
      }
      """;

  @Test
  void aCitationCountsForTheTestItStandsIn() {
    Citations citations = read(Tree.TEST);

    for (int i : new int[] {2, 3, 4, 5, 6, 7}) {
      assertThat(citations.tests("MQTT-0.0.0-" + i)).containsExactly("SomeTest.first");
    }
    assertThat(citations.tests("3.1.1 MQTT-0.0.0-3")).containsExactly("SomeTest.first");
    assertThat(citations.tests("MQTT-0.0.0-8")).containsExactly("SomeTest.Inner.second");
    assertThat(citations.tests("MQTT-0.0.0-1")).containsExactly("SomeTest");
  }

  @Test
  void oneInAHelperCountsForTheTestsThatUseIt() {
    assertThat(read(Tree.TEST).tests("MQTT-0.0.0-9")).containsExactly("SomeTest.Inner.second");
  }

  @Test
  void oneInMainCodeNamesTheFileAndAnExampleNothing() {
    Citations citations = read(Tree.MAIN);

    assertThat(citations.code("MQTT-0.0.0-6")).containsExactly("SomeTest.java");
    assertThat(citations.tests("MQTT-0.0.0-6")).isEmpty();
    assertThat(citations.files()).doesNotContainKey("MQTT-0.0.0-0");
  }

  private static Citations read(Tree tree) {
    Citations citations = new Citations();
    citations.read(new SourceText("SomeTest.java", FILE), "SomeTest.java", tree);
    return citations;
  }
}
