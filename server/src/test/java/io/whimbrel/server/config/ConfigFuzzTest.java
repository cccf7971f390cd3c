package io.whimbrel.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any bytes at all as a configuration. Without JAZZER_FUZZ this replays what stands here and in the
 * resources; with JAZZER_FUZZ=1 it looks for more.
 */
final class ConfigFuzzTest {
  private static final Pattern SPEAKS_TO_TERMINALS =
      Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}&&[^\n]]");

  @TempDir static Path directory;

  static Stream<Arguments> files() {
    return Stream.of(
            Settings.defaults().toYaml(),
            "listeners:\n  tcp-port: any\n  address: '::1'\ndata-dir: /x\n",
            "limits: {queue-bytes-max: 64MiB, packet-size-max: 9999999999999GiB}\n",
            "limits:\n  keep-alive-max: 18h\n  connect-timeout: 1500ms\nlimits: {}\n",
            "a: &x [1]\nb: *x\n<<: *x\n",
            "tls:\n  certificate: |\n    x\n  key-password: \"\\e[0m\\u2028\"\n",
            "%YAML 1.2\n---\n? [a]\n: !!binary x\n...\n--- 2\n",
            "auth: {password-file: 'x', acl-file: none}\nhttp: {port: 70000}\n",
            "\ufeff#",
            "[[[[{{{{")
        .map(text -> Arguments.of((Object) text.getBytes(StandardCharsets.UTF_8)));
  }

  @MethodSource("files")
  @FuzzTest(maxDuration = "10m")
  void isRefusedLineByLineOrMeansWhatItIsPrintedAs(byte[] input) throws IOException {
    Path file = Files.write(directory.resolve("whimbrel.yaml"), input);
    Optional<EffectiveConfig> read = read(file);
    if (read.isEmpty() || !read.get().config().tls().keyPassword().isEmpty()) {
      return; // a secret is not printed
    }
    String printed = read.get().settings().toYaml();
    Path again = Files.writeString(directory.resolve("again.yaml"), printed);

    assertThat(read(again)).map(EffectiveConfig::config).contains(read.get().config());
  }

  private static Optional<EffectiveConfig> read(Path file) {
    ConfigReader reader = new ConfigReader();
    reader.file(file);
    try {
      return Optional.of(reader.finish());
    } catch (ConfigException refused) {
      assertThat(refused.mistakes()).isNotEmpty();
      assertThat(refused).message().doesNotContainPattern(SPEAKS_TO_TERMINALS);
      return Optional.empty();
    }
  }
}
