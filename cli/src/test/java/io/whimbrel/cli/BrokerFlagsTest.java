package io.whimbrel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** A start does not wait for picocli where the words are plain, and means the same. */
class BrokerFlagsTest {
  @TempDir Path directory;

  private Path file;

  @BeforeEach
  void writeFile() throws Exception {
    file = Files.writeString(directory.resolve("b.yaml"), "log: {level: warn}\n");
  }

  @Test
  void everyFlagMeansWhatItMeansToPicocli() {
    List<String> words = new ArrayList<>();
    for (BrokerFlag flag : BrokerFlag.values()) {
      if (flag.isSwitch()) {
        continue;
      }
      words.addAll(List.of(flag.word(), value(flag)));
      String[] apart = alone(flag.word(), value(flag));
      String[] joined = alone(flag.word() + "=" + value(flag));

      assertThat(plainly(apart))
          .isEqualTo(byPicocli(apart))
          .isEqualTo(plainly(joined))
          .isNotEqualTo(plainly(alone()));
    }
    words.addAll(List.of("--limit", "queue-messages-max=7", "--require-client-cert"));
    String[] all = words.toArray(String[]::new);

    assertThat(plainly(all)).isEqualTo(byPicocli(all));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "-V",
        "--check-config",
        "--print-config",
        "--prot 1884",
        "--port",
        "--port=",
        "--require-client-cert=true",
        "--port --ws-port",
        "--port 1 --port 2",
        "--port @words",
        "--data-dir \"a\"",
        "1884",
        "--limit a=1 b=2"
      })
  void whatIsNotPlainIsLeftToPicocli(String words) {
    assertThat(BrokerFlags.plain(words.split(" "), 0)).isNull();
  }

  @Test
  void aNameThatNoFileCanHaveIsOneLine() {
    StringWriter err = new StringWriter();
    BrokerFlags flags = BrokerFlags.plain(new String[] {"--config", "a\0b"}, 0);

    assertThat(run(flags, BrokerRun.Aim.CHECK, err)).isEqualTo(2);
    assertThat(err.toString()).startsWith("flag --config: found 'a").hasLineCount(1);
  }

  /** With what makes each flag right by itself. */
  private static String[] alone(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    if (words.length > 0 && words[0].matches("--(tls|wss)-port.*")) {
      all.addAll(List.of("--cert", "c.pem"));
    }
    return all.toArray(String[]::new);
  }

  private String value(BrokerFlag flag) {
    return switch (flag) {
      case TLS_PORT -> "8883";
      case WSS_PORT -> "8884";
      case UNIX_SOCKET -> "broker.sock";
      case SN_PORT -> "10000";
      case CERT -> "cert.pem";
      case KEY -> "key.pem";
      case CAFILE -> "ca.pem";
      case PASSWORD_FILE -> "passwords";
      case ACL_FILE -> "acl";
      case ALLOW_ANONYMOUS -> "false";
      case REQUIRE_CLIENT_CERT -> throw new IllegalArgumentException("it has none");
      case BIND -> "::1";
      case PORT -> "1884";
      case WS_PORT -> "any";
      case HTTP_PORT -> "0";
      case DATA_DIR -> "elsewhere";
      case DURABILITY -> "os";
      case CONFIG -> file.toString();
      case LIMIT -> "packet-size-max=1MiB";
    };
  }

  private String plainly(String... words) {
    StringWriter out = new StringWriter();
    int code = run(BrokerFlags.plain(words, 0), BrokerRun.Aim.PRINT, out);
    assertThat(code).as(out.toString()).isZero();
    return out.toString();
  }

  private int run(@Nullable BrokerFlags flags, BrokerRun.Aim aim, StringWriter said) {
    assertThat(flags).isNotNull();
    return new BrokerRun(Map.of(), directory, Ahead.nothing(), writer(said), writer(said))
        .run(flags, aim);
  }

  private String byPicocli(String... words) {
    StringWriter out = new StringWriter();
    CommandLine line = BrokerCommand.commandLine(Map.of(), directory);
    List<String> all = new ArrayList<>(List.of(words));
    all.add("--print-config");
    line.setOut(writer(out)).setErr(writer(out));
    assertThat(line.execute(all.toArray(String[]::new))).as(out.toString()).isZero();
    return out.toString();
  }

  private static PrintWriter writer(StringWriter to) {
    return new PrintWriter(to, true);
  }
}
