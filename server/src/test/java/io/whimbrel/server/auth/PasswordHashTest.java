package io.whimbrel.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What other tools wrote of a password. */
class PasswordHashTest {
  // By mosquitto_passwd 2.0.11 (-H sha512, -H sha512-pbkdf2) and by libargon2, as 2.1 uses it.
  private static final String SHA512_HASH =
      "1V/YlHXRHy7Q0Mxaw3p2OZD5KGXQD0jIIeE9oFx6ke6B6OnWetKKAhiN8NBgPVKdVxEmcJ/YQFDce7hMd+0PEQ==";
  private static final String SHA512 = "$6$2jQFx2rYtflUKGS+$" + SHA512_HASH;
  private static final String PBKDF2 =
      "$7$101$Zhqxgv1kW1mAmPvm$I2GzuQRdJMjNWcQToKHf0eAoOiuaWafx/bgPNBStno9K5kMVpiUl"
          + "NCOAtJwZnNntw86rW+P4FfgvYRKui7cKQQ==";
  private static final String ARGON2 =
      "$argon2id$v=19$m=4096,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWYwMT"
          + "IzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZg$FHcPE8HOnuFeD8qyjKev6LlK4nlBuxO6L6j"
          + "hD4JbQFyRMEqX7afIzHSbIF1yhHe7S7K0Ye6LSjWJSjyH3pOTKw";
  private static final String ARGON2_TWO_LANES =
      "$argon2id$v=19$m=1024,t=2,p=2$MDEyMzQ1Njc4OWFiY2RlZg$625goh089t4LGGGmEVCSu4I"
          + "Ejel4t0U9APzmD3FUmvo";

  @ParameterizedTest
  @ValueSource(strings = {SHA512, PBKDF2, ARGON2, ARGON2_TWO_LANES})
  void knowsItsPasswordAndNoOther(String text) {
    PasswordHash hash = PasswordHash.read(text);

    assertThat(hash.isOf(bytes("gr8 pass"))).isTrue();
    for (String other : List.of("gr8 pass ", "gr8 pas", "Gr8 pass", "")) {
      assertThat(hash.isOf(bytes(other))).as(other).isFalse();
    }
    assertThat(hash.text()).isEqualTo(text);
  }

  @Test
  void madeAnewIsReadAgainAndNeverTheSame() {
    SecureRandom random = new SecureRandom();
    PasswordHash one = PasswordHash.of(bytes("s"), random);

    assertThat(PasswordHash.read(one.text()).isOf(bytes("s"))).isTrue();
    assertThat(PasswordHash.read(one.text()).isOf(bytes("t"))).isFalse();
    assertThat(one.text())
        .startsWith("$7$" + PasswordHash.ITERATIONS + "$")
        .isNotEqualTo(PasswordHash.of(bytes("s"), random).text());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "secret",
        "$6$salt",
        "$6$!$AAAA",
        "$6$AAAA$",
        "$7$0$AAAA$AAAA",
        "$7$-1$AAAA$AAAA",
        "$7$10000001$AAAA$" + SHA512_HASH,
        "$7$x$AAAA$AAAA",
        "$argon2id$v=16$m=1024,t=2,p=2$AAAAAAAAAAA$AAAAAAAA",
        "$argon2id$v=19$m=99999999,t=2,p=2$AAAAAAAAAAA$AAAAAAAA",
        "$argon2id$v=19$m=65537,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$625goh089t4LGGGmEVCSu4",
        "$argon2id$v=19$m=65536,t=17,p=1$MDEyMzQ1Njc4OWFiY2RlZg$625goh089t4LGGGmEVCSu4",
        "$argon2id$v=19$m=64,t=2147483647,p=1$MDEyMzQ1Njc4OWFiY2RlZg$625goh089t4LGGGmEVCSu4",
        "$argon2id$v=19$m=64,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$",
        "$argon2id$v=19$m=64,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$625g",
        "$argon2id$v=19$m=64,t=1,p=1$$625goh089t4LGGGmEVCSu4",
        "$argon2id$v=19$m=1024,t=2$AAAAAAAAAAA$AAAAAAAA",
        "$argon2id$v=19$m$AAAAAAAAAAA$AAAAAAAA",
        "$argon2i$v=19$m=1024,t=2,p=2$AAAAAAAAAAA$AAAAAAAA",
        "$2y$10$abcdefghijklmnopqrstuv",
      })
  void isNothingElse(String text) {
    assertThatThrownBy(() -> PasswordHash.read(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("allowed: ");
  }

  @Test
  void aFileHasEachUserOnceAndShowsNoHashInItsMistakes() {
    assertThatThrownBy(
            () -> PasswordFile.of("p", List.of("# ours", "", "a:" + SHA512, "a:" + PBKDF2)))
        .hasMessage("p:4: user 'a': allowed: each user once");
    assertThatThrownBy(() -> PasswordFile.of("p", List.of("alice:hunter2")))
        .hasMessageStartingWith("p:1: user 'alice': allowed: a hash")
        .message()
        .doesNotContain("hunter2");
    assertThatThrownBy(() -> PasswordFile.of("p", List.of("hunter2")))
        .hasMessageStartingWith("p:1: ")
        .message()
        .doesNotContain("hunter2");
  }

  @Test
  void aFileTakesMemoryForFewCostsOnly() {
    List<String> lines = new ArrayList<>();
    for (int passes = 1; passes <= 5; passes++) {
      lines.add("u" + passes + ":" + ARGON2_TWO_LANES.replace("t=2", "t=" + passes));
      lines.add("v" + passes + ":" + ARGON2_TWO_LANES.replace("t=2", "t=" + passes));
    }

    assertThatThrownBy(() -> PasswordFile.of("p", lines))
        .hasMessageStartingWith("p:9: user 'u5': allowed: 4 different parameters");
  }

  @Test
  void whatAFileSaysCannotSpeakToATerminal() {
    assertThatThrownBy(() -> PasswordFile.of("p", List.of("\u001b[2Ja\u2028b:x")))
        .hasMessageStartingWith("p:1: user '?[2Ja?b': allowed: ");
  }

  @Test
  void nobodyComesWithoutBeingInTheFileOrWithoutAPassword() throws Exception {
    PasswordFile file = PasswordFile.of("p", List.of("alice:" + PBKDF2));

    assertThat(file.isRight("alice", bytes("gr8 pass"))).isTrue();
    assertThat(file.isRight("alice", null)).isFalse();
    assertThat(file.isRight("bob", bytes("gr8 pass"))).isFalse();
    assertThat(PasswordFile.of("p", List.of()).isRight("", new byte[0])).isFalse();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
