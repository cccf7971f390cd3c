package io.whimbrel.server.scram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whimbrel.codec.scram.ScramHash;
import io.whimbrel.server.files.AuthFileException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The file of users for SCRAM. */
final class ScramFileTest {
  private static final String SALT = "W22ZaJ0SNY7soEsUEjb6gQ==";
  private static final String STORED = "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=";
  private static final String SERVER = "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";
  private static final String PENCIL = "SCRAM-SHA-256$4096:" + SALT + "$" + STORED + ":" + SERVER;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void aLineIsThatOfPostgresqlBehindAUser() throws Exception {
    ScramFile file =
        ScramFile.of("s", List.of("# ours", "", " user:" + PENCIL + " ", "Ⅸ:" + PENCIL));

    assertThat(file.isRight("user", bytes("pencil"))).isTrue();
    assertThat(file.isRight("user", bytes("pencil\u00AD"))).isTrue();
    assertThat(file.isRight("user", bytes("Pencil"))).isFalse();
    assertThat(file.isRight("user", bytes(""))).isFalse();
    assertThat(file.isRight("ghost", bytes("pencil"))).isFalse();
    assertThat(file.isRight("\u0007", bytes("pencil"))).isFalse();
    assertThat(file.isRight("IX", bytes("pencil"))).isTrue();
    assertThat(ScramVerifier.read(PENCIL).text()).isEqualTo(PENCIL);
    assertThat(ScramVerifier.read(PENCIL)).asString().doesNotContain(STORED, SERVER);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "no colon | user | found a line without USER:VERIFIER, allowed: user, colon, verifier",
        "no user | :VERIFIER | found a line without USER:VERIFIER, allowed: user, colon, verifier",
        "no verifier | user: | user 'user': allowed: SCRAM-SHA-256$ITERATIONS:",
        "another hash | user:SCRAM-SHA-1$4096:AAAA$AAAA:AAAA | allowed: SCRAM-SHA-256$",
        "a password | user:hunter2 | user 'user': allowed: SCRAM-SHA-256$",
        "other separators | user:SCRAM-SHA-256:4096$SALT$STORED:SERVER | allowed: SCRAM-SHA-256$",
        "too much | user:VERIFIER:AAAA | user 'user': allowed: SCRAM-SHA-256$",
        "too few iterations | user:SCRAM-SHA-256$4095:SALT$STORED:SERVER | 4096 to 1000000",
        "too many | user:SCRAM-SHA-256$1000001:SALT$STORED:SERVER | 4096 to 1000000",
        "far too many | user:SCRAM-SHA-256$99999999999:SALT$STORED:SERVER | 4096 to 1000000",
        "not a number | user:SCRAM-SHA-256$4096x:SALT$STORED:SERVER | 4096 to 1000000 iterations",
        "a sign | user:SCRAM-SHA-256$+4096:SALT$STORED:SERVER | 4096 to 1000000 iterations",
        "no salt | user:SCRAM-SHA-256$4096:$STORED:SERVER | allowed: salt and keys in base64",
        "no base64 | user:SCRAM-SHA-256$4096:S*LT$STORED:SERVER | salt and keys in base64",
        "a short key | user:SCRAM-SHA-256$4096:SALT$AAAA:SERVER | allowed: keys of 32 bytes",
        "keys of the other hash | user:SCRAM-SHA-512$4096:SALT$STORED:SERVER | keys of 64 bytes",
        "no name | \u00AD:VERIFIER | allowed: a name as SASLprep (RFC 4013) has it",
      })
  void aWrongLineIsToldWithItsPlaceAndWithoutItsSecrets(String what, String line, String told) {
    String text = line.replace("VERIFIER", PENCIL).replace("SALT", SALT);
    String full = text.replace("STORED", STORED).replace("SERVER", SERVER);

    assertThatThrownBy(() -> ScramFile.of("s", List.of("# ours", full)))
        .isInstanceOf(AuthFileException.class)
        .message()
        .startsWith("s:2: ")
        .contains(told)
        .doesNotContain(STORED)
        .doesNotContain(SERVER)
        .doesNotContain("hunter2");
  }

  @Test
  void aUserHasOneLineOfEachHash() {
    assertThatThrownBy(() -> ScramFile.of("s", List.of("IX:" + PENCIL, "Ⅸ:" + PENCIL)))
        .hasMessage("s:2: user 'Ⅸ': allowed: each user once with SCRAM-SHA-256");
  }

  @Test
  void whatIsWrittenIsReadAgain(@TempDir Path directory) throws Exception {
    Path path = Files.writeString(directory.resolve("s"), "# ours\nold:" + PENCIL + "\n");
    ScramFileEditor editor = ScramFileEditor.openOrMake(path, 4096);
    assertThat(editor.put("Ⅸ", bytes("one"))).isTrue();
    assertThat(editor.put("zoe", bytes("two"))).isTrue();
    assertThat(editor.put("IX", bytes("three"))).isFalse();
    editor.save();

    ScramFile file = ScramFile.read(path);
    assertThat(file.isRight("IX", bytes("three"))).isTrue();
    assertThat(file.isRight("old", bytes("pencil"))).isTrue();
    assertThat(file.verifier(ScramHash.SHA_512, "zoe")).isNotNull();
    assertThat(Files.readAllLines(path)).hasSize(6).startsWith("# ours", "old:" + PENCIL);
    assertThat(editor.users()).containsExactly("old", "IX", "zoe");
    assertThat(editor.remove("IX")).isTrue();
    assertThat(editor.remove("IX")).isFalse();
    assertThat(editor.remove("\u0007")).isFalse();
    assertThat(editor.users()).containsExactly("old", "zoe");
    assertThatThrownBy(() -> editor.put("a", bytes("\u0007")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> editor.put("a\uFF1Ab", bytes("x"))) // it would become a colon
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Property
  void whateverStandsInAFileIsReadOrToldOf(@ForAll("texts") String text) {
    try {
      ScramFile.of("s", text.lines().toList());
    } catch (AuthFileException refused) {
      assertThat(refused).message().startsWith("s:").doesNotContainPattern("[\\p{Cc}\\p{Cf}]");
    }
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.of(
            "user",
            ":",
            "$",
            "SCRAM-SHA-256",
            "SCRAM-SHA-512",
            "4096",
            "9999999",
            SALT,
            STORED,
            SERVER,
            PENCIL,
            "\n",
            "#",
            " ",
            "\u00AD",
            "\u202E",
            "é")
        .list()
        .ofMaxSize(16)
        .map(list -> String.join("", list));
  }
}
