package io.whimbrel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** A file of users in the hands of a person. */
class UserCommandTest {
  @TempDir Path directory;

  private final StringWriter said = new StringWriter();
  private Path file;

  @BeforeEach
  void chooseFile() {
    file = directory.resolve("users");
  }

  @Test
  void usersComeAndGo() throws Exception {
    assertThat(run("s3cret\n", "add", "alice", "--password-stdin")).isZero();
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(Files.readString(file)).startsWith("alice:$7$").doesNotContain("s3cret");
    assertThat(run("other", "add", "bob", "--password-stdin")).isZero();
    assertThat(run("s3cret", "check", "alice", "--password-stdin")).isZero();
    assertThat(run("other", "check", "alice", "--password-stdin")).isEqualTo(1);
    assertThat(run("other", "check", "nobody", "--password-stdin")).isEqualTo(1);
    assertThat(run("changed", "add", "alice", "--password-stdin")).isZero();
    assertThat(run("s3cret", "check", "alice", "--password-stdin")).isEqualTo(1);
    said.getBuffer().setLength(0);
    assertThat(run("", "list")).isZero();
    assertThat(said.toString()).isEqualToIgnoringNewLines("alice\nbob\n");
    assertThat(run("", "remove", "alice")).isZero();
    assertThat(run("", "remove", "alice")).isEqualTo(1);
    assertThat(said.toString()).contains("there is no user alice");
    assertThat(Files.readString(file)).startsWith("bob:$7$");
  }

  @Test
  void usersOfScramComeAndGo() throws Exception {
    String[] add = {"add", "alice", "--scram", "--password-stdin"};
    assertThat(run("s3cret\n", add)).isZero();
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(Files.readAllLines(file))
        .hasSize(2)
        .satisfiesExactly(
            first -> assertThat(first).startsWith("alice:SCRAM-SHA-256$10000:"),
            second -> assertThat(second).startsWith("alice:SCRAM-SHA-512$10000:"));
    assertThat(Files.readString(file)).doesNotContain("s3cret");
    assertThat(run("s3cret", "check", "alice", "--scram", "--password-stdin")).isZero();
    assertThat(run("other", "check", "alice", "--scram", "--password-stdin")).isEqualTo(1);
    assertThat(run("x", "check", "ghost", "--scram", "--password-stdin")).isEqualTo(1);
    assertThat(run("x", "add", "bob", "--scram", "--password-stdin", "--iterations", "4096"))
        .isZero();
    assertThat(run("s3cret", "add", "zoe", "--password-stdin")).isEqualTo(1);
    assertThat(said.toString()).contains(file + ":1: user 'alice': allowed: a hash");
    said.getBuffer().setLength(0);
    assertThat(run("", "list", "--scram")).isZero();
    assertThat(said.toString()).isEqualToIgnoringNewLines("alice\nbob\n");
    assertThat(run("", "remove", "alice", "--scram")).isZero();
    assertThat(run("", "remove", "alice", "--scram")).isEqualTo(1);
    assertThat(Files.readAllLines(file))
        .hasSize(2)
        .allMatch(line -> line.startsWith("bob:SCRAM-SHA-") && line.contains("$4096:"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"4095", "1000001", "-1", "many"})
  void iterationsThatNobodyTakesAreAMistake(String count) {
    String[] add = {"add", "alice", "--scram", "--password-stdin", "--iterations", count};

    assertThat(run("x", add)).isEqualTo(2);
    assertThat(run("x", "add", "alice", "--password-stdin", "--iterations", "4096")).isEqualTo(2);
    assertThat(file).doesNotExist();
  }

  @Test
  void aPasswordThatScramCannotSayIsAMistake() {
    assertThat(run("a\u0007", "add", "alice", "--scram", "--password-stdin")).isEqualTo(2);
    assertThat(said.toString()).contains("a password has no control characters");
    assertThat(file).doesNotExist();
  }

  @Test
  void whatElseStandsInTheFileStays() throws Exception {
    String old = "old:$6$AAAA$" + "A".repeat(86) + "==\n";
    Files.writeString(file, "# ours\n\n" + old);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertThat(run("x", "add", "new", "--password-stdin")).isZero();

    assertThat(Files.readString(file)).startsWith("# ours\n\n" + old + "new:$7$");
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a:b", " a", "#a", "a\nb"})
  void namesThatTheFileCannotHoldAreAMistake(String name) {
    assertThat(run("x", "add", name, "--password-stdin")).isEqualTo(2);
    assertThat(file).doesNotExist();
  }

  @Test
  void anEmptyPasswordIsAMistake() {
    assertThat(run("\n", "add", "alice", "--password-stdin")).isEqualTo(2);
    assertThat(file).doesNotExist();
  }

  @Test
  void aDamagedFileIsLeftAsItIs() throws Exception {
    Files.writeString(file, "alice:plain\n");

    assertThat(run("x", "add", "bob", "--password-stdin")).isEqualTo(1);
    assertThat(said.toString()).contains(file + ":1: user 'alice': allowed: a hash");
    assertThat(Files.readString(file)).isEqualTo("alice:plain\n");
  }

  @Test
  void aPlaceThatCannotBeWrittenIsALine() {
    file = directory.resolve("no").resolve("users");

    assertThat(run("x", "add", "bob", "--password-stdin")).isEqualTo(1);
    assertThat(said.toString()).contains(file + ": it cannot be written").hasLineCount(1);
  }

  private int run(String input, String... words) {
    CommandLine command =
        UserCommand.commandLine(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
    PrintWriter writer = new PrintWriter(said, true);
    command.setOut(writer).setErr(writer);
    String[] all = new String[words.length + 2];
    System.arraycopy(words, 0, all, 0, words.length);
    all[words.length] = "--file";
    all[words.length + 1] = file.toString();
    return command.execute(all);
  }
}
