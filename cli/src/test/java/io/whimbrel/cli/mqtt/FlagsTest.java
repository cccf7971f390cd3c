package io.whimbrel.cli.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The words of a command line. */
class FlagsTest {
  @TempDir Path directory;

  @Test
  void shortAndLongNamesAreTheSameAndTheLastOneCounts() {
    Flags flags = read(Tool.PUB, "-h one --host two --port=1884 -t a -t b -r");

    assertThat(flags.last(Flag.HOST)).isEqualTo("two");
    assertThat(flags.number(Flag.PORT, 0, 1, 65_535)).isEqualTo(1884);
    assertThat(flags.all(Flag.TOPIC)).containsExactly("a", "b");
    assertThat(flags.has(Flag.RETAIN)).isTrue();
    assertThat(flags.has(Flag.DEBUG)).isFalse();
  }

  @Test
  void aPropertyTakesThreeWordsAndAUserPropertyFour() {
    Flags flags = read(Tool.PUB, "-D publish content-type x -D publish user-property a b -t c");

    assertThat(flags.all(Flag.PROPERTY))
        .containsExactly("publish", "content-type", "x", "publish", "user-property", "a", "b");
    assertThat(flags.last(Flag.TOPIC)).isEqualTo("c");
  }

  @Test
  void flagsAlsoStandInAFileAsValuesWithSpaces() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("flags"),
            "# of mine\n\n-u alice\n--pw two words\n-D connect user-property who me too\n-d\n");
    Flags flags = Flags.read(Tool.SUB, List.of("-o", file.toString(), "-u", "bob"));

    assertThat(flags.last(Flag.USER)).isEqualTo("bob");
    assertThat(flags.last(Flag.PASSWORD)).isEqualTo("two words");
    assertThat(flags.all(Flag.PROPERTY)).endsWith("who", "me too");
    assertThat(flags.has(Flag.DEBUG)).isTrue();
  }

  @Test
  void aFileThatReadsItselfEnds() throws Exception {
    Path file = directory.resolve("flags");
    Files.writeString(file, "-o " + file);

    assertThatThrownBy(() -> Flags.read(Tool.SUB, List.of("-o", file.toString())))
        .isInstanceOf(MistakeException.class)
        .hasMessageContaining("files of flags");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PUB | --nonsense | no such option: '--nonsense'",
        "PUB | word | unexpected argument: 'word'",
        "PUB | -t | -t lacks its value: -t TOPIC",
        "PUB | -D publish | -D lacks its value: -D PACKET NAME VALUE",
        "PUB | -v | no such option: '-v' is not for pub",
        "SUB | -r | no such option: '-r' is not for sub",
        "SUB | --debug=yes | --debug takes nothing behind '='",
        "SUB | --proxy x | --proxy cannot be had: connections are made without a proxy",
        "SUB | -A 1.2.3.4 | -A cannot be had: the system chooses the address to connect from",
      })
  void mistakesAreToldInALine(Tool tool, String words, String said) {
    assertThatThrownBy(() -> read(tool, words))
        .isInstanceOf(MistakeException.class)
        .hasMessage(said);
  }

  @ParameterizedTest
  @CsvSource({"x", "0", "65536", "1.5", "''"})
  void numbersHaveARange(String port) {
    Flags flags = Flags.read(Tool.SUB, List.of("-p", port));

    assertThatThrownBy(() -> flags.number(Flag.PORT, 0, 1, 65_535))
        .hasMessage("-p '" + port + "' is no number from 1 to 65535");
  }

  @Test
  void noTwoFlagsOfAToolShareAName() {
    for (Tool tool : Tool.values()) {
      Set<String> names = new HashSet<>();
      for (Flag flag : Flag.values()) {
        if (flag.isFor(tool)) {
          flag.names().forEach(name -> assertThat(names.add(name)).as(name).isTrue());
        }
      }
    }
  }

  private static Flags read(Tool tool, String words) {
    return Flags.read(tool, List.of(words.split(" ")));
  }
}
