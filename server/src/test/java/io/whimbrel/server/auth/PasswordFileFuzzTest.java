package io.whimbrel.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.whimbrel.server.files.AuthFileException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any text at all as a file of passwords. Without JAZZER_FUZZ this replays what stands here and in
 * the resources; with JAZZER_FUZZ=1 it looks for more.
 */
final class PasswordFileFuzzTest {
  private static final String SHA512 =
      "$6$2jQFx2rYtflUKGS+$1V/YlHXRHy7Q0Mxaw3p2OZD5KGXQD0jIIeE9oFx6ke6B6OnWetKKAhiN"
          + "8NBgPVKdVxEmcJ/YQFDce7hMd+0PEQ==";
  private static final String PBKDF2 =
      "$7$101$Zhqxgv1kW1mAmPvm$I2GzuQRdJMjNWcQToKHf0eAoOiuaWafx/bgPNBStno9K5kMVpiUl"
          + "NCOAtJwZnNntw86rW+P4FfgvYRKui7cKQQ==";
  private static final String ARGON2 =
      "$argon2id$v=19$m=64,t=2,p=2$MDEyMzQ1Njc4OWFiY2RlZg$625goh089t4LGGGmEVCSu4I"
          + "Ejel4t0U9APzmD3FUmvo";
  private static final Pattern LINES = Pattern.compile("\n");
  private static final Pattern SPEAKS_TO_TERMINALS =
      Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

  static Stream<Arguments> passwords() {
    return Stream.of(
            "alice:" + SHA512 + "\nbob:" + PBKDF2 + "\n# ours\n\nzoe:" + ARGON2,
            "alice:" + PBKDF2 + "\nalice:" + PBKDF2,
            "a:$7$2147483647$AAAA$" + SHA512.substring(20),
            "a:$7$-1$AAAA$AAAA",
            "a:$argon2id$v=19$m=1048576,t=2147483647,p=16777215$MDEyMzQ1Njc4$AAAAAAAAAAA",
            "a:$argon2id$v=19$m=1024,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$",
            "a:$6$$",
            ":x",
            "plain")
        .map(PasswordFileFuzzTest::bytes);
  }

  @MethodSource("passwords")
  @FuzzTest(maxDuration = "10m")
  void aLineOfPasswordsCostsWhatItMayAtMost(byte[] input) {
    List<String> lines = List.of(LINES.split(new String(input, StandardCharsets.UTF_8), -1));
    try {
      PasswordFile.of("p", lines);
    } catch (AuthFileException refused) {
      assertTold(refused, "p:");
      return;
    }
    for (String line : lines) {
      String text = line.strip();
      if (!text.isEmpty() && !text.startsWith("#")) {
        PasswordHash hash = PasswordHash.read(text.substring(text.indexOf(':') + 1));
        assertThat(PasswordHash.read(hash.text()).text()).isEqualTo(hash.text());
        assertBounded(hash);
      }
    }
  }

  /** One that is quick is tried out as well: nobody knows the password of what was made up. */
  private static void assertBounded(PasswordHash hash) {
    boolean quick = true;
    if (hash instanceof PasswordHash.Pbkdf2 slow) {
      assertThat(slow.iterations()).isBetween(1, PasswordHash.ITERATIONS_MAX);
      quick = slow.iterations() < 1_000;
    } else if (hash instanceof PasswordHash.Argon slow) {
      long work = (long) slow.cost().kib() * slow.cost().passes();
      assertThat(slow.cost().kib()).isBetween(8, PasswordHash.Argon.KIB_MAX);
      assertThat(work).isBetween(8L, (long) PasswordHash.Argon.WORK_KIB_MAX);
      assertThat(slow.hash()).hasSizeBetween(16, 64);
      quick = false; // each cost that is tried out takes memory for good
    }
    if (quick) {
      assertThat(hash.isOf(new byte[] {0})).isFalse();
    }
  }

  private static void assertTold(AuthFileException refused, String where) {
    assertThat(refused).message().startsWith(where).doesNotContainPattern(SPEAKS_TO_TERMINALS);
  }

  private static Arguments bytes(String text) {
    return Arguments.of((Object) text.getBytes(StandardCharsets.UTF_8));
  }
}
